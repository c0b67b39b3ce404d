"""Where the next spike would be, from every step at once."""
