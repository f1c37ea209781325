"""The guest's virtual GPU cannot go along while the guest runs.

Only NVIDIA's virtual GPUs can be moved live, and only where their driver says so; a halted guest may go, and needs such
a GPU there.

Cause: a GPU of the host, or a part of it, is given to the guest.
Fix: Shut the guest down and move it cold; its GPU is then taken from the group of the same GPUs there.

Example:
    pool east
    host north
      gpu 0000:81:00.0 "Intel GVT" types=GVTg
    guest cad   # rule: gpu-stays
      disk root
      vgpu 0000:81:00.0 type=GVTg
    guest idle halted
      disk root
      vgpu 0000:81:00.0 type=GVTg

    pool west
    host upper
      gpu 0000:81:00.0 "Intel GVT" types=GVTg
    sr store nfs default
"""

from __future__ import annotations

from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.mobility import vgpu_attached
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("lifecycle", 14)


def refused(j: Journey) -> bool:
    """A halted guest may go with any."""
    return j.vm.power_state != "Halted" and bool(vgpu_attached.refused(j.here, (j.vm,)))


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("VM_HAS_VGPU", j.vm.ref)


def say(j: Journey) -> Words:
    """Which kind of GPU."""
    words = vgpu_attached.say(j.here, j.vm, (j.host,))
    return words._replace(cures=(f"Shut {j.vm.name_label} down and move it cold.",))
