"""Tasks: the visible side of calls that take long, and the asyncio tasks that carry them out.

A task object is a record like any other (its changes are events). The work outlives the connection that asked for it;
only its end, or a restart of the toolstack, removes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from xenferry.lab.datamodel import EPOCH, NULL
from xenferry.lab.error import LabError
from xenferry.lab.toolstack import end

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

Body = Callable[[str], Awaitable[str]]
"""Does the work of the task with this reference; returns the result as the XML fragment XAPI keeps in `task.result`."""


FULL = {"progress": 1.0}
SUCCESS = {"status": "success"}


class Tasks:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._running: dict[str, asyncio.Task[None]] = {}
        self._hosts: dict[str, str] = {}
        self._cancels: dict[str, asyncio.Event] = {}
        self._sealed: set[str] = set()
        self._owners: dict[str, str] = {}

    def create(
        self,
        label: str,
        *,
        host: str,
        description: str = "",
        parent: str = NULL,
        cancellable: bool = False,
        session: str | None = None,
    ) -> str:
        """A pending task object that nothing works on yet; `host` is where it runs, `session` whose it is."""
        ref = self._lab.db.create(
            "task",
            name_label=label,
            name_description=description,
            allowed_operations=["cancel"] if cancellable else [],
            created=self._lab.date(),
            status="pending",
            resident_on=host,
            type="<none/>",
            subtask_of=parent,
        )
        self._hosts[ref] = host
        self._cancels[ref] = asyncio.Event()
        if session is not None and self._lab.db.exists("session", session):
            self._owners[ref] = session
            self._lab.db.update("session", session, tasks=[*self._lab.db.get("session", session)["tasks"], ref])
        return ref

    def start(self, ref: str, body: Body) -> None:
        """Begins the work; the task's record shows how it ends."""
        work = asyncio.get_running_loop().create_task(self._carry_out(ref, body))
        self._running[ref] = work
        work.add_done_callback(lambda _: self._running.pop(ref, None))

    def forward(self, ref: str, host: str) -> None:
        """From now on the task runs on this host and dies with its toolstack."""
        if self._lab.db.exists("task", ref):
            self._hosts[ref] = host
            self._lab.db.update("task", ref, resident_on=host)

    def succeed(self, ref: str, result: str = "") -> None:
        self._finish(ref, {"allowed_operations": []}, {"finished": self._lab.date()}, FULL, {"result": result}, SUCCESS)

    def fail(self, ref: str, error: LabError) -> None:
        """XAPI shows a call that ended in TASK_CANCELLED as `cancelled`, without an error."""
        end = {"finished": self._lab.date()}
        if error.code == "TASK_CANCELLED":
            self._finish(ref, FULL, end, {"status": "cancelled"}, {"allowed_operations": []})
        else:
            told = {"error_info": error.description}
            self._finish(ref, FULL, told, end, {"allowed_operations": []}, {"status": "failure"})

    def cancel(self, ref: str) -> None:
        """Asks the work to stop, never refuses, leaves subtasks alone (recorded: to cancel an evacuation does nothing).

        Work that does not look stays as it is; the mark replaces all others (recorded). Raises HANDLE_INVALID.
        """
        mark = {f"DummyRef:|{self._lab.db.new_uuid()}|task.cancel": "cancel"}
        self._lab.db.update("task", ref, current_operations=mark)
        if ref in self._cancels:
            self._cancels[ref].set()

    def is_cancelled(self, ref: str) -> bool:
        return ref in self._cancels and self._cancels[ref].is_set() and ref not in self._sealed

    def permit(self, ref: str) -> None:
        """From now on the task can be cancelled: it waits for an object, or a host works for it."""
        if self._is_pending(ref):
            self._sealed.discard(ref)
            self._lab.db.update("task", ref, allowed_operations=["cancel"])

    def seal(self, ref: str) -> None:
        """From now on the task cannot be cancelled: `cancel` is not allowed any more, wishes are void."""
        if self._is_pending(ref):
            self._sealed.add(ref)
            self._lab.db.update("task", ref, allowed_operations=[])

    def _is_pending(self, ref: str) -> bool:
        return self._lab.db.exists("task", ref) and self._lab.db.get("task", ref)["finished"] == EPOCH

    def destroy(self, ref: str) -> None:
        """Deletes a finished task; a pending one is only marked and goes on (XAPI's behaviour)."""
        task = self._lab.db.get("task", ref)
        if task["status"] in ("pending", "cancelling"):
            operations = {**task["current_operations"], "task": "destroy"}
            self._lab.db.update("task", ref, current_operations=operations)
        else:
            self.forget(ref)

    def forget(self, ref: str) -> None:
        """Removes the record, whatever its state."""
        self._hosts.pop(ref, None)
        self._cancels.pop(ref, None)
        self._sealed.discard(ref)
        self._disown(ref)
        if self._lab.db.exists("task", ref):
            self._lab.db.destroy("task", ref)

    def _disown(self, ref: str) -> None:
        session = self._owners.pop(ref, "")
        if self._lab.db.exists("session", session):
            kept = [task for task in self._lab.db.get("session", session)["tasks"] if task != ref]
            self._lab.db.update("session", session, tasks=kept)

    async def drop(self, host: str | None) -> None:
        """A toolstack stopped: the work of that host's tasks (None: of all) stops dead and their records vanish."""
        refs = self._concerned(host)
        await end([self._running[ref] for ref in refs if ref in self._running])
        self._vanish(refs)

    def greet(self, host: str) -> None:
        """A member's toolstack is back: the coordinator deletes what still counts as going on there (Pool.hello).

        Finished tasks stay. Work that waits for the host finds its task gone.
        """
        self._vanish(self._concerned(host))

    def _concerned(self, host: str | None) -> list[str]:
        """All tasks, or those of a host that have not ended."""
        owned = [ref for ref, owner in self._hosts.items() if host in (None, owner)]
        return owned if host is None else [ref for ref in owned if self._lab.db.get("task", ref)["finished"] == EPOCH]

    def _vanish(self, refs: list[str]) -> None:
        for ref in refs:
            self.forget(ref)
        self._clear_operations(frozenset(refs))

    def _clear_operations(self, gone: frozenset[str]) -> None:
        """No object is left busy with a task that is no more."""
        for cls, rows in self._lab.db.tables.items():
            for ref, record in rows.items():
                busy = record.get("current_operations", {})
                if not gone.isdisjoint(busy):
                    kept = {task: operation for task, operation in busy.items() if task not in gone}
                    self._lab.db.update(cls, ref, current_operations=kept)

    async def ended(self, refs: Iterable[str]) -> None:
        """Waits until these have ended, well or badly."""
        running = [self._running[ref] for ref in refs if ref in self._running]
        if running:
            await asyncio.wait(running)

    async def settle(self) -> None:
        """Waits until no task works any more."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def _carry_out(self, ref: str, body: Body) -> None:
        try:
            self.succeed(ref, await body(ref))
        except LabError as error:
            self.fail(ref, error)

    def _finish(self, ref: str, *steps: dict[str, Any]) -> None:
        """One field after the other, as XAPI writes them. A task that has left `pending` is never written again."""
        if not self._is_pending(ref):
            return
        for step in steps:
            self._lab.db.update("task", ref, **step)
        self._cancels.pop(ref, None)
        self._sealed.discard(ref)
