"""The guest says that it cannot be suspended now, so it cannot move either.

A migration ends with a short suspension. Drivers in the guest may forbid it and give a reason; then not even `force`
helps. Known since xapi 25.24; older ones do not look.

Cause: Windows drivers were updated and are only half active, so that a disk or NIC is still an emulated device.
Fix: Restart the guest from inside until its drivers are active.

Cause: the guest uses a device that cannot be suspended, as the reason says.
Fix: Remove that device, then restart the guest.

Example:
    pool p
    host xcp1
    host xcp2
    guest web   # rule: guest-forbids-suspend
      set guest_metrics.other.data-cant-suspend-reason="emulated NVMe"
    guest other
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 10),)

REASON = "data-cant-suspend-reason"


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if the running guest gives a reason."""
    if version.xapi(s) < (25, 24):
        return {}
    hosts, saying = int(s.everywhere), {ref for ref, told in s.VM_guest_metrics.items() if REASON in told.other}
    live = ("Running", "Paused")
    return {vm.ref: hosts for vm in guests if vm.guest_metrics in saying and vm.power_state in live}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_NON_SUSPENDABLE", vm.ref, s.VM_guest_metrics[vm.guest_metrics].other[REASON])


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The guest's own reason."""
    reason = s.VM_guest_metrics[vm.guest_metrics].other[REASON]
    cure = f"Restart {vm.name_label} from inside, until its drivers are active; then look again."
    return Words(vm.ref, f"{cannot_move(vm)}: its drivers say that it cannot be suspended now ({reason}).", (cure,))
