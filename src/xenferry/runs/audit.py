"""Who wanted what, when, and why: an entry for every action that somebody took in a browser, kept with the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select

from xenferry.runs.tables import AUDIT, open_engine


class Deed(Struct, frozen=True, kw_only=True):
    """One action."""

    seq: int
    time: float
    who: str
    """The person, as the door knows them, and the address they came from."""
    role: str
    deed: str
    """What was done, in words."""
    pool: str = ""
    """Name of the pool; empty where none is concerned."""
    run: str = ""
    why: str = ""
    """The person's own words; empty if none were given."""


class Audit:
    """The trail behind a database URL: the journal's own."""

    def __init__(self, url: str, *, clock: Callable[[], float]) -> None:
        self._engine = open_engine(url)
        self._clock = clock

    def close(self) -> None:
        self._engine.dispose()

    def note(self, who: str, role: str, deed: str, *, pool: str = "", run: str = "", why: str = "") -> None:
        """Write it down; on return it is on disk."""
        values: dict[str, Any] = {"who": who, "role": role, "deed": deed, "pool": pool, "run": run, "why": why}
        with self._engine.begin() as connection:
            connection.execute(insert(AUDIT).values({**values, "time": self._clock()}))

    def latest(self, count: int) -> tuple[Deed, ...]:
        """The newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(count)).mappings()
            return tuple(Deed(**{str(name): value for name, value in row.items()}) for row in rows)
