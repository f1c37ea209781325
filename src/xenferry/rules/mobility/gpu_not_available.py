"""The host has no GPU free for the guest.

All of the guest's virtual GPUs must find room on the host's GPUs of the right group. How large they are, and which
types may share a GPU, is hidden from clients: from outside this is close, but not exact. NVIDIA's own comparison of
guest and GPU happens on the host and is not known here.

Cause: the host has no such GPU, or all of them are in use.
Fix:
- Free one: move or shut down another guest that uses it.
- Use a host with such a GPU: `xe pgpu-list`.

Cause: the GPU does not allow this type of virtual GPU.
Fix: Allow it: `xe pgpu-enable-vgpu-types uuid=... vgpu-types=...`.

Example:
    pool p
    host xcp1
      gpu 0000:05:00.0
    host xcp2
    guest cad on=xcp1 halted
      vgpu 0000:05:00.0   # rule: gpu-not-available
    guest web on=xcp1 halted
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import gpu
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 16),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts where not all of them find room, unless each has its place already."""
    found: dict[Ref, int] = {}
    for vm in guests:
        if vm.VGPUs and not gpu.is_reserved(s, vm):
            found[vm.ref] = sum(1 << at for at, host in enumerate(s.hosts) if gpu.place(s, vm, host))
    return {ref: hosts for ref, hosts in found.items() if hosts}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer: about the first that finds no room."""
    return gpu.place(s, vm, host)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which group, and which type."""
    wrong = gpu.place(s, vm, hosts[0])
    kind = s.VGPU_type.get(Ref(wrong[3])) if len(wrong) > 3 else None
    what = f"of type {kind.model_name}" if kind else f"of the group {s.name(wrong[2])!r}"
    vgpu = next(each for each in gpu.of(s, vm) if each.GPU_group == wrong[2])
    free = "Free one there (move or shut down a guest that uses it), or use a host with such a GPU: `xe pgpu-list`."
    return Words(vgpu.ref, f"{cannot_go(vm, hosts)}: no GPU {what} is free there.", (free,))
