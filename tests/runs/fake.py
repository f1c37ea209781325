"""A pool of a few dictionaries that takes the calls a run makes: it can be broken anywhere, and is small."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from typing import Any

from xenferry.lab.scenario import parse
from xenferry.pool.snapshot import Snapshot
from xenferry.xapi import TaskCancelled, TaskVanished, XapiError

NULL = "OpaqueRef:NULL"


class FakePool:
    """The pool. `errors`: (method, number of the call) -> error. `history`: every changing call that was accepted."""

    def __init__(self, scenario: str, seconds: float = 10.0, marks_after: float = 0.0) -> None:
        self.tables = {name: copy.deepcopy(dict(rows)) for name, rows in parse(scenario).tables.items()}
        self.tables.setdefault("task", {})
        self.seconds = seconds
        self.marks_after = marks_after
        """Seconds for which a task exists before the guest shows that it is busy."""
        self.tags_lost = False
        """The connection always breaks before a task is tagged."""
        self.history: list[tuple[str, ...]] = []
        self.errors: dict[tuple[str, int], Exception] = {}
        self.counts: dict[str, int] = {}
        self.work: dict[str, asyncio.Task[None]] = {}
        self.most_at_once = 0

    def ref(self, kind: str, name: str) -> str:
        return next(ref for ref, row in self.tables[kind].items() if row["name_label"] == name)

    def row(self, kind: str, name: str) -> dict[str, Any]:
        return self.tables[kind][self.ref(kind, name)]

    async def look(self) -> Snapshot:
        await asyncio.sleep(0.01)
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        return Snapshot.from_tables(self.tables)

    def moves_of(self, guest: str) -> int:
        return sum(1 for call in self.history if call[0] == "VM.pool_migrate" and call[1] == self.ref("VM", guest))

    # --- the port ------------------------------------------------------------------------------------------

    async def call(self, method: str, *params: Any) -> Any:
        await asyncio.sleep(0.01)
        self._refuse(method)
        self.history.append((method, *map(str, params)))
        match method.split(".")[1], params:
            case "disable", (host, *_):
                self.tables["host"][host]["enabled"] = False
            case "enable", (host,):
                self.tables["host"][host]["enabled"] = True
            case "add_to_other_config", (host, key, value):
                self.tables["host"][host]["other_config"][key] = value
            case "remove_from_other_config", (host, key):
                self.tables["host"][host]["other_config"].pop(key, None)
            case "get_servertime", (_,):
                self.history.pop()
            case other:
                raise AssertionError(f"the fake pool knows no {other}")

    async def start(self, method: str, *params: Any, tags: Mapping[str, str] | None = None) -> FakeTask:
        await asyncio.sleep(0.01)
        self._refuse(method)
        self.history.append((method, *map(str, params)))
        ref = f"OpaqueRef:task-{len(self.work)}"
        row = {"uuid": ref[-6:], "name_label": f"Async.{method}", "status": "pending", "progress": 0.0}
        self.tables["task"][ref] = row | {"other_config": {}, "error_info": []}
        self.work[ref] = asyncio.create_task(self._work(ref, method, params))
        await asyncio.sleep(0.01)  # the tags come with a second call: a crash may fall between
        self.tables["task"][ref]["other_config"] = {} if self.tags_lost else dict(tags or {})
        return FakeTask(self, ref)

    def task(self, ref: str) -> FakeTask:
        return FakeTask(self, ref)

    def _refuse(self, method: str) -> None:
        self.counts[method] = self.counts.get(method, 0) + 1
        error = self.errors.get((method, self.counts[method]))
        if error is not None:
            raise error

    async def _work(self, ref: str, method: str, params: tuple[Any, ...]) -> None:
        await asyncio.sleep(self.marks_after)
        vm = self.tables["VM"][params[0]]
        do: Callable[[], None]
        match method:
            case "VM.pool_migrate":
                vm["scheduled_to_be_resident_on"] = params[1]
                operation, do = "pool_migrate", lambda: self._settle(params[0], "Running", params[1])
            case "VM.clean_shutdown":
                operation, do = "clean_shutdown", lambda: self._settle(params[0], "Halted", NULL)
            case "VM.start_on":
                operation, do = "start_on", lambda: self._settle(params[0], "Running", params[1])
            case other:
                raise AssertionError(f"the fake pool knows no {other}")
        vm["current_operations"] = {ref: operation}
        moving = [row for row in self.tables["VM"].values() if row["current_operations"]]
        self.most_at_once = max(self.most_at_once, len(moving))
        try:
            for part in range(1, 11):
                await asyncio.sleep(self.seconds / 10)
                self._note(ref, progress=part / 10)
            do()
            self._note(ref, status="success")
        except asyncio.CancelledError:
            self._note(ref, status="cancelled")
        finally:
            vm["scheduled_to_be_resident_on"] = NULL
            vm["current_operations"] = {}

    def _note(self, ref: str, **values: Any) -> None:
        """A toolstack restart forgets the task, not the work."""
        if ref in self.tables["task"]:
            self.tables["task"][ref] |= values

    def _settle(self, guest: str, state: str, host: str) -> None:
        vm = self.tables["VM"][guest]
        for row in self.tables["host"].values():
            row["resident_VMs"] = [each for each in row["resident_VMs"] if each != guest]
        if host != NULL:
            self.tables["host"][host]["resident_VMs"].append(guest)
        vm |= {"power_state": state, "resident_on": host}


class FakeTask:
    """A task of the fake pool."""

    def __init__(self, pool: FakePool, ref: str) -> None:
        self._pool, self.ref = pool, ref

    async def wait(self, progress: Callable[[float], None] | None = None) -> str:
        while True:
            row = self._pool.tables["task"].get(self.ref)
            if row is None:
                raise TaskVanished(self.ref)
            if progress is not None:
                progress(row["progress"])
            match row["status"]:
                case "success":
                    return ""
                case "cancelled":
                    raise TaskCancelled(self.ref)
                case "failure":
                    raise XapiError(row["error_info"][0], tuple(row["error_info"][1:]))
            await asyncio.sleep(0.5)

    async def cancel(self) -> None:
        self._pool.work[self.ref].cancel()
