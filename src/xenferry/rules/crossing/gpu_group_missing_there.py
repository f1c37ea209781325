"""The other pool has no group of such GPUs as the guest's virtual GPU is of.

The records of the guest name a group of GPUs; the other pool must have one of the same types of GPU.

Cause: the hosts there have other GPUs, or none.
Fix: Take the GPU away while the guest is halted (`xe vgpu-destroy uuid=...`), move it, and give it another one there.

Example:
    pool east
    host north
      gpu 0000:81:00.0 "Intel GVT" types=GVTg
    guest cad halted   # rule: gpu-group-missing-there
      disk root
      vgpu 0000:81:00.0 type=GVTg
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.pool.records import VGPU
from xenferry.rules.facts import gpu
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 8)


def refused(j: Journey) -> bool:
    """Groups are the same when they are of the same types of GPU."""
    return _missing(j) is not None


def _missing(j: Journey) -> VGPU | None:
    offered = {group.GPU_types for group in j.there.GPU_group.values()}
    for vm in j.arriving:
        for vgpu in gpu.of(j.here, vm):
            group = j.here.GPU_group.get(vgpu.GPU_group)
            if group is not None and group.GPU_types not in offered:
                return vgpu
    return None


def error(j: Journey) -> Error:
    """XAPI's answer."""
    vgpu = _missing(j)
    types = j.here.GPU_group[vgpu.GPU_group].GPU_types if vgpu else ()
    text = f"Unable to find GPU group with matching GPU_types = '[{','.join(types)}]'"
    return ("IMPORT_ERROR_GENERIC", f'INTERNAL_ERROR: [ Failure("{text}") ]')


def say(j: Journey) -> Words:
    """Which group."""
    vgpu = _missing(j)
    name = j.here.name(vgpu.GPU_group) if vgpu else ""
    seen = f"{j.cannot}: that pool has no GPUs like those of {name}, of which it has a virtual one."
    uuid = vgpu.uuid if vgpu else "..."
    return Words(j.vm.ref, seen, (f"Take it away while {j.vm.name_label} is halted: `xe vgpu-destroy uuid={uuid}`.",))
