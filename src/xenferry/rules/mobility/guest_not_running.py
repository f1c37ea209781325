"""Only a running guest can be migrated; a paused one cannot move at all.

XAPI migrates guests in the state Running. A paused guest keeps its memory and its host, and no call moves it. Halted
and suspended guests need no migration: they are started or resumed where they shall be.

Cause: somebody paused the guest, or a tool paused it and did not come back.
Fix: Let it run again: `xe vm-unpause uuid=...`.

Example:
    pool p
    host xcp1
    host xcp2
    guest web paused   # rule: guest-not-running
    guest off halted
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 2),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, unless it runs."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.power_state != "Running"}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_BAD_POWER_STATE", vm.ref, "running", vm.power_state.lower())


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Its power state."""
    cure = {
        "Paused": f"Let it run again: `xe vm-unpause uuid={vm.uuid}`.",
        "Halted": f"Start it where it shall run: `xe vm-start uuid={vm.uuid} on=...`.",
        "Suspended": f"Resume it where it shall run: `xe vm-resume uuid={vm.uuid} on=...`.",
    }.get(vm.power_state, "Wait until it runs.")
    return Words(vm.ref, f"{cannot_move(vm)}: it is {vm.power_state.lower()}, and only running guests move.", (cure,))
