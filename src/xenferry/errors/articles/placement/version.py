"""The host's version does not fit the guest

Guests move from a host to one that is equally new or newer, never back.

Cause: the target host is older or has fewer updates than the host the guest runs on.
Tell: `xe host-list params=name-label,software-version`: build or platform version of the target is lower than that of
    the host the guest is on.
Fix: Update the target first (in a pool: the coordinator first, then the others), or move the guest while it is shut
    down.

Cause: a rolling upgrade of the pool is going on, or was left unfinished.
Fix: Finish it on all hosts; a mark left behind is removed with `xe pool-param-remove uuid=POOL
    param-name=other-config param-key=rolling_upgrade_in_progress`.

Cause: the guest was started on a newer platform and uses virtual hardware that this host does not know.
Fix: Shut it down and start it on this host, or update the host.

Example:
    VM_HOST_INCOMPATIBLE_VERSION_MIGRATE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e,
    OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.facts import version_of
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = (
    "other-version-than-coordinator",
    "older-host-during-upgrade",
    "hardware-platform-unsupported",
    "versions-differ",
    "upgrade-left-on",
)
CODES = (
    "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE", "VM_HOST_INCOMPATIBLE_VERSION", "NOT_SUPPORTED_DURING_UPGRADE",
    "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION", "IMPORT_INCOMPATIBLE_VERSION",
)  # fmt: skip
CAUSES = ("older-host", "upgrade", "virtual-hardware")
ONLY = {
    "older-host": (
        "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE", "VM_HOST_INCOMPATIBLE_VERSION", "IMPORT_INCOMPATIBLE_VERSION",
        "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION",
    ),
    "upgrade": (
        "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE", "VM_HOST_INCOMPATIBLE_VERSION", "NOT_SUPPORTED_DURING_UPGRADE",
    ),
    "virtual-hardware": ("VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION",),
}  # fmt: skip
SAID = "the versions of the hosts do not allow this"
SAYS = {
    "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE": "{host} runs an older version than the host {vm} comes from",
    "VM_HOST_INCOMPATIBLE_VERSION": "{vm} cannot be on {host}, which runs an older version than the coordinator",
    "NOT_SUPPORTED_DURING_UPGRADE": "this is not possible while the pool is being upgraded",
    "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION": "{vm} uses virtual hardware {p3}, which {host} "
    "does not know",
    "IMPORT_INCOMPATIBLE_VERSION": "the guest comes from a version that the receiving pool does not understand",
}


def evidence_upgrade(_reading: Reading, look: Look) -> Evidence:
    """The pool carries a mark."""
    if look.snapshot is None:
        return UNSEEN
    if "rolling_upgrade_in_progress" in look.snapshot.pool.other_config:
        return supports("The pool is marked as being upgraded.")
    return contradicts("The pool is not marked as being upgraded.")


def evidence_virtual_hardware(reading: Reading, _look: Look) -> Evidence:
    """Only one of the codes says so."""
    return supports("The code says so.") if "HARDWARE_PLATFORM" in reading.code else contradicts("")


def evidence_older_host(reading: Reading, look: Look) -> Evidence:
    """The versions of the host named and of the one that the guest is on."""
    vm, host = look.record(reading, "VM", "vm"), look.record(reading, "host", "host", "target host")
    pool = look.snapshot
    if vm is None or host is None or pool is None or vm.resident_on not in pool.host:
        return UNSEEN
    here = pool.host[vm.resident_on]
    old, new = version_of(host), version_of(here)
    if not old or not new:
        return UNSEEN
    said = f"{host.name_label} has {'.'.join(map(str, old))}, {here.name_label} {'.'.join(map(str, new))}."
    return supports(said) if old < new else contradicts(said) if old > new else UNSEEN
