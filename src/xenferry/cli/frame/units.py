"""Bytes and seconds as people say them. Inside the program bytes are bytes and seconds are seconds."""

from __future__ import annotations

_STEPS = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def size(count: int) -> str:
    """Bytes in the largest unit that leaves at least one: `4.0 GiB`, `512 MiB`, `17 B`."""
    for factor, unit in _STEPS:
        if count >= factor:
            value = count / factor
            return f"{value:.1f} {unit}" if value < 100 and value != int(value) else f"{value:.0f} {unit}"
    return f"{count} B"


def duration(seconds: float) -> str:
    """Seconds as `0.3 s`, `42 s`, `5 min`, `2 h 10 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 119.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
