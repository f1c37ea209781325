"""The twin of a pool: a lab that starts as the pool is, or was when it was captured, or as a scenario says."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from xenferry.cli.frame.failure import Wrong
from xenferry.lab.lab import EPOCH_S, Lab
from xenferry.lab.site import Site
from xenferry.pool.secrets import WITHHELD, without_secrets

if TYPE_CHECKING:
    from xenferry.cli.frame.source import Source
    from xenferry.pool.snapshot import Snapshot
    from xenferry.xapi import Connection

Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]


class Twin(Struct, frozen=True):
    """A pool that may be rehearsed on."""

    lab: Lab
    of: str
    """What it is a twin of, in words."""
    complete: bool
    """Whether it knows what XAPI does not (a scenario says it): how fast guests write, what goes wrong."""
    ended: int = 0
    """Tasks that were running in the pool, and are taken as ended."""


class Twins(Struct, frozen=True):
    """The stage of a rehearsal: the pool's twin, and that of the pool to which guests go, if they do."""

    here: Twin
    there: Twin | None = None

    @property
    def all(self) -> tuple[Twin, ...]:
        """One or two."""
        return (self.here,) if self.there is None else (self.here, self.there)

    @property
    def of(self) -> str:
        """What they are twins of."""
        return " and ".join(twin.of for twin in self.all)


def on_one_site(here: Source, there: Source | None) -> Twins:
    """Twins of both pools, which find each other by their addresses as the pools do.

    Raises:
        Wrong: both are the same pool; and what `boot` raises.
    """
    own, other = boot(here), boot(there, seed=1) if there is not None else None
    if other is not None:
        try:
            Site((own.lab, other.lab))
        except ValueError as error:
            raise Wrong(f"These pools cannot be rehearsed together: {error}.") from None
    return Twins(own, other)


def boot(source: Source, seed: int = 0) -> Twin:
    """Read the pool once and build its twin. A live pool is only read, and the connection closed before anything else.

    Raises:
        Wrong, CaptureError, ScenarioError, ConfigError, Unreachable, Untrusted, XapiError, OSError
    """
    if source.lab:
        from xenferry.cli.lab.boot import read

        return Twin(Lab.from_scenario(read(source.lab), seed=seed), f"the scenario {source.lab}", complete=True)
    if source.capture:
        from xenferry.pool.capture import load_tables

        tables, origin = load_tables(Path(source.capture))
        return of_tables(tables, origin.taken_at, f"the capture {source.capture}", seed)
    from xenferry.cli.frame.source import act

    tables, taken_at = act(source, _read)
    return of_tables(tables, taken_at, f"pool {_name(tables)} as it is now", seed)


async def _read(connection: Connection) -> tuple[dict[str, dict[str, Any]], float]:
    """Everything the pool tells, by reading calls only."""
    from xenferry.pool.capture import clock, read_tables

    tables = await read_tables(connection)
    return tables, await clock(connection, tables)


def of_tables(tables: Tables, taken_at: float, of: str, seed: int = 0) -> Twin:
    """A twin of what `get_all_records` of every class answered, without secrets; what was running has ended."""
    own = {
        name: {ref: without_secrets(copy.deepcopy(dict(record))) for ref, record in rows.items()}
        for name, rows in tables.items()
        if name not in WITHHELD
    }
    running = own.pop("task", {})
    busy = [record for rows in own.values() for record in rows.values() if _is_busy(record)]
    for record in busy:
        record |= {field: nothing for field, nothing in AT_REST.items() if field in record}
    lab = Lab.from_capture(own, seed=seed, epoch=taken_at or EPOCH_S, keep_menus=not busy)
    pending = sum(task.get("status") == "pending" for task in running.values())
    when = f", {datetime.fromtimestamp(taken_at, UTC):%Y-%m-%d %H:%M} UTC" if taken_at else ""
    return Twin(lab, f"{of}{when}", complete=False, ended=max(pending, len(busy)))


AT_REST = {"current_operations": {}, "scheduled_to_be_resident_on": "OpaqueRef:NULL"}
"""Fields that say what is going on with an object -> what they hold when nothing is."""


def _is_busy(record: Mapping[str, Any]) -> bool:
    return any(record.get(field, nothing) not in (nothing, "") for field, nothing in AT_REST.items())


def look(twin: Twin) -> Snapshot:
    """The twin before anything happens."""
    from xenferry.pool.snapshot import Snapshot

    return Snapshot.from_tables(twin.lab.db.tables, taken_at=twin.lab.now())


def _name(tables: Tables) -> str:
    return next((str(pool.get("name_label", "")) for pool in tables.get("pool", {}).values()), "")
