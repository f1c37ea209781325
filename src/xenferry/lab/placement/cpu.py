"""Whether a guest that has booted on one CPU may go on running on another.

Feature sets are compared as xapi's own fallback does it: the guest's words are cut or extended to the host's number of
words. Simplification: a host whose libxenctrl brings its own comparison pads instead of cutting; that differs only for
feature sets of unequal length.
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts, Record

NO_KEYS = "Host does not have new leveling feature keys - not comparing VM's flags"
OTHER_VENDOR = "VM last booted on a host which had a CPU from a different vendor."
FEATURES_MISSING = "VM last booted on a CPU with features this host's CPU does not have."


def check(facts: Facts, vm: str, host: str) -> None:
    """Raises VM_INCOMPATIBLE_WITH_THIS_HOST [vm; host; reason]; a Halted guest always passes."""
    reason = _objection(facts, vm, host)
    if reason:
        raise LabError("VM_INCOMPATIBLE_WITH_THIS_HOST", vm, host, reason)


def _objection(facts: Facts, vm: str, host: str) -> str:
    record = facts.get("VM", vm)
    domain_type = facts.domain_type(vm)
    if record["power_state"] == "Halted":
        return ""
    return objection(record, domain_type, facts.get("host", host)["cpu_info"])


def objection(record: Record, domain_type: str, cpu: Mapping[str, str]) -> str:
    """Why a guest that has booted cannot go on running on this CPU; empty when it can."""
    key, booted = "features_pv" if domain_type == "pv" else "features_hvm", record["last_boot_CPU_flags"]
    if "vendor" not in cpu or key not in cpu:
        return NO_KEYS
    if booted.get("vendor", cpu["vendor"]) != cpu["vendor"]:
        return OTHER_VENDOR
    if "features" in booted and not covers(cpu[key], booted["features"]):
        return FEATURES_MISSING
    return ""


def covers(host_features: str, guest_features: str) -> bool:
    """Whether every feature bit of the guest is one of the host's; each is hex words joined by "-"."""
    return all(guest & host == guest for guest, host in zip(words(guest_features), words(host_features), strict=False))


def words(features: str) -> list[int]:
    return [int(word, 16) for word in features.split("-")] if features else []


def level(sets: list[str]) -> str:
    """The features that all sets have, by which a pool is levelled."""
    columns = zip(*(words(one) for one in sets), strict=False)
    return "-".join(f"{_all_bits(column):08x}" for column in columns)


def _all_bits(column: tuple[int, ...]) -> int:
    bits = 0xFFFFFFFF
    for word in column:
        bits &= word
    return bits
