"""Codes that XAPI's datamodel does not tell right: raised otherwise than declared, put together at run time, or older.

Facts: xen-api, ocaml/xapi-consts/api_errors.ml today and as it was in 2017, 2020 (XCP-ng 8.2) and 2023.
"""

from __future__ import annotations

AS_RAISED: dict[str, tuple[str, ...]] = {
    "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE": ("vm", "host"),
    "HANDLE_INVALID": ("class", "handle"),
    "MEMORY_CONSTRAINT_VIOLATION": (),
    "VM_NOT_SUSPENDABLE": ("vm", "reason"),
    "HOST_NOT_LIVE": ("host",),
    "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS": ("device", "MAC"),
}
"""Codes whose parameters arrive otherwise than they are declared, or that users report and 26.17 does not declare."""

OLDER: dict[str, tuple[str, ...]] = {
    "VM_LACKS_FEATURE_SHUTDOWN": ("vm",),
    "VM_LACKS_FEATURE_SUSPEND": ("vm",),
    "VM_LACKS_FEATURE_VCPU_HOTPLUG": ("vm",),
    "VM_LACKS_FEATURE_STATIC_IP_SETTING": ("vm",),
    "REPOSYNC_IN_PROGRESS": (),
    "UPDATES_REQUIRE_SYNC": (),
    "UPDATE_GUIDANCE_CHANGED": ("diff",),
}
"""Codes of versions still in use (the first four: up to XCP-ng 8.2) that today's XAPI no longer has."""

_SUFFIXES = {
    "AUTH_ENABLE_FAILED": (
        "WRONG_CREDENTIALS", "PERMISSION_DENIED", "DOMAIN_LOOKUP_FAILED", "UNAVAILABLE", "INVALID_OU",
        "INVALID_ACCOUNT", "INVALID_TRUSTED_CERTS", "NO_TRUSTED_CERTS", "NO_SUPPORT_ENCRYPT_TYPE",
    ),
    "AUTH_DISABLE_FAILED": ("WRONG_CREDENTIALS", "PERMISSION_DENIED"),
    "POOL_AUTH_ENABLE_FAILED": (
        "", "WRONG_CREDENTIALS", "PERMISSION_DENIED", "DOMAIN_LOOKUP_FAILED", "UNAVAILABLE", "INVALID_OU",
        "INVALID_ACCOUNT", "INVALID_TRUSTED_CERTS", "NO_TRUSTED_CERTS", "NO_SUPPORT_ENCRYPT_TYPE",
        "SETUP_TLS_CONNECTION", "DUPLICATE_HOSTNAME",
    ),
    "POOL_AUTH_DISABLE_FAILED": ("", "WRONG_CREDENTIALS", "PERMISSION_DENIED", "INVALID_ACCOUNT"),
}  # fmt: skip

MADE: dict[str, tuple[str, ...]] = {
    "_".join(filter(None, (stem, suffix))): (("host", "message") if stem.startswith("POOL_") else ("message",))
    for stem, suffixes in _SUFFIXES.items()
    for suffix in suffixes
}
"""Codes of external authentication, which XAPI puts together from a stem and a suffix."""

CODES: dict[str, tuple[str, ...]] = {**AS_RAISED, **OLDER, **MADE}
"""All of them with the names of their parameters."""
