"""What other programs use of the machine just now: a measurement beside them takes too long."""

import os
import time


def cores_used_by_others(seconds: float = 1.0) -> float | None:
    """How many cores other processes use, on average over so many seconds; None where the system does not tell.

    Of the cores that this process may use. The load average would not do: it is over a minute, and counts what this
    process did in it, such as the measurement before this one.
    """
    try:
        import psutil

        before = _times(psutil)
        time.sleep(seconds)
        after = _times(psutil)
    except (ImportError, OSError, RuntimeError, NotImplementedError):
        return None
    busy, idle, own = (late - early for early, late in zip(before[:3], after[:3], strict=True))
    # A counter that stands still, as in some containers, tells nothing.
    if busy + idle <= 0:
        return None
    return round(max(0.0, busy - own) / (busy + idle) * after[3], 2)


def _times(psutil) -> tuple[float, float, float, int]:
    """Seconds so far: all cores busy, all idle, and used by this process with its threads; the number of cores."""
    cores = psutil.cpu_times(percpu=True)
    if hasattr(os, "sched_getaffinity"):
        mine = os.sched_getaffinity(0)
        # Where some cores are switched off, their numbers are no places in the list.
        cores = [cores[core] for core in mine] if max(mine) < len(cores) else cores
    # "steal" is what the neighbours of a virtual machine took.
    names = ("user", "nice", "system", "irq", "softirq", "steal")
    busy = sum(getattr(core, name, 0.0) for core in cores for name in names)
    idle = sum(core.idle + getattr(core, "iowait", 0.0) for core in cores)
    return busy, idle, time.process_time(), len(cores)
