"""What a run intends and what became of it, on disk before anything is asked of the pool.

One SQLite file by default, PostgreSQL by URL. Who drives runs of a pool holds its lease and renews it; every write of
a driver renews and checks it in the same transaction, so a driver that was taken over cannot write any more.

Simplifications: a write blocks the event loop for one commit (about a millisecond on a local disk); lease times compare
the clocks of the machines that share a journal, which therefore must agree within a fraction of the lease.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from xenferry.plan import file
from xenferry.plan.steps import Plan
from xenferry.runs.kept import Entry, Lease, LeaseLost, NoSuchRun, Run, StepState, Taken
from xenferry.runs.tables import EVENT, LEASE, RUN, STEP, open_engine

LEASE_SECONDS = 20.0
OPEN = ("new", "running", "abandoned", "incomplete", "cancelled")
"""States from which a run can go on."""


class Journal:
    """The journal behind a database URL, e.g. `sqlite:////home/me/.local/state/xenferry/journal.db`."""

    def __init__(
        self, url: str, *, clock: Callable[[], float], new_id: Callable[[], str] = lambda: secrets.token_hex(4)
    ) -> None:
        self.clock = clock
        self._new_id = new_id
        self._engine = open_engine(url)

    def close(self) -> None:
        """Give the database's connections back."""
        self._engine.dispose()

    @contextmanager
    def _writing(self, lease: Lease | None = None) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if lease is not None:
                self._hold(connection, lease)
            yield connection

    # --- runs ----------------------------------------------------------------------------------------------

    def create(self, plan: Plan, owner: str) -> str:
        """Put a plan that was approved into the journal; the id of its run."""
        run, now = self._new_id(), self.clock()
        values: dict[str, Any] = {"id": run, "pool": plan.pool.uuid, "pool_name": plan.pool.name}
        values |= {"wish": plan.wish, "owner": owner}
        values |= {"plan": file.dump(plan).decode(), "state": "new", "created": now, "changed": now}
        with self._writing() as connection:
            connection.execute(insert(RUN).values(values))
            self._append(connection, run, "created", {"wish": plan.wish, "owner": owner, "steps": len(plan.steps)})
        return run

    def runs(self) -> tuple[Run, ...]:
        """All runs, the newest first; one that is running and whose driver's lease is over is `abandoned`."""
        leased = select(RUN, LEASE.c.until).join(LEASE, LEASE.c.run == RUN.c.id, isouter=True)
        with self._engine.connect() as connection:
            rows = connection.execute(leased.order_by(RUN.c.created.desc(), RUN.c.id)).mappings().all()
        return tuple(_read(Run, {**row, "state": self._standing(row)}) for row in rows)

    def _standing(self, row: RowMapping) -> str:
        """The state as it is known now: the journal's last word was said by a driver who may have died since."""
        gone = row["state"] == "running" and (row["until"] is None or row["until"] <= self.clock())
        return "abandoned" if gone else str(row["state"])

    def run(self, prefix: str) -> Run:
        """The run whose id is this, or begins so.

        Raises:
            NoSuchRun: none, or more than one.
        """
        found = [run for run in self.runs() if run.id.startswith(prefix)]
        exact = [run for run in found if run.id == prefix]
        if len(exact or found) != 1 or not prefix:
            raise NoSuchRun(_no_single(prefix, [run.id for run in found] if prefix else []))
        return (exact or found)[0]

    def plan(self, run: str) -> Plan:
        """The plan of a run, exactly as it was approved."""
        return file.parse(self._text(run, "plan"), f"run {run}")

    def before(self, run: str) -> str:
        """The facts noted when the run began, as JSON; empty before that."""
        return self._text(run, "before")

    def proof(self, run: str) -> str:
        """The judgement at the run's end, as JSON; empty before that."""
        return self._text(run, "proof")

    def stop_asked(self, run: str) -> str:
        """How the run shall stop, if somebody asked for that; else empty."""
        return self._text(run, "cancel")

    def _text(self, run: str, column: str) -> str:
        with self._engine.connect() as connection:
            found: str | None = connection.execute(select(RUN.c[column]).where(RUN.c.id == run)).scalar()
        if found is None:
            raise NoSuchRun(f"the journal has no run {run!r}")
        return found

    def set_run(self, lease: Lease, **values: str) -> None:
        """Change columns of the run that is being driven.

        Raises:
            LeaseLost: somebody else drives it now.
        """
        with self._writing(lease) as connection:
            self._change_run(connection, lease.run, values)
            if "state" in values:
                self._append(connection, lease.run, "state", {"state": values["state"], "owner": lease.owner})

    def _change_run(self, connection: Connection, run: str, values: Mapping[str, str]) -> None:
        connection.execute(update(RUN).where(RUN.c.id == run).values(**values, changed=self.clock()))

    def ask_to_stop(self, run: str, how: str) -> None:
        """Leave word for whoever drives the run; a run that nobody drives is marked as cancelled at once."""
        found = self.run(run)
        with self._writing() as connection:
            row = connection.execute(select(LEASE).where(LEASE.c.pool == found.pool)).mappings().one_or_none()
            driven = row is not None and row["run"] == found.id and row["until"] > self.clock()
            values = {"cancel": how} if driven else {"cancel": "", "state": "cancelled"}
            if driven or found.state in OPEN:
                self._change_run(connection, found.id, values)
                self._append(connection, found.id, "cancel", {"how": how, "driven": driven})

    # --- the lease -----------------------------------------------------------------------------------------

    def claim(self, run: str, owner: str) -> Lease:
        """Become the one who drives runs of this pool.

        Raises:
            Taken: another owner's lease is not over yet.
            NoSuchRun: there is no such run.
        """
        pool = self.run(run).pool
        with self._writing() as connection:
            row = connection.execute(select(LEASE).where(LEASE.c.pool == pool)).mappings().one_or_none()
            if row is None:
                connection.execute(insert(LEASE).values(pool=pool, run="", owner="", until=0.0))
            elif row["until"] > self.clock() and (row["owner"], row["run"]) != (owner, run):
                raise Taken(row["run"], row["owner"], row["until"], self.clock())
            unchanged = (
                LEASE.c.owner == (row["owner"] if row else ""),
                LEASE.c.until == (row["until"] if row else 0.0),
            )
            values = {"run": run, "owner": owner, "until": self.clock() + LEASE_SECONDS}
            if connection.execute(update(LEASE).where(LEASE.c.pool == pool, *unchanged).values(values)).rowcount != 1:
                raise Taken(run, "a program that was quicker", self.clock() + LEASE_SECONDS, self.clock())
            self._change_run(connection, run, {"owner": owner})
            self._append(connection, run, "claimed", {"owner": owner})
        return Lease(pool, run, owner)

    def driven(self, run: str) -> bool:
        """Whether somebody drives this run: their lease is not over."""
        with self._engine.connect() as connection:
            row = connection.execute(select(LEASE.c.until).where(LEASE.c.run == run)).first()
        return row is not None and float(row[0]) > self.clock()

    def renew(self, lease: Lease) -> None:
        """Say that the driver lives.

        Raises:
            LeaseLost: somebody else drives the run now.
        """
        with self._writing(lease):
            pass

    def release(self, lease: Lease) -> None:
        """Let others drive runs of this pool."""
        own = (LEASE.c.pool == lease.pool, LEASE.c.run == lease.run, LEASE.c.owner == lease.owner)
        with self._writing() as connection:
            connection.execute(update(LEASE).where(*own).values(until=0.0))

    def expire(self, run: str, owner: str) -> None:
        """End the lease of an owner of which it is known that it lives no more."""
        own = (LEASE.c.run == run, LEASE.c.owner == owner)
        with self._writing() as connection:
            connection.execute(update(LEASE).where(*own).values(until=0.0))

    def _hold(self, connection: Connection, lease: Lease) -> None:
        own = (LEASE.c.pool == lease.pool, LEASE.c.run == lease.run, LEASE.c.owner == lease.owner)
        held = connection.execute(update(LEASE).where(*own).values(until=self.clock() + LEASE_SECONDS))
        if held.rowcount != 1:
            raise LeaseLost(f"run {lease.run} has been taken over by another program; this one stops")

    # --- steps and events ----------------------------------------------------------------------------------

    def steps(self, run: str) -> dict[str, StepState]:
        """The states of the run's steps by key; those never begun are missing."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(STEP).where(STEP.c.run == run)).mappings()
            return {row["key"]: _read(StepState, row) for row in rows}

    def set_step(self, lease: Lease, step: StepState, kind: str, text: Mapping[str, Any]) -> Entry:
        """Write a step's state and the event that led to it, in one transaction.

        Raises:
            LeaseLost: somebody else drives the run now.
        """
        values = msgspec.structs.asdict(step) | {"changed": self.clock()}
        own = (STEP.c.run == lease.run, STEP.c.key == step.key)
        with self._writing(lease) as connection:
            if connection.execute(update(STEP).where(*own).values(values)).rowcount == 0:
                connection.execute(insert(STEP).values(run=lease.run, **values))
            return self._append(connection, lease.run, kind, {"step": step.key, **text})

    def note(self, lease: Lease, kind: str, text: Mapping[str, Any]) -> Entry:
        """Write an event.

        Raises:
            LeaseLost: somebody else drives the run now.
        """
        with self._writing(lease) as connection:
            return self._append(connection, lease.run, kind, text)

    def events(self, run: str, after: int = 0) -> tuple[Entry, ...]:
        """The run's history, in order, from behind event number `after`."""
        chosen = select(EVENT).where(EVENT.c.run == run, EVENT.c.seq > after).order_by(EVENT.c.seq)
        with self._engine.connect() as connection:
            rows = connection.execute(chosen).mappings().all()
        return tuple(_read(Entry, {**row, "text": msgspec.json.decode(row["text"])}) for row in rows)

    def _append(self, connection: Connection, run: str, kind: str, text: Mapping[str, Any]) -> Entry:
        last = connection.execute(select(func.max(EVENT.c.seq)).where(EVENT.c.run == run)).scalar() or 0
        entry = Entry(run=run, seq=last + 1, time=self.clock(), kind=kind, text=dict(text))
        values = msgspec.structs.asdict(entry) | {"text": msgspec.json.encode(entry.text).decode()}
        connection.execute(insert(EVENT).values(values))
        return entry


def _no_single(prefix: str, several: list[str]) -> str:
    """Why this is no run, and what to give instead."""
    hint = "`xenferry runs` lists them; the first characters are enough"
    if several:
        return f"{len(several)} runs begin with {prefix!r}: {', '.join(several)}; give more of the one that is meant"
    return f"there is no run {prefix!r} in the journal; {hint}"


def _read(kind: type[Any], row: RowMapping | Mapping[str, Any]) -> Any:
    return msgspec.convert({name: row[name] for name in kind.__struct_fields__}, kind)


__all__ = [
    "LEASE_SECONDS", "OPEN", "Entry", "Journal", "Lease", "LeaseLost", "NoSuchRun", "Run", "StepState", "Taken",
]  # fmt: skip
