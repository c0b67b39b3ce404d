"""What each lab has to show, one module for each, computed from the neurons themselves.

`expected(state)` gives, trace by trace, its z or else its y. `same_picture(control, before, after)`, where there is
one, says why two states that differ in one control draw the same picture, or "" when they must not.
"""
