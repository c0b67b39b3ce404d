"""The concept inventory: what the course is about, asked before and after it, in two forms."""
