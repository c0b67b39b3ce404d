"""The command line, psn-viz: one module a command."""
