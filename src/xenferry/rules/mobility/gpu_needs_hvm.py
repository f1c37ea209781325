"""The guest has a virtual GPU and is not fully virtualised.

XAPI gives GPUs only to HVM guests.

Cause: the guest was changed to PV, PVH or PV-in-PVH after it got its GPU.
Fix: Take the GPU away (`xe vgpu-destroy uuid=...`), or make the guest HVM again: `xe vm-param-set uuid=...
    domain-type=hvm` while it is halted.

Example:
    pool p
    host xcp1
      gpu 0000:05:00.0
    host xcp2
    guest web pv
    guest cad pvh on=xcp1
      vgpu 0000:05:00.0   # rule: gpu-needs-hvm
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("reserve", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if it has a virtual GPU and will have no device model."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.VGPUs and vm.domain_type != "hvm"}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("FEATURE_REQUIRES_HVM", "vGPU- and GPU-passthrough needs HVM")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is not HVM."""
    seen = f"{cannot_go(vm, hosts)}: it has a virtual GPU, and only HVM guests can have one."
    return Words(vm.VGPUs[0], seen, ("Take the GPU away: `xe vgpu-destroy uuid=...`.",))
