"""Last scenes: maintenance entered and left, and the proof of the whole evening."""

from __future__ import annotations

import time

from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.frame.paper import say, say_table
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.words import span


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
    """Every run of the demo, as it was verified on the pool."""
    play.scene("What was proven, on the pool itself")
    rows = [
        (proof.guest.name, proof.promised, "never" if proof.restarted is False else "", span(proof.seconds or 0.0))
        for report in play.reports
        if report.proof is not None
        for proof in report.proof.guests
    ]
    say_table(("guest", "promised and seen", "stopped?", "took (your time)"), rows)
    snapshot = await play.look()
    halted = [vm.name_label for vm in snapshot.guests if vm.power_state != "Running" and vm.name_label != "archive"]
    if halted or not all(host.enabled for host in snapshot.hosts):
        raise Astray(f"in the end these do not run: {', '.join(halted) or 'none'}; or a host is still disabled")
    say(f"All of it verified, in {span(time.monotonic() - play.began)} of your time.", style="bold green")
