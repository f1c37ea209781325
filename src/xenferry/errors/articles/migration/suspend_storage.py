"""There is no place for the guest's suspended state

Suspending a guest writes its memory to a disk. The SR for that is the guest's own choice, else the pool's, else the
host's.

Cause: no SR for suspended guests is set, or the host is not connected to it.
Tell: `xe pool-list params=suspend-image-SR` and the host's suspend-image-sr-uuid are empty, or that SR's PBD is
    unplugged.
Fix: `xe pool-param-set uuid=POOL suspend-image-SR=SR` with a shared SR that every host has plugged.

Cause: the suspended state lies on an SR that the other host or pool cannot reach.
Tell: `xe vdi-list uuid=SUSPEND-VDI params=sr-name-label`: an SR that only the old host has.
Fix: Resume the guest on its host, then move it while it runs; or shut it down.

Example:
    VM_NO_SUSPEND_SR(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("suspend-image-not-on-host",)
CODES = ("VM_NO_SUSPEND_SR", "SUSPEND_IMAGE_NOT_ACCESSIBLE", "VM_HAS_NO_SUSPEND_VDI")
CAUSES = ("not-set", "not-reachable")
ONLY = {
    "not-set": ("VM_NO_SUSPEND_SR", "VM_HAS_NO_SUSPEND_VDI"),
    "not-reachable": ("SUSPEND_IMAGE_NOT_ACCESSIBLE", "VM_HAS_NO_SUSPEND_VDI"),
}
SAID = "there is no place for the suspended state of {vm}"


def evidence_not_set(_reading: Reading, look: Look) -> Evidence:
    """The settings of pool and hosts."""
    if look.snapshot is None:
        return UNSEEN
    pool = look.snapshot
    without = [host.name_label for host in pool.hosts if host.suspend_image_sr not in pool.SR]
    if pool.pool.suspend_image_SR in pool.SR or not without or not was_read(pool, "SR"):
        return UNSEEN
    return told(True, f"The pool has no SR for suspended guests, and neither have {listed(without)}.", "")
