"""NetApp filer: the old integrated driver

The driver that made volumes on a NetApp filer by itself (type `netapp`) was part of XenServer up to 6.x; today a filer
is used as NFS or iSCSI storage.

Cause: a setting of the SR (target, username, password, aggregate) is missing or is not accepted by the filer.
Tell: The parameters name the key; `xe pbd-param-get uuid=PBD param-name=device-config`.
Fix: Compare `xe pbd-list sr-uuid=SR params=device-config` with the filer; the user needs rights to make volumes.

Cause: a limit of the filer is reached: volumes, snapshots, space, or a licence is missing.
Tell: The filer's own page.
Fix: Free or add it on the filer.

Cause: the filer's version or its services do not fit the old driver.
Tell: The filer's version beside the compatibility list of this old driver.
Fix: Use the filer's NFS export or iSCSI LUN with an `nfs` or `lvmoiscsi` SR.

Example:
    SR_BACKEND_FAILURE_125(, Authentication credentials incorrect, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_120": "the address of the filer (target) was not given",
    "SR_BACKEND_FAILURE_121": "the user name for the filer was not given",
    "SR_BACKEND_FAILURE_122": "the password for the filer was not given",
    "SR_BACKEND_FAILURE_123": "the aggregate of the filer was not given",
    "SR_BACKEND_FAILURE_124": "the filer could not be reached",
    "SR_BACKEND_FAILURE_125": "the filer did not accept user name and password",
    "SR_BACKEND_FAILURE_126": "the filer's user has not enough rights",
    "SR_BACKEND_FAILURE_127": "the filer has as many volumes as it can hold",
    "SR_BACKEND_FAILURE_128": "the filer's volume has as many snapshots as it can hold",
    "SR_BACKEND_FAILURE_129": "the filer has no space for a snapshot",
    "SR_BACKEND_FAILURE_130": "the filer's version is not supported by the driver",
    "SR_BACKEND_FAILURE_131": "the filer's iSCSI name could not be read",
    "SR_BACKEND_FAILURE_132": "the iSCSI service of the filer is off",
    "SR_BACKEND_FAILURE_133": "deduplication (A-SIS) is not licensed on the filer",
    "SR_BACKEND_FAILURE_134": "the filer does not deduplicate an aggregate of this size",
    "SR_BACKEND_FAILURE_135": "the driver could not get the LUN for itself alone",
}
CAUSES = ("settings", "limit", "version")
ONLY = {
    "settings": tuple(f"SR_BACKEND_FAILURE_{number}" for number in (120, 121, 122, 123, 124, 125, 126, 131)),
    "limit": tuple(f"SR_BACKEND_FAILURE_{number}" for number in (127, 128, 129, 133, 134, 135)),
    "version": ("SR_BACKEND_FAILURE_130", "SR_BACKEND_FAILURE_132"),
}
