"""`event_from` is `event.from`: XAPI accepts an underscore for the dot, for languages in which `from` is a keyword.

Python's client relies on it (`session.xenapi.event_from`). The prefix of asynchronous calls keeps its dot.
"""

from __future__ import annotations

from functools import lru_cache

from xenferry.lab.dispatch import lookup


@lru_cache(maxsize=1024)
def dotted(method: str) -> str:
    """The method with a dot between class and call; as it came if it has one already or nobody knows it."""
    prefix, dot, rest = method.rpartition(".")
    if prefix not in ("", "Async", "InternalAsync"):
        return method
    places = [place for place, letter in enumerate(rest) if letter == "_"]
    known = (place for place in places if lookup(rest[:place], rest[place + 1 :]) is not None)
    place = next(known, None)
    return method if place is None else f"{prefix}{dot}{rest[:place]}.{rest[place + 1 :]}"
