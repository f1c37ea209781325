"""This SR cannot be changed like that

XAPI refuses what the SR's kind or use forbids.

Cause: the SR is marked as indestructible, or serves as the host's cache.
Tell: `xe sr-param-get uuid=SR param-name=other-config` says indestructible, or it is the host's local-cache-sr.
Fix: See `xe sr-param-get uuid=SR param-name=other-config`; take the mark `indestructible` away, or disable local
    caching on the host first.

Cause: its kind cannot be shared, and another host was to be connected to it.
Tell: `xe sr-list uuid=SR params=type,shared`.
Fix: Use an SR of a kind that can be shared: nfs, smb, lvmoiscsi, lvmohba.

Cause: the host has a connection (PBD) to it already.
Tell: `xe pbd-list sr-uuid=SR host-uuid=HOST` has an entry.
Fix: `xe pbd-list sr-uuid=SR host-uuid=HOST`; plug that one.

Cause: the storage behind it reports that it is not healthy.
Tell: The storage's own status page or tool; `xe sr-param-get uuid=SR param-name=sm-config`.
Fix: The parameters say what is wrong and what the storage proposes; look at the storage itself.

Example:
    SR_NOT_SHARABLE(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773, OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_INDESTRUCTIBLE", "SR_IS_CACHE_SR", "SR_NOT_SHARABLE", "PBD_EXISTS", "SR_UNHEALTHY")
CAUSES = ("protected", "not-sharable", "exists", "unhealthy")
ONLY = {
    "protected": ("SR_INDESTRUCTIBLE", "SR_IS_CACHE_SR"),
    "not-sharable": ("SR_NOT_SHARABLE",),
    "exists": ("PBD_EXISTS",),
    "unhealthy": ("SR_UNHEALTHY",),
}
SAID = "{sr} cannot be changed like that"
SAYS = {
    "SR_INDESTRUCTIBLE": "{sr} is marked as indestructible",
    "SR_IS_CACHE_SR": "{host} uses the SR as its cache",
    "SR_NOT_SHARABLE": "{sr} is of a kind that cannot be shared, and {host} was to be connected to it",
    "PBD_EXISTS": "{host} already has a connection to {sr}",
    "SR_UNHEALTHY": "the storage behind {sr} is not healthy ({p1}: {p2})",
}


def evidence_protected(reading: Reading, look: Look) -> Evidence:
    """The mark on the SR."""
    sr = look.record(reading, "SR", "sr")
    if sr is None or reading.code != "SR_INDESTRUCTIBLE":
        return UNSEEN
    return told(sr.other_config.get("indestructible") == "true", "It is marked as indestructible.", "It has no mark.")


def evidence_not_sharable(reading: Reading, look: Look) -> Evidence:
    """The SR's own record."""
    sr = look.record(reading, "SR", "sr")
    if sr is None:
        return UNSEEN
    return told(not sr.shared, f"It is of the type {sr.type} and not shared.", "It is shared.")


def evidence_exists(reading: Reading, look: Look) -> Evidence:
    """The connections of the host."""
    sr, host = look.record(reading, "SR", "sr"), look.record(reading, "host", "host")
    if sr is None or host is None or look.snapshot is None or not was_read(look.snapshot, "PBD"):
        return UNSEEN
    there = any(sr.ref == pbd.SR and pbd.host == host.ref for pbd in look.snapshot.PBD.values())
    return told(there, f"{host.name_label} has one.", f"{host.name_label} has none now.")
