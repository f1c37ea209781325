"""The time zones of a host, as timedatectl lists them. Their rules come from this machine's database."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

UTC = "UTC"


@cache
def known() -> tuple[str, ...]:
    """All of them by name; UTC alone where this machine has no database."""
    return tuple(sorted({UTC, *(name for name in available_timezones() if name[:1].isupper())}))


def local(moment: float, zone: str) -> datetime:
    """Seconds since 1970 as the clock on a wall there shows them."""
    try:
        return datetime.fromtimestamp(moment, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.fromtimestamp(moment, ZoneInfo(UTC))
