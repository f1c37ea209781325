"""An SR's connections, and marking the SR while something is done with it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.db import Database, Record


def pbds(db: Database, sr: str) -> list[tuple[str, Record]]:
    """The PBDs of an SR."""
    return [(ref, db.get("PBD", ref)) for ref in db.get("SR", sr)["PBDs"]]


def marked(ctx: Context, sr: str, operation: str, *more: locks.Mark) -> AbstractAsyncContextManager[None]:
    """Marks the SR with an operation, and other objects with theirs, waiting for what goes on with them to end."""
    return locks.operation(ctx, ("SR", sr, operation), *more)
