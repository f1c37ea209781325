"""host.evacuate in time: a sliding window of migrations, with XAPI's weaknesses.

It does not disable the host. The first failure ends it; migrations that are under way go on in the background, and what
has arrived stays there. To cancel it has no effect (recorded).
"""

from __future__ import annotations

import asyncio
from collections import deque

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.evacuation import plan
from xenferry.lab.guest.migration import pool_migrate
from xenferry.lab.hosts.outage import guests
from xenferry.lab.motion.network import check_network
from xenferry.lab.placement import ha

BATCH = 10
"""Migrations at a time when the caller does not say (xapi.conf, evacuation-batch-size)."""


async def evacuate(ctx: Context, host: str, network: str, batch: int) -> None:
    """Raises the first thing against a guest (and moves none), or the first failure of a migration."""
    ha.check_disable(ctx.lab.hypervisor.facts, host)
    async with locks.host_operation(ctx, host, "evacuate"):
        places = _planned(ctx, host)
        if network != NULL:
            for place in sorted(set(places.values())):
                check_network(ctx.db, network, place)
        options = {"live": "true"} | ({"network": network} if network != NULL else {})
        await _Window(ctx, places, options).run(abs(batch) or BATCH)
        left = guests(ctx.lab, host)
        if left:
            raise internal(f"evacuate: {len(left)} VMs are still resident on {host}")


def _planned(ctx: Context, host: str) -> dict[str, str]:
    made = plan.make(ctx.lab.hypervisor.facts, host)
    for result in made.values():
        if isinstance(result, LabError):
            raise result
    return {vm: place for vm, place in made.items() if isinstance(place, str)}


class _Window:
    """So many migrations at a time; each that ends makes room for the next."""

    def __init__(self, ctx: Context, places: dict[str, str], options: dict[str, str]) -> None:
        self._ctx = ctx
        self._waiting = deque(places.items())
        self._total = len(places)
        self._options = options
        self._running: dict[asyncio.Future[None], str] = {}

    async def run(self, size: int) -> None:
        done = 0
        try:
            while self._waiting or self._running:
                while self._waiting and len(self._running) < size:
                    self._start(*self._waiting.popleft())
                ended, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                for future in ended:
                    self._settle(future)
                    done += 1
                    self._ctx.progress(done / self._total)
        finally:
            for task in self._running.values():
                if self._ctx.db.exists("task", task):
                    self._ctx.lab.tasks.destroy(task)

    def _start(self, vm: str, place: str) -> None:
        """A task of its own, as a client would start it."""
        lab, outcome = self._ctx.lab, asyncio.get_running_loop().create_future()
        parent = self._ctx.task or NULL
        task = lab.tasks.create("Async.VM.pool_migrate", host=self._ctx.host, parent=parent)
        fault = lab.faults.ordered("VM.pool_migrate", [vm, place])
        inner = Context(lab, "VM.pool_migrate", self._ctx.host, self._ctx.session, task, fault)

        async def body(_task: str) -> str:
            try:
                inner.fail("")
                inner.fail("task")
                await pool_migrate(inner, vm, place, self._options)
            except LabError as error:
                _tell(outcome, error)
                raise
            except asyncio.CancelledError:
                _tell(outcome, internal(f"{task}, unexpected status of migration task"))
                raise
            _tell(outcome, None)
            return "<value></value>"

        self._running[outcome] = task
        lab.tasks.start(task, body)

    def _settle(self, future: asyncio.Future[None]) -> None:
        """Raises the failure; a guest that has stopped by itself meanwhile is none."""
        task = self._running.pop(future)
        error = future.exception()
        if isinstance(error, LabError):
            if error.code == "TASK_CANCELLED":
                raise internal(f"{task}, unexpected status of migration task")
            if error.code != "VM_BAD_POWER_STATE":
                raise error
        self._ctx.lab.tasks.forget(task)


def _tell(outcome: asyncio.Future[None], error: LabError | None) -> None:
    if outcome.done():
        return
    if error is None:
        outcome.set_result(None)
    else:
        outcome.set_exception(error)
        outcome.exception()  # seen here: nobody may be left who waits for it
