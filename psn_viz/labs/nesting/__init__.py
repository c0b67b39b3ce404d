"""The members of the family as special cases of each other, from LIF to PSN, and which one can hold which."""
