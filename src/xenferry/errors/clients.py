"""Errors that XAPI does not raise: those of its clients, when they get no answer or refuse by themselves.

Xen Orchestra gives its own errors numbers and sentences, no names; they stand here under names that begin with `XO_`.
Errors of connections have the names that Node.js gives them, whichever program tells them.

Facts: xen-orchestra, packages/xo-common/api-errors.js, packages/xo-server/src, packages/xen-api and
@xen-orchestra/xapi of 2026; Node.js, lib/internal/errors and the names of OpenSSL's verification errors.
"""

from __future__ import annotations

CONNECTIONS: dict[str, tuple[str, ...]] = {
    "ECONNREFUSED": ("address", "port"),
    "EHOSTUNREACH": ("address", "port"),
    "ENETUNREACH": ("address", "port"),
    "ETIMEDOUT": ("address", "port"),
    "ECONNRESET": (),
    "EPIPE": (),
    "ERR_STREAM_PREMATURE_CLOSE": (),
    "ENOTFOUND": ("name",),
    "EAI_AGAIN": ("name",),
    "EPROTO": ("reason",),
}
"""No connection, or one that broke."""

CERTIFICATES: dict[str, tuple[str, ...]] = {
    "DEPTH_ZERO_SELF_SIGNED_CERT": (),
    "SELF_SIGNED_CERT_IN_CHAIN": (),
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": (),
    "CERT_HAS_EXPIRED": (),
    "CERT_NOT_YET_VALID": (),
    "ERR_TLS_CERT_ALTNAME_INVALID": ("name",),
}
"""The client does not trust the host's certificate."""

XEN_ORCHESTRA: dict[str, tuple[str, ...]] = {
    "XO_NO_SUCH_OBJECT": ("type", "id"),
    "XO_UNAUTHORIZED": ("permission",),
    "XO_INVALID_CREDENTIALS": (),
    "XO_FORBIDDEN_OPERATION": ("operation", "reason"),
    "XO_INVALID_PARAMETERS": ("message",),
    "XO_OBJECT_ALREADY_EXISTS": ("type", "id"),
    "XO_OPERATION_FAILED": ("code", "id"),
    "XO_NOT_ENOUGH_RESOURCES": (),
    "XO_INCORRECT_STATE": ("property", "actual", "expected", "object"),
    "XO_FEATURE_UNAUTHORIZED": ("feature",),
    "XO_UNHEALTHY_VDI_CHAIN": (),
    "XO_TASK_DESTROYED": (),
    "XO_UNEXPECTED_STATUS": ("status",),
    "XO_WARM_MIGRATION_TARGET": ("vm", "sr"),
    "XO_NO_EXPORTS_LISTED": (),
    "XO_NO_DEVICE_LEFT": ("kind",),
    "XO_INTERFACES_NOT_UPDATED": (),
    "XO_HOSTS_NOT_COMPATIBLE": (),
    "XO_VM_BEING_MIGRATED": (),
    "XO_NO_PIF": ("host", "network"),
    "XO_UNKNOWN_ERROR": (),
}
"""What Xen Orchestra says of its own."""

PROGRAMS: dict[str, tuple[str, ...]] = {"NO_SUCH_INTERFACE": ("device",)}
"""What commands of dom0 say of networks; those of storage are read as the driver's errors that come of them."""

CODES: dict[str, tuple[str, ...]] = {**CONNECTIONS, **CERTIFICATES, **XEN_ORCHESTRA, **PROGRAMS}
"""All of them with the names of their parameters."""
