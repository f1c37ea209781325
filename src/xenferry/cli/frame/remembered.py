"""The names that pools had when they were last looked at, and the latest runs: what the shell offers without asking."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from xenferry import config

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot

RUNS = 50
"""The latest runs that are offered."""


def keep(pool: str, snapshot: Snapshot) -> None:
    """Remember the names of a configured pool's objects, readable for this user alone.

    A home that cannot be written to is no reason to fail: nothing is lost but the shell's offers.
    """
    names = {
        "VM": sorted({vm.name_label for vm in snapshot.guests}),
        "host": sorted({host.name_label for host in snapshot.hosts}),
        "SR": sorted({sr.name_label for sr in snapshot.SR.values()}),
        "network": sorted({network.name_label for network in snapshot.network.values()}),
    }
    with contextlib.suppress(OSError):
        _write(_folder() / f"{quote(pool, safe='')}.json", json.dumps(names))


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_text("utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f"{path.name}.{os.getpid()}")
    made.touch(mode=0o600)
    made.write_text(text, "utf-8")
    made.replace(path)


def names(kind: str, pool: str = "") -> dict[str, str]:
    """Name -> the pool it was seen in, of one XenAPI class; of all pools if none is given."""
    return {name: where for where, known in _known(pool) for name in known.get(kind, ())}


def _known(pool: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    for path in sorted(_folder().glob("*.json")):
        where = unquote(path.stem)
        if pool in ("", where):
            with contextlib.suppress(OSError, ValueError):  # half of it is as good as none
                yield where, json.loads(path.read_text("utf-8"))


def runs() -> dict[str, str]:
    """Id -> what it is, of the latest runs in this user's own journal; one kept elsewhere is not asked."""
    path = config.find_state() / "journal.db"
    if not path.exists():
        return {}
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as journal,
    ):
        latest = journal.execute("SELECT id, wish FROM run ORDER BY created DESC LIMIT ?", (RUNS,))
        return {str(run): str(wish) for run, wish in latest}
    return {}


def _folder() -> Path:
    return config.find_state() / "seen"
