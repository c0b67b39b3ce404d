"""Words that several labs use in their descriptions."""

RESET_WORDS = {"hard": "hard reset", "soft": "soft reset", "none": "no reset"}
