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
