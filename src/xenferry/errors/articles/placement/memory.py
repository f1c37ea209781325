"""The host has not enough free memory

XAPI counts every guest on a host at its dynamic minimum plus overhead, and guests that are about to arrive as well; a
move onto the same host needs the memory a second time.

Cause: the host's memory is taken by other guests.
Tell: `xe vm-list resident-on=HOST params=name-label,memory-actual` adds up to nearly all of it.
Fix:
- Move or shut down another guest, or choose another host; `xenferry matrix` shows who fits where.
- Lower the guest's dynamic minimum where it can do with less: `xe vm-memory-dynamic-range-set uuid=GUEST min=..
  max=..`.

Cause: only a disk was to be moved, and the guest stays on its host: that move needs the guest's memory twice.
Fix: Move the disk while the guest is shut down, move the guest to a host with room together with its disk, or free
    that memory first.

Cause: another guest is on its way to the host and its memory is set aside already.
Fix: Wait until that move is over; a reservation without a task goes away when the toolstack is restarted.

Cause: dom0 or Xen took memory after the host started, so that what XAPI counts as free is not there.
Tell: `xe host-compute-free-memory` says more than `xl info | grep free_memory`.
Fix: See `xl info | grep free_memory` in dom0; restart the host when it is empty.

Example:
    HOST_NOT_ENOUGH_FREE_MEMORY(8661237760, 3755843584)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.facts import free_memory, listed, told
from xenferry.errors.look import Look
from xenferry.errors.numbers import size
from xenferry.errors.reading.value import Reading
from xenferry.errors.words import operation

RULES = ("not-enough-memory",)
CODES = ("HOST_NOT_ENOUGH_FREE_MEMORY",)
CAUSES = ("taken", "disk-move", "reserved", "xen")
SAID = "the guest needs {size0} of memory on the host, and {size1} is free there"


def evidence_disk_move(reading: Reading, _look: Look) -> Evidence:
    """The call names what was moved."""
    if not operation(reading):
        return UNSEEN
    return (
        supports("A disk was moved.") if operation(reading) == "VDI.pool_migrate" else contradicts("A guest was moved.")
    )


def evidence_reserved(_reading: Reading, look: Look) -> Evidence:
    """Guests on their way are in the pool's records."""
    if look.snapshot is None:
        return UNSEEN
    coming = [vm for vm in look.snapshot.VM.values() if vm.scheduled_to_be_resident_on in look.snapshot.host]
    if not coming:
        return contradicts("No guest is on its way to a host.")
    return supports(f"On their way: {', '.join(vm.name_label for vm in coming)}.")


def evidence_taken(reading: Reading, look: Look) -> Evidence:
    """What is free on the hosts now, beside what the error asks for."""
    needed = reading.param(0)
    if look.snapshot is None or not needed.isdigit():
        return UNSEEN
    free = {host.name_label: free_memory(look.snapshot, host) for host in look.snapshot.hosts}
    said = listed(f"{size(count)} on {name}" for name, count in free.items() if count is not None)
    room = [name for name, count in free.items() if count is not None and count >= int(needed)]
    if not said or room:
        return UNSEEN
    return told(True, f"No host has that much free now: {said}.", "")
