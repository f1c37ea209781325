"""The guest has a virtual GPU of a kind that this XAPI no longer supports.

Intel's GVT-g is switched off in xapi.conf on newer hosts, and XAPI then refuses such guests anywhere. The switch is not
visible to a client: this rule speaks only where it is known (from a lab, a recording or the host itself).

Cause: the guest was given an Intel GVT-g virtual GPU on an older version.
Fix: Take the virtual GPU away: shut the guest down, `xe vgpu-destroy uuid=...`, start it.

Example:
    pool p
    host xcp1
      gpu 0000:00:02.0 types=GVTg
    host xcp2
    guest desk on=xcp1
      vgpu 0000:00:02.0 type=GVTg   # rule: legacy-vgpu
    guest web on=xcp1
    # unseen: GVTg is Intel GVT-g, and the hosts have it switched off
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import gpu
from xenferry.rules.facts.internal import hidden
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("core", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if the switch is known to be off."""
    if hidden(s).get(s.pool.ref, {}).get("gvt_g_supported", True):
        return {}
    return {vm.ref: int(s.everywhere) for vm in guests if vm.VGPUs and _legacy(s, vm)}


def _legacy(s: Snapshot, vm: VM) -> list[Ref]:
    return [vgpu.type for vgpu in gpu.of(s, vm) if gpu.implementation(s, vgpu) == "gvt_g"]


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    kind = s.VGPU_type[_legacy(s, vm)[0]]
    return ("VGPU_TYPE_NO_LONGER_SUPPORTED", f"{kind.vendor_name}: {kind.model_name}")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which type."""
    kind = s.VGPU_type[_legacy(s, vm)[0]]
    vgpu = next(each for each in gpu.of(s, vm) if each.type == kind.ref)
    seen = f"{cannot_move(vm)}: virtual GPUs of the type {kind.model_name} are no longer supported."
    return Words(vgpu.ref, seen, (f"Shut it down and take the GPU away: `xe vgpu-destroy uuid={vgpu.uuid}`.",))
