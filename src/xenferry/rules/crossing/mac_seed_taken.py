"""A machine of the other pool would make the same MAC addresses.

Each guest carries a seed from which its MAC addresses follow. A pool takes in no guest whose seed one of its machines
has, unless it is the same guest (the same UUID), or a snapshot of it.

Cause: the guest is a copy of one there, or the other way round, made of its records without XAPI.
Fix: Give it another seed while it is halted: `xe vm-param-set uuid=... other-config:mac_seed=$(uuidgen)`.

Cause: an earlier move was interrupted and left its records there, or a snapshot of them whose guest is gone.
Fix: Remove what is left over there, once it is certain that it is not in use.

Example:
    pool east
    host north
    guest mail   # rule: mac-seed-taken
      set other_config.mac_seed=6a1d6f1e-0000-4000-8000-000000000001
      disk root

    pool west
    host upper
    sr store nfs default
    guest copy
      set other_config.mac_seed=6a1d6f1e-0000-4000-8000-000000000001
"""

from __future__ import annotations

from xenferry.pool.records import VM
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import namesakes
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 2)


def refused(j: Journey) -> bool:
    """A machine there has the seed of the guest or of one of its snapshots, and is neither of them."""
    return _clash(j) is not None


def _clash(j: Journey) -> tuple[str, VM] | None:
    """Simplification: a snapshot there whose guest is gone is nobody's; XAPI may still read whose it was."""
    for mine in () if j.copy else j.arriving:
        seed = mine.other_config.get("mac_seed", "")
        for known in namesakes.by_seed(j.there).get(seed, ()):
            if _owner(j.here, mine) != _owner(j.there, known):
                return seed, known
    return None


def _owner(s: Snapshot, vm: VM) -> str:
    """The UUID of the guest, or of the guest that it is a snapshot of."""
    if not vm.is_a_snapshot:
        return vm.uuid
    origin = s.VM.get(vm.snapshot_of)
    return origin.uuid if origin else f"of nobody: {vm.uuid}"


def error(j: Journey) -> Error:
    """XAPI's answer."""
    found = _clash(j)
    return ("DUPLICATE_MAC_SEED", found[0] if found else "")


def say(j: Journey) -> Words:
    """Which machine has it."""
    found = _clash(j)
    other = found[1] if found else j.vm
    seen = f"{j.cannot}: {other.name_label} there would make the same MAC addresses (the same mac_seed)."
    new = f"xe vm-param-set uuid={j.vm.uuid} other-config:mac_seed=$(uuidgen)"
    left = f"If {other.name_label} there is left over from an earlier move and not in use, remove it."
    return Words(j.vm.ref, seen, (left, f"Else give {j.vm.name_label} another seed while it is halted: `{new}`."))
