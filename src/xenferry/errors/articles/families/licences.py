"""XenServer's licence does not allow that, or could not be had

XenServer asks a licence server for its edition. XCP-ng has no licences: there such an answer comes from a mixed pool
or an old client.

Cause: the licence server cannot be reached, has none free, or its address and port are missing.
Tell: `xe host-param-get uuid=HOST param-name=license-server`; dom0: `nc -zv ADDRESS 27000`.
Fix: `xe host-param-get uuid=HOST param-name=license-server`; the port is 27000. Look at the licence server's own log.

Cause: the licence has expired, is of an old form, or does not include this.
Tell: `xe host-license-view host-uuid=HOST` shows edition and expiry.
Fix: Get a licence for this version and edition, and apply it to every host of the pool.

Cause: all hosts of a pool must have the same edition, so that one alone cannot be changed.
Tell: `xe host-list params=name-label,edition` shows more than one.
Fix: Change it for the whole pool.

Cause: the licence service (v6d) of the host is down.
Tell: dom0: `systemctl status v6d`.
Fix: `systemctl status v6d` in dom0; `xe-toolstack-restart`.

Example:
    LICENSE_CHECKOUT_ERROR(-96, the licence server does not answer)
"""

SAYS = {
    "LICENSE_CHECKOUT_ERROR": "the licence for this edition could not be had ({p0}: {p1})",
    "MISSING_CONNECTION_DETAILS": "address or port of the licence server is missing",
    "LICENSE_EXPIRED": "the licence has expired",
    "LICENSE_FILE_DEPRECATED": "the licence is of a form that only older versions take",
    "LICENSE_PROCESSING_ERROR": "the licence could not be read",
    "LICENSE_DOES_NOT_SUPPORT_POOLING": "the licence does not include pools",
    "LICENSE_DOES_NOT_SUPPORT_XHA": "the licence does not include HA",
    "LICENSE_CANNOT_DOWNGRADE_WHILE_IN_POOL": "the edition of one host of a pool cannot be lowered",
    "INVALID_EDITION": "there is no edition {p0}",
    "V6D_FAILURE": "the host's licence service failed",
    "ACTIVATION_WHILE_NOT_FREE": "an activation key is only for the free edition",
    "FEATURE_RESTRICTED": "this feature is restricted in this edition",
}
CAUSES = ("server", "licence", "pool", "service")
ONLY = {
    "server": ("LICENSE_CHECKOUT_ERROR", "MISSING_CONNECTION_DETAILS"),
    "licence": (
        "LICENSE_EXPIRED", "LICENSE_FILE_DEPRECATED", "LICENSE_PROCESSING_ERROR", "LICENSE_DOES_NOT_SUPPORT_POOLING",
        "LICENSE_DOES_NOT_SUPPORT_XHA", "INVALID_EDITION", "ACTIVATION_WHILE_NOT_FREE", "FEATURE_RESTRICTED",
    ),
    "pool": ("LICENSE_CANNOT_DOWNGRADE_WHILE_IN_POOL",),
    "service": ("V6D_FAILURE",),
}  # fmt: skip
