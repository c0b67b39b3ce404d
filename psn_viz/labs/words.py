"""Words that several labs use in their descriptions."""

RESET_WORDS = {"hard": "hard reset", "soft": "soft reset", "none": "no reset"}


def counted(spikes: int) -> str:
    """So many spikes."""
    return "1 spike" if spikes == 1 else f"{spikes or 'no'} spikes"
