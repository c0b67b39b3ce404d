"""The answers of a reader: where they are kept, in which form, and how they are handed in."""
