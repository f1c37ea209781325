"""What was chance in the recorded pool, and what its simulated hypervisor did by mistake, happens in the lab too."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from replay.names import Names
from replay.others import told_of
from replay.recording import Line
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest import choice, domain, power, sleep
from xenferry.lab.history import Move
from xenferry.lab.motion import live

ARRIVED = re.compile(
    r'"uuid":"([^"]+)","name":"VM_(?:STARTED|RESUMED)","priority":\d,"cls":"VM","obj_uuid":"([^"]+)",'
    r'"timestamp":"([^"]+)","body":"VM [^"]*? on host: (\S+) \(uuid'
)


@contextmanager
def as_recorded(lines: list[Line], names: Names) -> Iterator[None]:
    """While it lasts, guests start where the recording says, and hosts remember guests that they suspended."""
    left: set[tuple[str, str]] = set()
    choose = _chooser(_places(lines, names.known), names)
    patches = (
        (live, "_take_over", _as_long(_durations(lines), names)),
        (power, "choose", choose),
        (sleep, "choose", choose),
        (power, "check_kernel", _refusing(left)),
        (domain, "end", _remembering(left)),
        (domain, "resume", _resuming(left)),
    )
    with ExitStack() as stack:
        for module, name, value in patches:
            stack.enter_context(patch.object(module, name, value))
        yield


def _durations(lines: Iterable[Line]) -> dict[str, list[float]]:
    """Guest -> how many seconds each of its migrations was shown to go on, in order."""
    begun: dict[tuple[str, str], float] = {}
    found: dict[tuple[str, str], float] = {}
    for told in told_of(list(lines)):
        record = told.event.get("snapshot") or {}
        if told.event["class"] == "vm" and record:
            moving = {task for task, name in record["current_operations"].items() if name == "pool_migrate"}
            guest = told.event["ref"]
            for task in moving:
                begun.setdefault((guest, task), told.at)
            for key in [key for key in begun if key[0] == guest and key[1] not in moving]:
                found.setdefault(key, (told.at - begun[key]) / 1000)
    lasted: dict[str, list[float]] = {}
    for (guest, _), seconds in found.items():
        lasted.setdefault(guest, []).append(seconds)
    return lasted


def _as_long(lasted: dict[str, list[float]], names: Names) -> Callable[..., Any]:
    """Where several guests moved at once the simulator was slower, most of all after a guest had arrived."""
    real = live._take_over

    async def take_over(ctx: Context, vm: str, move: Move, *rest: Any) -> None:
        await real(ctx, vm, move, *rest)
        here = asyncio.get_running_loop().time() - move.begin
        again = lasted.get(names.recorded.get(vm, vm))
        if again:
            await asyncio.sleep(max(0.0, again.pop(0) - here))

    return take_over


def _places(lines: Iterable[Line], known: set[str]) -> dict[str, list[str]]:
    """uuid of each guest -> the names of the hosts it started or resumed on, by XAPI's messages in order of time."""
    told: dict[str, tuple[str, str, str]] = {}
    for line in lines:
        for uuid, guest, when, host in ARRIVED.findall(str(line.get("body"))):
            if uuid not in known:
                told.setdefault(uuid, (when, guest, host))
    places: dict[str, list[str]] = {}
    for _, guest, host in sorted(told.values(), key=lambda each: each[0]):
        places.setdefault(guest, []).append(host)
    return places


def _chooser(places: dict[str, list[str]], names: Names) -> Callable[[Context, str], str]:
    """XAPI chooses at random among the hosts that can take a guest; of those it is the recorded one."""
    real = choice.choose

    def choose(ctx: Context, vm: str) -> str:
        uuid = ctx.db.get("VM", vm)["uuid"]
        arrivals = [
            ref
            for ref, message in ctx.db.all("message").items()
            if message["obj_uuid"] == uuid and message["name"] in ("VM_STARTED", "VM_RESUMED")
            if ref not in names.known
        ]
        wanted = places.get(names.recorded.get(uuid, uuid), [])[len(arrivals) : len(arrivals) + 1]
        able = choice.candidates(ctx.lab.hypervisor.facts, vm, with_memory=True)
        found = [host for host in able if ctx.db.get("host", host)["name_label"] in wanted]
        return found[0] if found else real(ctx, vm)

    return choose


def _remembering(left: set[tuple[str, str]]) -> Callable[..., None]:
    """A guest suspended on one host and resumed on another stays "Suspended" in the first one's simulator."""
    real = domain.end

    def end(lab: Any, vm: str, why: str, **how: Any) -> None:
        if how.get("state") == "Suspended":
            left.add((vm, lab.db.get("VM", vm)["resident_on"]))
        real(lab, vm, why, **how)

    return end


def _resuming(left: set[tuple[str, str]]) -> Callable[..., None]:
    real = domain.resume

    def resume(lab: Any, vm: str, host: str, **how: Any) -> None:
        left.discard((vm, host))
        real(lab, vm, host, **how)

    return resume


def _refusing(left: set[tuple[str, str]]) -> Callable[[Context, str], None]:
    """So a later start there fails in the words of that simulator, and XAPI believes the guest suspended."""
    real = power.check_kernel

    def check(ctx: Context, vm: str) -> None:
        if (vm, ctx.db.get("VM", vm)["scheduled_to_be_resident_on"]) in left:
            ctx.db.update("VM", vm, power_state="Suspended")
            raise LabError("VM_BAD_POWER_STATE", vm, "Halted", "Suspended")
        real(ctx, vm)

    return check
