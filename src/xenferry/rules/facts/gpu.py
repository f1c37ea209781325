"""Whether a guest's virtual GPUs find room on a host.

XAPI places them one after the other on the host's GPUs of the right group (xapi/vgpuops.ml, xapi_pgpu_helpers.ml). The
sizes it counts with are hidden (PGPU.size, VGPU_type.size): without them the room left is told from
PGPU.supported_VGPU_max_capacities, which may be off by rounding; which types may share a GPU is hidden too
(VGPU_type.compatible_types_on_pgpu): without it only equal types are taken to share. NVIDIA's own comparison of guest
and GPU happens on the host and is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from xenferry.pool.records import PGPU, VGPU, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.internal import hidden
from xenferry.rules.facts.sriov import attached
from xenferry.rules.finding import Error
from xenferry.rules.once import once_of

WHOLE = ("passthrough",)
FUNCTION = ("mxgpu", "nvidia_sriov")
NVIDIA = ("nvidia", "nvidia_sriov")


def implementation(s: Snapshot, vgpu: VGPU) -> str:
    """How the GPU is given to the guest: passthrough, nvidia, nvidia_sriov, gvt_g, mxgpu; empty if not known."""
    kind = s.VGPU_type.get(vgpu.type)
    return kind.implementation if kind else ""


def of(s: Snapshot, vm: VM) -> list[VGPU]:
    """The guest's virtual GPUs, in XAPI's order."""
    return [s.VGPU[ref] for ref in vm.VGPUs if ref in s.VGPU]


def needs_iommu(s: Snapshot, vm: VM) -> bool:
    """Whether one of them passes a device, or a function of it, through."""
    return any(implementation(s, vgpu) in WHOLE + FUNCTION for vgpu in of(s, vm))


def is_reserved(s: Snapshot, vm: VM) -> bool:
    """Whether each of the guest's virtual GPUs already has its place on a GPU."""
    return all(vgpu.scheduled_to_be_resident_on in s.PGPU for vgpu in of(s, vm))


@once_of("VGPU", "PGPU")
def scheduled(s: Snapshot) -> Mapping[Ref, tuple[Ref, ...]]:
    """GPU -> virtual GPUs that are about to arrive on it."""
    found: dict[Ref, tuple[Ref, ...]] = {}
    for vgpu in s.VGPU.values():
        there = vgpu.scheduled_to_be_resident_on
        if there in s.PGPU:
            found[there] = (*found.get(there, ()), vgpu.ref)
    return found


def place(s: Snapshot, vm: VM, host: Host) -> Error:
    """Try to place all of a guest's virtual GPUs on a host: XAPI's answer, empty if they fit."""
    taken: list[tuple[VGPU, Ref]] = []
    for vgpu in of(s, vm):
        group = s.GPU_group.get(vgpu.GPU_group)
        mine = [ref for ref in (group.PGPUs if group else ()) if ref in host.PGPUs and ref in s.PGPU]
        room = [(capacity(s, s.PGPU[ref], vgpu, taken), ref) for ref in mine]
        room = [(left, ref) for left, ref in room if left > 0]
        if not room:
            return _missing(s, vm, vgpu)
        spread = group is not None and group.allocation_algorithm == "breadth_first"
        room.sort(key=lambda each: -each[0] if spread else each[0])
        taken.append((vgpu, room[0][1]))
    return ()


def _missing(s: Snapshot, vm: VM, vgpu: VGPU) -> Error:
    if implementation(s, vgpu) in WHOLE:
        return ("VM_REQUIRES_GPU", vm.ref, vgpu.GPU_group)
    return ("VM_REQUIRES_VGPU", vm.ref, vgpu.GPU_group, vgpu.type)


def capacity(s: Snapshot, gpu: PGPU, vgpu: VGPU, taken: list[tuple[VGPU, Ref]]) -> int:
    """How many virtual GPUs of this one's type the GPU still takes; see the module about what is approximate."""
    there = [s.VGPU[ref] for ref in (*gpu.resident_VGPUs, *scheduled(s).get(gpu.ref, ())) if ref in s.VGPU]
    if vgpu.type not in gpu.supported_VGPU_types or vgpu.type not in gpu.enabled_VGPU_types:
        return 0
    if not all(vgpu.type in _shares_with(s, other.type) for other in there):
        return 0
    before = [other for other, where in taken if where == gpu.ref]
    if implementation(s, vgpu) in WHOLE:
        return 0 if before or gpu.ref in scheduled(s) or attached(s).get(gpu.PCI) else 1
    used = sum((_size(s, gpu, other.type) for other in (*there, *before)), Fraction(0))
    size = _size(s, gpu, vgpu.type)
    return int((_whole(s, gpu) - used) / size) if size else 0


def _shares_with(s: Snapshot, kind: Ref) -> tuple[str, ...]:
    return tuple(hidden(s).get(kind, {}).get("compatible_types_on_pgpu", (kind,)))


def _whole(s: Snapshot, gpu: PGPU) -> Fraction:
    return Fraction(hidden(s).get(gpu.ref, {}).get("size", 1))


def _size(s: Snapshot, gpu: PGPU, kind: Ref) -> Fraction:
    if "size" in hidden(s).get(gpu.ref, {}):
        return Fraction(hidden(s).get(kind, {}).get("size", 0))
    most = gpu.supported_VGPU_max_capacities.get(kind, 0)
    return Fraction(1, most) if most else Fraction(1)
