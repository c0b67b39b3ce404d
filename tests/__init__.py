"""A package, so that no other folder called tests (IPython 7 puts one on the path) can stand in its place."""
