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
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.guest import agent, choice, domain, power, sleep
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
        (choice, "any_of", _any_of(_workplaces(lines), names)),
        (power, "any_of", _any_of(_workplaces(lines), names)),
        (sleep, "choose", choose),
        (power, "check_kernel", _refusing(left)),
        (domain, "stay", _believing(left)),
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


def _places(lines: Iterable[Line], known: set[str]) -> dict[str, list[tuple[float, str]]]:
    """uuid of each guest -> when it was told (seconds) that it had started or resumed, and on which host, in order."""
    told: dict[str, tuple[str, float, str, str]] = {}
    for line in lines:
        for uuid, guest, when, host in ARRIVED.findall(str(line.get("body"))):
            if uuid not in known:
                told.setdefault(uuid, (when, (line["t_ms"] + line.get("dt_ms", 0)) / 1000, guest, host))
    places: dict[str, list[tuple[float, str]]] = {}
    for _, at, guest, host in sorted(told.values(), key=lambda each: each[:2]):
        places.setdefault(guest, []).append((at, host))
    return places


def _chooser(places: dict[str, list[tuple[float, str]]], names: Names) -> Callable[[Context, str], str]:
    """XAPI chooses at random among the hosts that can take a guest; of those it is the one that is told of next."""
    real = choice.choose

    def choose(ctx: Context, vm: str) -> str:
        uuid = ctx.db.get("VM", vm)["uuid"]
        now = asyncio.get_running_loop().time()
        later = [host for at, host in places.get(names.recorded.get(uuid, uuid), []) if at >= now]
        able = choice.candidates(ctx.lab.hypervisor.facts, vm, with_memory=True)
        found = [host for host in able if ctx.db.get("host", host)["name_label"] in later[:1]]
        return found[0] if found else real(ctx, vm)

    return choose


def _workplaces(lines: Iterable[Line]) -> dict[str, list[tuple[float, str]]]:
    """Label of tasks -> when one was told of (seconds) and the host that it was on at last, in order."""
    hosts: dict[str, tuple[str, float, str]] = {}
    for told in told_of(list(lines)):
        record = told.event.get("snapshot")
        if told.event["class"] == "task" and record:
            first = hosts.get(told.event["ref"], ("", told.at / 1000, ""))[1]
            hosts[told.event["ref"]] = record["name_label"], first, record["resident_on"]
    places: dict[str, list[tuple[float, str]]] = {}
    for label, at, host in sorted(hosts.values()):
        places.setdefault(label, []).append((at, host))
    return places


def _any_of(places: dict[str, list[tuple[float, str]]], names: Names) -> Callable[[Context, list[str]], str]:
    """Of hosts that are all the same to XAPI it takes the one that goes on with the task in the recording."""
    real = choice.any_of

    def any_of(ctx: Context, able: list[str]) -> str:
        now = asyncio.get_running_loop().time()
        label = ctx.db.get("task", ctx.task)["name_label"] if ctx.task else ""
        later = [names.ours.get(host, host) for at, host in places.get(label, []) if at >= now]
        return later[0] if later and later[0] in able else real(ctx, able)

    return any_of


def _remembering(left: set[tuple[str, str]]) -> Callable[..., None]:
    """A guest suspended on one host and resumed on another stays "Suspended" in the first one's simulator."""
    real = domain.end

    def end(lab: Any, vm: str, why: str, **how: Any) -> None:
        if how.get("state") == "Suspended":
            left.add((vm, lab.db.get("VM", vm)["resident_on"]))
        real(lab, vm, why, **how)

    return end


def _resuming(left: set[tuple[str, str]]) -> Callable[..., None]:
    """The simulator does not plug the devices of a resumed guest."""
    real = domain.resume

    def resume(lab: Any, vm: str, host: str, **how: Any) -> None:
        left.discard((vm, host))
        real(lab, vm, host, **how)
        domain.attach(lab, vm, attached=False)

    return resume


def _refusing(left: set[tuple[str, str]]) -> Callable[[Context, str], None]:
    """So a later start there fails in the words of that simulator."""
    real = power.check_kernel

    def check(ctx: Context, vm: str) -> None:
        if (vm, ctx.db.get("VM", vm)["scheduled_to_be_resident_on"]) in left:
            raise LabError("VM_BAD_POWER_STATE", vm, "Halted", "Suspended")
        real(ctx, vm)

    return check


def _believing(left: set[tuple[str, str]]) -> Callable[[Any, str, str], None]:
    """And XAPI, which had just noted where the guest is, believes it suspended."""
    real = domain.stay

    def stay(lab: Any, vm: str, host: str) -> None:
        real(lab, vm, host)
        if (vm, host) in left:
            record = lab.db.get("VM", vm)
            domain_was = {"hvm": record["domain_type"] == "hvm", "VCPUs_number": record["VCPUs_at_startup"]}
            lab.db.update("VM_metrics", record["metrics"], **domain_was)
            told = lab.db.create("VM_guest_metrics", agent.FIRST_REPORT, last_updated=lab.date())
            believed = {"power_state": "Suspended", "resident_on": NULL, "guest_metrics": told}
            lab.db.update("VM", vm, **believed, memory_target=record["memory_dynamic_max"])
            lab.menus.settle_one("VM", vm)

    return stay
