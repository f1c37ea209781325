"""The guest has a virtual GPU that cannot be migrated.

Only NVIDIA's virtual GPUs can move, and only if host and driver support it, which XAPI sees from compatibility data on
the GPU the guest is on.

Cause: the whole GPU is passed through, or it is an Intel or AMD virtual GPU.
Fix: Shut the guest down and start it on another host with such a GPU.

Cause: the NVIDIA host driver does not support migration, or its data is missing.
Fix: Install the current NVIDIA host driver on all hosts, with vGPU migration switched on, and reboot them.

Example:
    pool p
    host xcp1
      gpu 0000:05:00.0
    host xcp2
    guest cad   # rule: vgpu-attached
      vgpu 0000:05:00.0
    guest web
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VGPU, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import gpu
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 14),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, unless all its virtual GPUs can move."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.VGPUs and not all(_can_move(s, vgpu) for vgpu in gpu.of(s, vm))}


def _can_move(s: Snapshot, vgpu: VGPU) -> bool:
    on = s.PGPU.get(vgpu.resident_on)
    return gpu.implementation(s, vgpu) in gpu.NVIDIA and on is not None and "nvidia" in on.compatibility_metadata


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_HAS_VGPU", vm.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which kind of GPU."""
    vgpu = next(each for each in gpu.of(s, vm) if not _can_move(s, each))
    kind = s.VGPU_type.get(vgpu.type)
    what = f"{kind.vendor_name} {kind.model_name}".strip() if kind else ""
    seen = f"{cannot_move(vm)} while it runs: its virtual GPU{f' ({what})' if what else ''} cannot be migrated."
    return Words(vgpu.ref, seen, (f"Shut {vm.name_label} down and start it on a host with such a GPU.",))
