"""A fully virtualised guest without paravirtualised drivers cannot be suspended, so it cannot move.

The last moment of a migration needs the guest's help: its drivers or its agent must say that it can be suspended.
Besides, such a guest runs its disks and NICs as emulated devices, which is slow. PV, PVH and PV-in-PVH guests always
can. `force` skips the check, at the risk of a crash.

Cause: the guest tools were never installed, or their agent does not run.
Fix:
- Windows: install the XCP-ng or XenServer guest tools in the guest and restart it.
- Linux: install and start the agent (`xe-guest-utilities` or `xen-guest-agent`); the drivers are in the kernel.
- Start the agent's service if it is installed, and look again after a minute.

Cause: the guest has only just been started and its agent has not reported yet.
Fix: Wait a minute and look again.

Example:
    pool p
    host xcp1
    host xcp2
    guest old hvm drivers=no   # rule: guest-without-drivers
    guest web hvm drivers=yes
    guest para pv drivers=no
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.guest import has_drivers
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle-strict", 10),)

ALWAYS = ("pv", "pvh", "pv_in_pvh")


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if it is live and nothing says that it can be suspended."""
    hosts, always = int(s.everywhere), {ref for ref, m in s.VM_metrics.items() if m.current_domain_type in ALWAYS}
    able = {ref for ref, told in s.VM_guest_metrics.items() if told.other.get("feature-suspend") == "1"}
    live = [vm for vm in guests if vm.power_state in ("Running", "Paused")]
    doubtful = [vm for vm in live if vm.guest_metrics not in able and vm.metrics not in always]
    return {vm.ref: hosts for vm in doubtful if not has_drivers(s, vm)}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_LACKS_FEATURE", vm.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That neither drivers nor agent report."""
    seen = f"{cannot_move(vm)}: it reports no paravirtualised drivers, so it cannot be suspended for the last moment"
    install = f"Install the guest tools in {vm.name_label} (or start their agent), then look again."
    cold = f"Shut it down and start it on the other host: `xe vm-shutdown uuid={vm.uuid}`."
    return Words(vm.ref, f"{seen} of a migration.", (install, cold))
