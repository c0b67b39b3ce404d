"""00 · Start here: an image, row by row, with and without a loop."""
