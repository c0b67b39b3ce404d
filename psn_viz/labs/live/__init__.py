"""Labs and panels as widgets."""
