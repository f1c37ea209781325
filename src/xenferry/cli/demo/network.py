"""Fourth scene: the same cable under two names, told by XAPI as VM_REQUIRES_NETWORK, cured in dom0 over real ssh."""

from __future__ import annotations

from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.frame.paper import say
from xenferry.plan.align_nics import align_nics


async def cure(play: Play) -> None:
    """Provoke the refusal, rename the NIC, see that cables and names agree."""
    play.scene("The network: one cable, two names")
    snapshot = await play.look()
    guest = next(vm for vm in snapshot.guests if vm.name_label == "web")
    host = next(host for host in snapshot.hosts if host.ref != guest.resident_on)
    options = {"live": "true"}
    await play.refused(
        "Migrating web", "VM_REQUIRES_NETWORK", guest.ref, "VM.pool_migrate", guest.ref, host.ref, options
    )
    say()
    say("$ xenferry nics apply --shut-down", style="dim")
    await play.carry_out(align_nics(snapshot, shut_down=True))
    left = align_nics(await play.look())
    if left.steps:
        raise Astray("names and cables still disagree after the renaming")
