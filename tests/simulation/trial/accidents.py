"""What goes wrong by itself while a run is driven: lost answers, dying hosts and toolstacks, deaf guests."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from trial.mischief import Blow, Mischief
from xenferry.lab import mishaps
from xenferry.lab.error import LabError
from xenferry.lab.faults import Dropped
from xenferry.lab.world import Fault, Mishap

BACK_S = 400.0
"""A host that crashed is switched on again after this time."""
CHANGING = (
    "VM.pool_migrate", "VM.migrate_send", "VM.clean_shutdown", "VM.suspend", "VM.start_on", "VM.resume_on",
    "VDI.pool_migrate", "SR.create", "PBD.plug", "pool.set_default_SR",
    "host.disable", "host.enable", "host.reboot", "host.add_to_other_config", "host.remove_from_other_config",
)  # fmt: skip
READING = ("task.get_record", "host.get_servertime", "task.add_to_other_config", "VM.get_record", "task.destroy")
ERRORS = (
    ("OTHER_OPERATION_IN_PROGRESS", "VM", "OpaqueRef:somebody"),
    ("INTERNAL_ERROR", "xenopsd internal error: ordered"),
    ("HOST_NOT_ENOUGH_FREE_MEMORY", "1073741824", "4096"),
)


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
    call, when = now.chance.choice(CHANGING[:9]), now.chance.choice(("", "task", "late"))
    error = now.chance.choice(ERRORS)
    now.tell(f"{call} will fail with {error[0]} ({when or 'at once'})")
    now.lab.world.faults.append(Fault(call=call, error=error, when=when, times=now.chance.randint(1, 6)))


def restart_toolstack(now: Mischief) -> None:
    async def work() -> None:
        host = now.host()
        if host not in now.lab.toolstacks.dead:
            now.tell(f"the toolstack of {now.name('host', host)} restarts")
            now.blows.append(Blow(asyncio.get_running_loop().time(), "toolstack", host))
            now.lab.restart_toolstack(host)

    now.later(work)


def crash_host(now: Mischief) -> None:
    """Any host, the coordinator too; it is switched on again."""

    async def work() -> None:
        host = now.host()
        if host in now.lab.toolstacks.dead:
            return
        now.tell(f"{now.name('host', host)} crashes")
        now.blows.append(Blow(asyncio.get_running_loop().time(), "crash", host))
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


def spoil_server(now: Mischief) -> None:
    """The NFS server lets a host, or all, in no more, or writes nothing, for a while or for good."""

    async def work() -> None:
        server, host = now.lab.world.servers["nas"], now.host()
        export = server.exports["/more"]
        kind = now.chance.choice(("unmountable", "unreachable", "read_only", "full"))
        now.tell(f"server nas is {kind}, for {now.name('host', host)} if for one")
        if kind in ("unmountable", "unreachable"):
            getattr(server, kind).add(host)
        else:
            setattr(export, kind, True)
        if now.chance.random() < 0.6:
            await asyncio.sleep(now.chance.uniform(5.0, 400.0))
            now.tell("server nas is well again")
            server.unmountable.discard(host)
            server.unreachable.discard(host)
            export.read_only = export.full = False

    now.later(work)


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
