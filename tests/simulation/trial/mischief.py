"""What goes wrong while a run is driven: lost answers, dying hosts and programs, other people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from xenferry.lab import mishaps
from xenferry.lab.error import LabError
from xenferry.lab.faults import Dropped
from xenferry.lab.lab import Lab
from xenferry.lab.world import Fault, Mishap

BACK_S = 400.0
"""A host that crashed is switched on again after this time."""
CHANGING = (
    "VM.pool_migrate", "VM.migrate_send", "VM.clean_shutdown", "VM.suspend", "VM.start_on", "VM.resume_on",
    "host.disable", "host.enable", "host.reboot", "host.add_to_other_config", "host.remove_from_other_config",
)  # fmt: skip
READING = ("task.get_record", "host.get_servertime", "task.add_to_other_config", "VM.get_record", "task.destroy")
ERRORS = (
    ("OTHER_OPERATION_IN_PROGRESS", "VM", "OpaqueRef:somebody"),
    ("INTERNAL_ERROR", "xenopsd internal error: ordered"),
    ("HOST_NOT_ENOUGH_FREE_MEMORY", "1073741824", "4096"),
)


@dataclass
class Mischief:
    """What has gone wrong so far. `touched`: guests that others have started, stopped or moved, uuid -> by what."""

    lab: Lab
    chance: Random
    story: list[str] = field(default_factory=list)
    touched: dict[str, list[str]] = field(default_factory=dict)
    switched: set[str] = field(default_factory=set)
    """Hosts that others have enabled or disabled, or that died."""
    met: list[str] = field(default_factory=list)
    """The kinds of what went wrong."""
    over: bool = False
    within: float = 0.0

    def order(self, count: int, within: float) -> None:
        """So many things will go wrong, each at its time, which comes within so many seconds."""
        self.within, self.over = within, False
        for _ in range(count):
            kind = self.chance.choice(KINDS)
            self.met.append(kind.__name__.replace("_", " "))
            kind(self)

    def tell(self, text: str) -> None:
        self.story.append(f"{asyncio.get_running_loop().time():8.1f} s  {text}")

    def later(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Does that at a random time, unless the trial is over by then."""
        at = self.chance.uniform(0.0, self.within)

        async def wait() -> None:
            await asyncio.sleep(at)
            if not self.over:
                await work()

        self.lab.spawn(wait())

    def host(self) -> str:
        return self.chance.choice(list(self.lab.db.all("host")))

    def guest(self) -> str:
        every = self.lab.db.all("VM").items()
        return self.chance.choice([ref for ref, vm in every if not (vm["is_control_domain"] or vm["is_a_template"])])

    def name(self, cls: str, ref: str) -> str:
        return str(self.lab.db.get(cls, ref)["name_label"])


def lose_answers(now: Mischief) -> None:
    """Connections break before a call has its effect, or after."""
    call, drop = now.chance.choice(CHANGING + READING), now.chance.choice(("before", "after"))
    fault = Fault(
        call=call, drop=drop, times=now.chance.randint(1, 4), after=now.chance.randint(0, 3), chance=0.5,
        seed=now.chance.randrange(1000),
    )  # fmt: skip
    now.tell(f"answers of {call} will be lost {drop} the effect, {fault.times} times after {fault.after}")
    now.lab.world.faults.append(fault)


def fail_calls(now: Mischief) -> None:
    call, when = now.chance.choice(CHANGING[:6]), now.chance.choice(("", "task", "late"))
    error = now.chance.choice(ERRORS)
    now.tell(f"{call} will fail with {error[0]} ({when or 'at once'})")
    now.lab.world.faults.append(Fault(call=call, error=error, when=when, times=now.chance.randint(1, 6)))


def restart_toolstack(now: Mischief) -> None:
    async def work() -> None:
        host = now.host()
        if host not in now.lab.toolstacks.dead:
            now.tell(f"the toolstack of {now.name('host', host)} restarts")
            now.lab.restart_toolstack(host)

    now.later(work)


def crash_host(now: Mischief) -> None:
    """Any host, the coordinator too; it is switched on again."""

    async def work() -> None:
        host = now.host()
        if host in now.lab.toolstacks.dead:
            return
        now.tell(f"{now.name('host', host)} crashes")
        now.switched.add(now.lab.db.get("host", host)["uuid"])
        await now.lab.crash(host)
        await asyncio.sleep(BACK_S)
        now.tell(f"{now.name('host', host)} is switched on")
        now.lab.revive(host)

    now.later(work)


def make_deaf(now: Mischief) -> None:
    """A guest that does not listen any more, for good or for a while."""
    kind = now.chance.choice(("deaf-to-suspend", "deaf-to-shutdown"))
    vm = now.guest()
    now.tell(f"{now.name('VM', vm)} is {kind}")
    mishaps.strike(now.lab, Mishap(kind, vm))


def lose_sessions(now: Mischief) -> None:
    async def work() -> None:
        now.tell("all sessions end")
        mishaps.strike(now.lab, Mishap("sessions-lost"))

    now.later(work)


def lose_events(now: Mischief) -> None:
    async def work() -> None:
        now.tell("events are lost")
        mishaps.strike(now.lab, Mishap("events-lost"))

    now.later(work)


def lose_tasks(now: Mischief) -> None:
    """Somebody tidies up: the tasks that have ended are gone before anyone has read them, and one that has not."""

    async def work() -> None:
        now.tell("somebody destroys the tasks")
        tasks = list(now.lab.db.all("task"))
        ended = [ref for ref in tasks if now.lab.db.get("task", ref)["status"] != "pending"]
        for ref in [*ended, *now.chance.sample(tasks, min(1, len(tasks)))]:
            with suppress(LabError, Dropped):
                await now.lab.call("task.destroy", ref)

    now.later(work)


def meddle(now: Mischief) -> None:
    """Somebody else works on the pool: starts, stops, suspends or moves a guest, switches a host on or off."""

    async def work() -> None:
        vm, host = now.guest(), now.host()
        record = now.lab.db.get("VM", vm)
        call, *params = now.chance.choice(_deeds(record["power_state"], vm, host))
        subject = now.name("host", host) if call.startswith("host.") else record["name_label"]
        now.tell(f"somebody else asks for {call} of {subject}")
        if call.startswith("host."):
            now.switched.add(now.lab.db.get("host", host)["uuid"])
        else:
            now.touched.setdefault(record["uuid"], []).append(call)
        with suppress(LabError, Dropped):
            await now.lab.call(call, *params)

    now.later(work)


def _deeds(state: str, vm: str, host: str) -> list[tuple[Any, ...]]:
    deeds: list[tuple[Any, ...]] = [("host.disable", host), ("host.enable", host)]
    if state == "Running":
        deeds += [("VM.clean_shutdown", vm), ("VM.suspend", vm), ("VM.hard_shutdown", vm), ("VM.clean_reboot", vm)]
        deeds += [("VM.pool_migrate", vm, host, {}), ("VM.pause", vm)]
    if state == "Halted":
        deeds += [("VM.start", vm, False, False), ("VM.start_on", vm, host, False, False)]
    if state == "Suspended":
        deeds += [("VM.resume", vm, False, False)]
    if state == "Paused":
        deeds += [("VM.unpause", vm)]
    return deeds


KINDS: tuple[Callable[[Mischief], None], ...] = (
    lose_answers,
    lose_answers,
    fail_calls,
    restart_toolstack,
    crash_host,
    make_deaf,
    lose_sessions,
    lose_events,
    lose_tasks,
    meddle,
    meddle,
)
"""Chosen among with equal chance; what is common in life stands here twice."""
