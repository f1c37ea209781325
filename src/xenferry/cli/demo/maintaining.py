"""Last scenes: maintenance entered and left, and the proof of the whole evening."""

from __future__ import annotations

import time

from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.frame.paper import say, say_table
from xenferry.plan.evacuate import Choice
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.words import span
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


async def maintain(play: Play) -> None:
    """Empty a host for maintenance, then bring its guests home."""
    play.scene("Maintenance of the first host, entered and left")
    snapshot = await play.look()
    host = snapshot.hosts[0]
    say(f"$ xenferry maintenance enter {host.name_label} --shutdown firewall", style="dim")
    await play.carry_out(enter(snapshot, host.ref, _choices(snapshot)))
    emptied = await play.look()
    staying = [vm.name_label for vm in emptied.guests if vm.resident_on == host.ref and vm.power_state == "Running"]
    if staying:
        raise Astray(f"{host.name_label} is in maintenance, but {', '.join(staying)} still run there")
    say(f"$ xenferry maintenance leave {host.name_label}", style="dim")
    await play.carry_out(leave(emptied, host.ref))


def _choices(snapshot: Snapshot) -> dict[Ref, Choice]:
    """The firewall holds a device of the host and cannot go: a person decides that it is shut down meanwhile."""
    return {vm.ref: "shutdown" for vm in snapshot.guests if vm.name_label == "firewall"}


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
