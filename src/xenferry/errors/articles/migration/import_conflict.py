"""The receiving pool has that guest, or something of it, already

A move between pools creates the guest anew in the other pool, under its own UUID. Two of the same kind cannot be there.

Cause: an earlier move or copy left the guest there, perhaps half done.
Tell: `xe vm-list uuid=GUEST` on the receiving pool finds it.
Fix: Look at both copies; keep the one that runs and has the newest disks, delete the other, then try again.

Cause: the guest is a copy that has the same MAC addresses (DUPLICATE_MAC_SEED).
Tell: `xe vm-list other-config:mac_seed=SEED params=uuid,name-label`, or `xe vif-list MAC=ADDRESS` finds another guest.
Fix: Give it new ones: `xe vm-copy`, or remove `mac_seed` from its other-config and let new NICs be made.

Example:
    DUPLICATE_VM(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("DUPLICATE_VM", "DUPLICATE_MAC_SEED", "VM_TO_IMPORT_IS_NOT_NEWER_VERSION", "IMPORT_ERROR")
CAUSES = ("left-over", "mac")
ONLY = {
    "left-over": ("DUPLICATE_VM", "VM_TO_IMPORT_IS_NOT_NEWER_VERSION", "IMPORT_ERROR"),
    "mac": ("DUPLICATE_MAC_SEED", "IMPORT_ERROR"),
}
SAID = "the receiving pool has {vm} or something of it already"


def evidence_left_over(reading: Reading, look: Look) -> Evidence:
    """Whether this pool has the guest."""
    vm = look.record(reading, "VM", "vm")
    return UNSEEN if vm is None else told(True, f"This pool has '{vm.name_label}', {vm.power_state.lower()}.", "")


def evidence_mac(reading: Reading, look: Look) -> Evidence:
    """The guests with the same seed of addresses."""
    if look.snapshot is None or reading.code != "DUPLICATE_MAC_SEED" or not was_read(look.snapshot, "VM"):
        return UNSEEN
    seed = reading.param(0)
    same = [vm.name_label for vm in look.snapshot.VM.values() if vm.other_config.get("mac_seed") == seed]
    return told(bool(same), f"This pool has it in {listed(same)}.", "No guest of this pool has it.")
