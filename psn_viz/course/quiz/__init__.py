"""A quiz over the whole course: one question for each lesson."""
