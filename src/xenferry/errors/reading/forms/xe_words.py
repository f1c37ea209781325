"""`xe` for codes that it has words for: a sentence, then one line per parameter: `vm: UUID (name)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.labelled import labelled
from xenferry.errors.reading.raw import Raw

ORDER = 55

PHRASES = {
    "have access to an SR needed by the VM": "VM_REQUIRES_SR",
    "have a PIF on a Network needed by the VM": "VM_REQUIRES_NETWORK",
    "operation that was explicitly blocked": "OPERATION_BLOCKED",
    "not in an appropriate power state": "VM_BAD_POWER_STATE",
    "attempted an operation that was not allowed": "OPERATION_NOT_ALLOWED",
    "memory is available to perform this operation": "HOST_NOT_ENOUGH_FREE_MEMORY",
    "on a VM which lacks the feature": "VM_LACKS_FEATURE",
    "specified host is disabled": "HOST_DISABLED",
    "specified server is disabled": "HOST_DISABLED",
    "available to complete the specified operation": "NO_HOSTS_AVAILABLE",
    "involves a host which could not be contacted": "HOST_OFFLINE",
    "Cannot forward messages because": "CANNOT_CONTACT_HOST",
    "Another operation involving the object is currently in progress": "OTHER_OPERATION_IN_PROGRESS",
    "credentials given by the user are incorrect": "SESSION_AUTHENTICATION_FAILED",
    "cannot make regular API calls directly on a": "HOST_IS_SLAVE",
    "PCI devices passed through": "VM_HAS_PCI_ATTACHED",
    "requires PV drivers to be installed": "VM_MISSING_PV_DRIVERS",
    "incompatible with the CPU features of this host": "VM_INCOMPATIBLE_WITH_THIS_HOST",
    "still connected to a host via a PBD": "SR_HAS_PBD",
    "because the SR is not empty": "SR_NOT_EMPTY",
    "maximal number of concurrently migrating VMs": "TOO_MANY_STORAGE_MIGRATES",
    "due to an internal error. The given message": "INTERNAL_ERROR",
    "host cannot be evacuated": "CANNOT_EVACUATE_HOST",
    "server cannot be evacuated": "CANNOT_EVACUATE_HOST",
    "has changed block tracking (CBT) enabled": "VDI_CBT_ENABLED",
    "you supplied was invalid": "UUID_INVALID",
}
"""Words in XAPI's own English messages that no other message has, and the code they belong to."""

_BEGIN = re.compile("(" + "|".join(re.escape(words).replace(r"\ ", r"\s+") for words in PHRASES) + ")")


def find(text: str) -> Iterator[Raw]:
    """Every such sentence with the lines that follow it."""
    for begin in _BEGIN.finditer(text):
        start = max(text.rfind("\n", 0, begin.start()) + 1, begin.start() - 300)
        yield labelled(text, PHRASES[tidy(begin[1])], start, begin.end(), "xe-words")
