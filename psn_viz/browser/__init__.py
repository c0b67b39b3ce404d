"""The labs in a browser, with no kernel: what stands in there for packages that a browser does not have."""
