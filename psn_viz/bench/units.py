"""Measured numbers for a reader: three digits and a unit."""


def digits(value: float) -> str:
    """Three digits, and no power of ten for thousands."""
    return f"{value:.3g}" if value < 999.5 else f"{value:.0f}"


def seconds_in_words(seconds: float) -> str:
    """A time with three digits and a unit, such as "12.3 ms"."""
    unit, size = _unit(seconds)
    return f"{digits(seconds / size)} {unit}"


def with_quartiles(median: float, lower: float, upper: float) -> str:
    """Three times in the unit of the first, such as "1.2 (1.1 to 1.5) ms"."""
    unit, size = _unit(median)
    return f"{digits(median / size)} ({digits(lower / size)} to {digits(upper / size)}) {unit}"


def with_prefix(value: float, unit: str) -> str:
    """A large number with three digits and a decimal prefix, such as "2.15 GB"."""
    for prefix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{digits(value / size)} {prefix}{unit}"
    return f"{digits(value)} {unit}"


def _unit(seconds: float) -> tuple[str, float]:
    return next(((unit, size) for unit, size in (("s", 1), ("ms", 1e-3)) if seconds >= 0.9995 * size), ("µs", 1e-6))
