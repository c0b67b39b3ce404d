"""Data sets: those that ship with the package, and those that are downloaded."""
