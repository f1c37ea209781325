"""Last scenes: maintenance entered and left, and the proof of the whole evening."""

from __future__ import annotations

import copy
import time
from itertools import groupby

from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.frame.paper import say, say_table
from xenferry.lab.history import History
from xenferry.plan.forecast.figures import PAUSE_SECONDS
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.words import size, span
from xenferry.pool.records import VM
from xenferry.pool.snapshot import Snapshot


async def maintain(play: Play) -> None:
    """Empty a host for maintenance, then bring its guests home."""
    play.scene("Maintenance of a host, entered and left")
    snapshot = await play.look()
    host = next(host for host in snapshot.hosts if host.name_label == "xcp2")
    home = {vm.ref for vm in snapshot.guests if vm.resident_on == host.ref}
    say(f"$ xenferry maintenance enter {host.name_label}", style="dim")
    await play.carry_out(enter(snapshot, host.ref))
    emptied = await play.look()
    staying = [vm.name_label for vm in emptied.guests if vm.resident_on == host.ref]
    if staying or not home:
        raise Astray(f"{host.name_label} is in maintenance; on it are {', '.join(staying)}, before {len(home)} guests")
    say(f"$ xenferry maintenance leave {host.name_label}", style="dim")
    await play.carry_out(leave(emptied, host.ref))
    back = {vm.ref for vm in (await play.look()).guests if vm.resident_on == host.ref}
    if back != home:
        raise Astray(f"{len(home)} guests belong on {host.name_label}, {len(back)} are there after the maintenance")


async def prove(play: Play) -> None:
    """What happened to every guest, as the lab's hypervisor saw it: nobody stopped unasked, nobody ran twice."""
    play.scene("The proof: what the guests lived through, as the hypervisor saw it")
    snapshot = await play.look()
    history = play.stage.ask(lambda lab: copy.deepcopy(lab.hypervisor.history))
    say("Pause: the longest time it stood still (lab time). Sent: memory. Copied: disks.", style="dim")
    say_table(
        ("guest", "ran on", "moves", "pause", "sent", "copied", "stopped"),
        [_life(snapshot, history, vm) for vm in snapshot.guests],
    )
    _say_long_pauses(play, snapshot, history)
    faults = _faults(snapshot, history)
    if faults:
        raise Astray("; ".join(faults))
    runs = len(play.reports)
    say(f"{runs} runs, each verified on the pool; nobody ran twice, nobody stopped unasked.", style="bold green")
    say(f"All of that in {span(time.monotonic() - play.began)} of your time.", style="bold green")


def _say_long_pauses(play: Play, snapshot: Snapshot, history: History) -> None:
    """Who stood still longer than the plans assumed, and why: how fast a guest writes, no pool tells beforehand."""
    rates = play.stage.ask(lambda lab: {vm.ref: lab.world.dirty(vm.ref) for vm in snapshot.guests})
    for vm in snapshot.guests:
        pause = history.longest_pause_s(vm.ref)
        if pause > PAUSE_SECONDS:
            say(
                f"{vm.name_label} stood still for {pause:.2f} s; the plans assumed {PAUSE_SECONDS:g} s. It rewrites "
                f"{size(rates[vm.ref])} of its memory in a second, and what it rewrites last is sent while it stands.",
                hang=2,
            )


ASKED_TO_STOP = frozenset({"monitor", "cache", "oldweb"})
"""Two for the reboot of their host, one moved cold."""


def _faults(snapshot: Snapshot, history: History) -> list[str]:
    faults = [f"{snapshot.name(guest)} ran on two hosts at once" for guest in history.twice()]
    for vm in snapshot.guests:
        if history.stopped(vm.ref) and vm.name_label not in ASKED_TO_STOP:
            faults.append(f"{vm.name_label} was stopped, and nobody had asked for it")
        if vm.power_state != "Running" and vm.name_label != "archive":
            faults.append(f"{vm.name_label} does not run at the end")
    faults += [f"{host.name_label} is disabled at the end" for host in snapshot.hosts if not host.enabled]
    return faults


def _life(snapshot: Snapshot, history: History, vm: VM) -> tuple[str, ...]:
    moves = [move for move in history.moves if move.guest == vm.ref and move.outcome == "arrived"]
    pause = history.longest_pause_s(vm.ref)
    return (
        vm.name_label,
        ">".join(host for host, _ in groupby(snapshot.name(run.host) for run in history.of(vm.ref))) or "-",
        str(len(moves)) if moves else "",
        f"{pause:.2f} s" if pause else "",
        size(sum(move.memory_bytes for move in moves)) if moves else "",
        size(sum(move.disk_bytes for move in moves)) if moves else "",
        "as asked" if history.stopped(vm.ref) else "never" if history.of(vm.ref) else "",
    )
