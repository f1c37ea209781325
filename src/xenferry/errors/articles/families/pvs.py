"""The accelerator for Citrix Provisioning does not allow that

XenServer can cache what guests read from Citrix Provisioning (PVS) servers: sites, servers, caches and a proxy for a
guest's first NIC.

Cause: something of the site is in use: proxies run, servers are listed, a cache is there.
Tell: `xe pvs-site-list`, `xe pvs-proxy-list params=currently-attached`, `xe pvs-cache-storage-list`.
Fix: Shut the guests down, remove proxies and servers, then try again: `xe pvs-proxy-list`, `xe pvs-server-list`.

Cause: the proxy must be on the guest's NIC with the lowest device number.
Tell: `xe vif-list vm-uuid=GUEST params=device`.
Fix: Put it on that NIC, or make the new NIC one with a higher number.

Cause: the address belongs to another server of the pool.
Tell: `xe pvs-server-list params=addresses` has it.
Fix: `xe pvs-server-list params=addresses`.

Example:
    PVS_SITE_CONTAINS_SERVERS(OpaqueRef:1)
"""

SAYS = {
    "PVS_SITE_CONTAINS_RUNNING_PROXIES": "proxies of the site are running: {p0}",
    "PVS_SITE_CONTAINS_SERVERS": "the site still has servers: {p0}",
    "PVS_CACHE_STORAGE_ALREADY_PRESENT": "the site already has a cache on {host}",
    "PVS_CACHE_STORAGE_IS_IN_USE": "the cache {p0} is in use",
    "PVS_PROXY_ALREADY_PRESENT": "the NIC already has a proxy: {p0}",
    "PVS_SERVER_ADDRESS_IN_USE": "another server has the address {p0}",
    "PVS_VIF_MUST_BE_FIRST_DEVICE": "the proxy must be on the guest's NIC with the lowest number",
    "PVS_PROXY_PRESENT_ON_HIGHER_VIF_DEVICE": "a NIC with a higher number ({p0}) has the guest's proxy",
}
CAUSES = ("in-use", "not-first", "address")
ONLY = {
    "in-use": (
        "PVS_SITE_CONTAINS_RUNNING_PROXIES", "PVS_SITE_CONTAINS_SERVERS", "PVS_CACHE_STORAGE_ALREADY_PRESENT",
        "PVS_CACHE_STORAGE_IS_IN_USE", "PVS_PROXY_ALREADY_PRESENT",
    ),
    "not-first": ("PVS_VIF_MUST_BE_FIRST_DEVICE", "PVS_PROXY_PRESENT_ON_HIGHER_VIF_DEVICE"),
    "address": ("PVS_SERVER_ADDRESS_IN_USE",),
}  # fmt: skip
