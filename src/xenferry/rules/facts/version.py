"""Which XAPI judges, and which host is older than which.

XAPI compares versions as lists of integers, a patch part after the first dash included (xapi/helpers.ml, `Checks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from xenferry.pool.records import Host
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.internal import hidden
from xenferry.rules.once import once_of

UPGRADE = ("platform_version", "xapi")
"""What must be equal, or not decrease, while a pool is being upgraded."""


KEYS = ("platform_version", "xapi_build", "xen")
"""What must not decrease in a migration."""
FROZEN = "1.20"
"""What every xapi before 22 says of itself; such hosts have no `xapi_build` (xapi/create_misc.ml)."""
RELEASES = (((3, 2), (1, 249)), ((3, 1), (1, 214)), ((3, 0), (1, 160)), ((2, 8), (1, 110)))
"""Platform version -> the xapi that it was released with: XCP-ng and XenServer 8.2, 8.1, 8.0 and 7.6."""


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[int, ...]:
    """`"26.17.0-1.2"` -> `(26, 17, 0, 1, 2)`: pieces that are no integers are dropped, as XAPI does."""
    pieces = ".".join(text.split("-")[:2]).split(".")
    return tuple(int(piece) for piece in pieces if piece.isascii() and piece.isdigit())


def of(host: Host, key: str) -> tuple[int, ...]:
    """One of a host's versions; a missing one counts as 0.0.0."""
    return parse(host.software_version.get(key, "0.0.0"))


@once_of("pool", "host")
def xapi(s: Snapshot) -> tuple[int, ...]:
    """The version of the xapi that decides: the coordinator's, very new if the snapshot does not tell.

    A recording may carry it itself (the pool's hidden field `deciding_xapi`): its records are made up.
    """
    told = hidden(s).get(s.pool.ref, {}).get("deciding_xapi")
    if told:
        return parse(told)
    coordinator = s.host.get(s.pool.master) or next(iter(s.hosts), None)
    versions: Mapping[str, str] = coordinator.software_version if coordinator else {}
    if "xapi_build" not in versions and versions.get("xapi") == FROZEN:
        return next(
            (known for least, known in RELEASES if parse(versions.get("platform_version", "")) >= least), (1, 20)
        )
    return parse(versions.get("xapi_build") or versions.get("xapi") or "9999")


def migration_keys(s: Snapshot) -> tuple[str, ...]:
    """What must not decrease in a migration; only the platform version before xapi 25.31."""
    return KEYS if xapi(s) >= (25, 31) else KEYS[:1]


def is_older(s: Snapshot, target: Host, source: Host) -> bool:
    """Whether the target is older than the source in anything that counts for a migration."""
    return any(of(target, key) < of(source, key) for key in migration_keys(s))


def upgrading(s: Snapshot) -> bool:
    """Whether the pool says that a rolling upgrade is in progress: the key is there, whatever its value."""
    return "rolling_upgrade_in_progress" in s.pool.other_config
