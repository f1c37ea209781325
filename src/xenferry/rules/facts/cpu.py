"""CPU feature sets: words of 32 bits, as XAPI writes them, and who offers what.

XAPI cuts the guest's words to the number of the host's and asks whether they are a subset (xapi/cpuid_helpers.ml; the
OCaml side of xenopsd). Since 23.17 a library of Xen may decide instead, without cutting: an approximation where the
numbers of words differ.
"""

from __future__ import annotations

from functools import lru_cache

from xenferry.pool.records import VM, Host
from xenferry.pool.snapshot import Snapshot

NO_KEYS = "Host does not have new leveling feature keys - not comparing VM's flags"
OTHER_VENDOR = "VM last booted on a host which had a CPU from a different vendor."
LACKS_FEATURES = "VM last booted on a CPU with features this host's CPU does not have."


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[int, ...]:
    """`"1fcbfbff-00000002"` -> its words; empty for an empty or malformed text."""
    try:
        return tuple(int(word, 16) for word in text.split("-")) if text else ()
    except ValueError:
        return ()


def is_subset(guest: str, host: str) -> bool:
    """Whether a host with these features can run a guest that saw those; an empty host set never fails."""
    return all(had & ~offered == 0 for had, offered in zip(parse(guest), parse(host), strict=False))


def lacking(guest: str, host: str) -> int:
    """How many of the guest's features the host does not offer."""
    return sum((had & ~offered).bit_count() for had, offered in zip(parse(guest), parse(host), strict=False))


def key(kind: str) -> str:
    """Where a host keeps what it offers to guests of this domain type."""
    return "features_pv" if kind == "pv" else "features_hvm"


def reason(vm: VM, kind: str, host: Host) -> str | None:
    """Why XAPI says that the guest, running or suspended, does not fit the host's CPU; None if it fits."""
    info, flags = host.cpu_info, vm.last_boot_CPU_flags
    if "vendor" not in info or key(kind) not in info:
        return NO_KEYS
    if "vendor" in flags and flags["vendor"] != info["vendor"]:
        return OTHER_VENDOR
    if "features" in flags and not is_subset(flags["features"], info[key(kind)]):
        return LACKS_FEATURES
    return None


def level(s: Snapshot, kind: str) -> tuple[str, str]:
    """Vendor and features that the pool gives to guests started now; empty where unknown."""
    return s.pool.cpu_info.get("vendor", ""), s.pool.cpu_info.get(key(kind) + "_host", "")
