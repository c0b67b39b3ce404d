"""Words that several labs use."""

import numpy as np

RESET_WORDS = {"hard": "hard reset", "soft": "soft reset", "none": "no reset"}


def counted(spikes: int) -> str:
    """A number of spikes in words, such as "1 spike"."""
    return "1 spike" if spikes == 1 else f"{spikes or 'no'} spikes"


def at_steps(marked, first: int = 0) -> str:
    """The time-steps at which `marked` `[T]` is not 0; its own first step is step `first`."""
    steps = np.flatnonzero(marked) + first
    return f"at t = {', '.join(map(str, steps))}" if len(steps) else "at no step"


def at_first_steps(marked, more: str) -> str:
    """The first eight of these steps, then `more` where there are others; "" without any."""
    steps = np.flatnonzero(marked)
    return f", at t = {', '.join(map(str, steps[:8]))}{more * (len(steps) > 8)}" if len(steps) else ""


def span(steps) -> str:
    """From the first to the last of some time-steps."""
    return f"at t = {steps[0]}" + (f" … {steps[-1]}" if len(steps) > 1 else "")


def at_most(difference: float, tolerance: float) -> str:
    """How far two computations are apart: a bound where it is rounding alone, for the processor decides how much."""
    return f"≤ {tolerance:.0e}" if difference <= tolerance else f"{difference:.3g}"


def first_largest(values, rounding: float = 1e-9) -> int:
    """Where the largest value is. Of values equal but for rounding the first, so that no processor decides."""
    values = np.asarray(values, dtype=float)
    largest = np.nanmax(values)
    return int(np.flatnonzero(values >= largest - rounding * max(1.0, abs(largest)))[0])


def error_message(error: BaseException) -> str:
    """An error in words for the reader: a ValueError is a sentence already; of any other its kind says more."""
    text = str(error)
    if isinstance(error, ValueError) and text:
        return text
    kind_and_text = f"{type(error).__name__}: {text}".rstrip(".: ")
    return f"this did not work ({kind_and_text}); the lab stays as it was"
