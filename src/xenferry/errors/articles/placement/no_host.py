"""No host can take the guest

XAPI asked every host and each refused; the code does not say why. With a guest as parameter it comes from an
evacuation: no other host is enabled and not older.

Cause: every host lacks something that the guest needs: an SR, a network, memory, a device.
Fix: `xenferry check GUEST` says why for each host; or ask one host at a time: `xe vm-start uuid=GUEST on=HOST`, whose
    answer names the reason.

Cause: there is no other host: the pool has only this one.
Fix: Shut its guests down, or move them to another pool, before the host is restarted.

Cause: the other hosts are disabled or off.
Fix: `xe host-list enabled=false`; enable those that are ready.

Cause: the other hosts are older than the one to be emptied: guests move to an equal or newer version only.
Tell: `xe host-list params=name-label,software-version`: product_version of the others is lower.
Fix: Update the coordinator first, then the others; guests go from old to new.

Example:
    NO_HOSTS_AVAILABLE()
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.facts import listed, told, version_of
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("host-cannot-be-emptied", "host-disabled")
CODES = ("NO_HOSTS_AVAILABLE",)
CAUSES = ("lacking", "single-host", "disabled", "older")
SAID = "no host can take {vm}"


def evidence_lacking(reading: Reading, _look: Look) -> Evidence:
    """XAPI names the guest only when it plans to empty a host and there is no host to ask."""
    if reading.params:
        return contradicts("The answer names a guest: a host was to be emptied, and there was no host to ask.")
    return UNSEEN


def evidence_single_host(_reading: Reading, look: Look) -> Evidence:
    """How many hosts the pool has."""
    if look.snapshot is None:
        return UNSEEN
    count = len(look.snapshot.hosts)
    return supports("The pool has one host only.") if count == 1 else contradicts(f"The pool has {count} hosts.")


def evidence_disabled(_reading: Reading, look: Look) -> Evidence:
    """Who is disabled is in the records."""
    if look.snapshot is None:
        return UNSEEN
    disabled = [host.name_label for host in look.snapshot.hosts if not host.enabled]
    return supports(f"Disabled: {', '.join(disabled)}.") if disabled else contradicts("Every host is enabled.")


def evidence_older(_reading: Reading, look: Look) -> Evidence:
    """The versions of the hosts."""
    if look.snapshot is None:
        return UNSEEN
    versions = {host.name_label: ".".join(map(str, version_of(host))) for host in look.snapshot.hosts}
    if not versions or not all(versions.values()):
        return UNSEEN
    said = listed(f"{name} has {version}" for name, version in versions.items()) + "."
    return told(len(set(versions.values())) > 1, said, "All hosts have the same version.")
