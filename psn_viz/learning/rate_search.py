"""The choice of a learning rate: a common grid, extended until the best of it has a worse rate on both sides."""

import math
from collections.abc import Callable, Sequence

RATES = (0.01, 0.03, 0.1)
BEYOND = 4  # how many rates may be added in all
Result = tuple[float, float]  # validation accuracy and training loss


def search_rate(
    rates: Sequence[float], result_of: Callable[[float], Result | None]
) -> tuple[float | None, dict[float, Result | None]]:
    """The best learning rate, and the result of every rate that was tried, in the order of the rates.

    rates: those tried first, each > 0. result_of(rate): validation accuracy (the higher, the better) and, for equal
    ones, training loss (the lower, the better); None where training diverged. While the best rate is the smallest or
    the largest of those tried, the next one below or above is tried too, BEYOND of them at most: 1, 3, 10, 30, …
    times a power of ten. The rate is None when all of them diverged.
    """
    tried = {rate: result_of(rate) for rate in sorted(rates)}
    for _ in range(BEYOND):
        best = best_rate(tried)
        if best is None or min(tried) < best < max(tried):
            break
        rate = next_rate(best, up=best == max(tried))
        tried[rate] = result_of(rate)
    return best_rate(tried), dict(sorted(tried.items()))


def best_rate(tried: dict[float, Result | None]) -> float | None:
    """The rate with the best validation accuracy, of equal ones that with the smallest loss; None if all diverged."""
    finished = {rate: result for rate, result in tried.items() if result is not None}
    return max(finished, key=lambda rate: (finished[rate][0], -finished[rate][1]), default=None)


def next_rate(rate: float, up: bool) -> float:
    """The neighbour of a rate in the sequence 1, 3, 10, 30, …: 0.1 → 0.3 → 1, and 0.1 → 0.03 → 0.01."""
    leading_digits = rate / 10 ** math.floor(math.log10(rate) + 1e-9)
    factor = (3 if up else 0.3) if leading_digits < 2 else (10 / 3 if up else 1 / 3)
    return float(f"{rate * factor:.6g}")
