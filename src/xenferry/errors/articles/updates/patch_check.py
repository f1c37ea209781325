"""The patch cannot be applied to this host

XenServer up to 7.0 takes patches (`patch-`), 7.1 to 8.2 updates (`update-`); both check the host first. XCP-ng and
XenServer 8 do not use them: XCP-ng hosts are updated by yum or Xen Orchestra.

Cause: the ISO of the guest tools is in a drive of a running guest.
Tell: `xe vbd-list type=CD empty=false params=vm-name-label,vdi-name-label` shows the tools' ISO.
Fix: `xe vm-cd-eject --multiple`, then again.

Cause: it is for another version: the host has a service pack or a newer version, or lacks one.
Tell: `xe host-param-get uuid=HOST param-name=software-version` beside the version in the text.
Fix: The parameters say what was found and what is needed; fetch the patch for this version. Patches that a service pack
    contains are left out.

Cause: others must be applied first, or one that is applied does not go with it.
Tell: The text names what is missing or in conflict; `xe update-list` (older: `xe patch-list`) shows what is applied.
Fix: The second parameter lists them; apply in that order, and restart the host where asked.

Cause: dom0 has not enough space for it.
Tell: dom0: `df -h /` beside the two sizes in the text.
Fix: `df -h /` in dom0; delete old patches with `xe patch-clean` or `xe update-pool-clean`, and old logs.

Cause: guests run on the host that must not.
Tell: `xe vm-list resident-on=HOST power-state=running`.
Fix: Put the host into maintenance first.

Cause: the key that signed it is not in the host.
Tell: The patch is not by the maker of this system; `rpm -qa gpg-pubkey*` in dom0 lacks the key named.
Fix: Import the key that comes with the update, then upload it again.

Example:
    The patch precheck stage failed with an unknown error.  See attached info for more details.
    patch: 0850b186-4d47-11e3-a720-001b2151a503 (XS62ESP1)
    info: XenServer Tools ISO must be ejected from all running VMs.
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import guests_on, listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "PATCH_PRECHECK_FAILED_ISO_MOUNTED": "the ISO of the guest tools is in a drive of a running guest",
    "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR": "the check before the patch failed: {p1}",
    "UPDATE_PRECHECK_FAILED_UNKNOWN_ERROR": "the check before the update failed: {p1}",
    "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION": "the patch is for version {p2}; the host has {p1}",
    "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD": "the patch is for build {p2}; the host has {p1}",
    "UPDATE_PRECHECK_FAILED_WRONG_SERVER_VERSION": "the update is for version {p2}; the host has {p1}",
    "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING": "other patches must be applied first: {p1}",
    "UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING": "another update must be applied first: {p1}",
    "UPDATE_PRECHECK_FAILED_CONFLICT_PRESENT": "an update that is applied does not go with it: {p1}",
    "PATCH_PRECHECK_FAILED_OUT_OF_SPACE": "the host has {size1} free and needs {size2}",
    "UPDATE_PRECHECK_FAILED_OUT_OF_SPACE": "the host has {size1} free and needs {size2}",
    "PATCH_PRECHECK_FAILED_VM_RUNNING": "guests still run on the host",
    "UPDATE_PRECHECK_FAILED_GPGKEY_NOT_IMPORTED": "the key that signed the update is not in the host",
}
RULES = ("cd-inserted", "versions-differ")
CAUSES = ("tools-iso", "other-version", "order", "space", "guests", "key")
_UNKNOWN = ("PATCH_PRECHECK_FAILED_UNKNOWN_ERROR", "UPDATE_PRECHECK_FAILED_UNKNOWN_ERROR")
ONLY = {
    "tools-iso": ("PATCH_PRECHECK_FAILED_ISO_MOUNTED", *_UNKNOWN),
    "other-version": (
        "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION", "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD",
        "UPDATE_PRECHECK_FAILED_WRONG_SERVER_VERSION", *_UNKNOWN,
    ),
    "order": (
        "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING", "UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING",
        "UPDATE_PRECHECK_FAILED_CONFLICT_PRESENT", *_UNKNOWN,
    ),
    "space": ("PATCH_PRECHECK_FAILED_OUT_OF_SPACE", "UPDATE_PRECHECK_FAILED_OUT_OF_SPACE", *_UNKNOWN),
    "guests": ("PATCH_PRECHECK_FAILED_VM_RUNNING",),
    "key": ("UPDATE_PRECHECK_FAILED_GPGKEY_NOT_IMPORTED", *_UNKNOWN),
}  # fmt: skip


def evidence_tools_iso(_reading: Reading, look: Look) -> Evidence:
    """The drives that hold the tools' ISO now."""
    if look.snapshot is None or not was_read(look.snapshot, "VBD", "VDI"):
        return UNSEEN
    pool = look.snapshot
    inside = [
        pool.name(vbd.VM)
        for vbd in pool.VBD.values()
        if vbd.VDI in pool.VDI and pool.VDI[vbd.VDI].is_tools_iso and not vbd.empty
    ]
    return told(bool(inside), f"It is in a drive of {listed(inside)}.", "It is in no drive now.")


def evidence_guests(_reading: Reading, look: Look) -> Evidence:
    """The hosts on which guests run."""
    if look.snapshot is None or not look.snapshot.hosts or not was_read(look.snapshot, "VM"):
        return UNSEEN
    busy = [host.name_label for host in look.snapshot.hosts if guests_on(look.snapshot, host)]
    return told(bool(busy), f"Guests run on {listed(busy)}.", "No guest runs on any host now.")
