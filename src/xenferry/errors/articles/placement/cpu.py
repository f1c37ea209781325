"""The guest uses CPU features that the host does not have

A running guest keeps the CPU features that it was started with. The host must offer all of them, and be of the same
vendor.

Cause: the guest was started before a host with fewer features joined, or before an update of BIOS or microcode took
    some away.
Tell: The guest was started before the pool's features shrank: it can move after a full stop and start, and other guests
    started later can move already.
Fix: Shut the guest down and start it again; a restart from inside may not be enough. It then gets the pool's present
    common features and can go anywhere in the pool.

Cause: the host is older than the others, or has features switched off in its BIOS.
Tell: `xe host-cpu-info uuid=HOST` of both: the target lacks words in features_hvm, and every guest is refused there.
Fix: Compare BIOS settings and versions; update the host. `xe host-param-get uuid=HOST param-name=cpu_info` shows
    `features_hvm`.

Cause: the CPUs are of different vendors (Intel and AMD).
Fix: Move the guest while it is shut down; live it cannot go.

Example:
    VM_INCOMPATIBLE_WITH_THIS_HOST(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e,
    OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1, VM last booted on a CPU with features this host's CPU does not
    have.)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_words
from xenferry.errors.facts import lacks, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("cpu-incompatible", "cpu-debt", "vendors-differ")
CODES = ("VM_INCOMPATIBLE_WITH_THIS_HOST",)
CAUSES = ("stale-features", "weak-host", "vendor")
SAID = "{vm} uses CPU features that {host} does not offer"


def evidence_vendor(reading: Reading, _look: Look) -> Evidence:
    """XAPI names this reason."""
    return by_words(" ".join(reading.params), "different vendor")


def evidence_weak_host(reading: Reading, look: Look) -> Evidence:
    """The features of the host beside those of the host that the guest is on."""
    vm, host = look.record(reading, "VM", "vm"), look.record(reading, "host", "host", "target host")
    pool = look.snapshot
    if vm is None or host is None or pool is None or vm.resident_on not in pool.host:
        return UNSEEN
    here = pool.host[vm.resident_on]
    weaker = lacks(host.cpu_info.get("features_hvm", ""), here.cpu_info.get("features_hvm", ""))
    yes = f"{host.name_label} lacks CPU features that {here.name_label} has."
    return told(weaker, yes, f"{host.name_label} has every CPU feature that {here.name_label} has.")


def evidence_stale_features(reading: Reading, look: Look) -> Evidence:
    """The features that the guest was started with beside those that the pool offers now."""
    vm = look.record(reading, "VM", "vm")
    if vm is None or look.snapshot is None:
        return UNSEEN
    offered = look.snapshot.pool.cpu_info.get("features_hvm", "")
    more = lacks(offered, vm.last_boot_CPU_flags.get("features", ""))
    yes = f"'{vm.name_label}' was started with more CPU features than the pool offers now."
    return told(more, yes, f"'{vm.name_label}' has no more CPU features than the pool offers.")
