"""EqualLogic array: the old integrated driver

The driver that made volumes on a Dell EqualLogic array by itself (type `equal`) was part of XenServer up to 6.x; today
an array is used by iSCSI.

Cause: a setting of the SR (target, username, password, storage pool, snapshot reserve) is missing or wrong.
Tell: The parameters name the key; `xe pbd-param-get uuid=PBD param-name=device-config`.
Fix: Compare `xe pbd-list sr-uuid=SR params=device-config` with the array's group address, user and storage pools.

Cause: the array is out of space, or its snapshot reserve is.
Tell: The array's own page.
Fix: Grow the reserve or delete snapshots on the array.

Cause: the array's command line does not answer as the driver expects: too many sessions, or another version.
Tell: Log in to the array's command line by hand from dom0; count its open sessions.
Fix: End old sessions on the array; use it by iSCSI with an `lvmoiscsi` SR.

Example:
    SR_BACKEND_FAILURE_169(, Failed to connect to Equallogic Array, Permission denied;username/password invalid, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_160": "the address of the array (target) was not given",
    "SR_BACKEND_FAILURE_161": "the user name for the array was not given",
    "SR_BACKEND_FAILURE_162": "the password for the array was not given",
    "SR_BACKEND_FAILURE_163": "the storage pool of the array was not given",
    "SR_BACKEND_FAILURE_164": "the array could not be reached: it has as many sessions as it allows",
    "SR_BACKEND_FAILURE_165": "the percentage that is set aside for snapshots is not a whole number",
    "SR_BACKEND_FAILURE_166": "the snapshot depletion policy is neither delete-oldest nor volume-offline",
    "SR_BACKEND_FAILURE_167": "the array's volume is out of space, probably for lack of snapshot reserve",
    "SR_BACKEND_FAILURE_168": "the array makes no snapshot of a snapshot",
    "SR_BACKEND_FAILURE_169": "the array did not accept user name and password",
    "SR_BACKEND_FAILURE_170": "the array's version is not supported by the driver",
    "SR_BACKEND_FAILURE_171": "the driver could not log on to the array's iSCSI port",
    "SR_BACKEND_FAILURE_172": "the storage pool that was given is not on the array",
    "SR_BACKEND_FAILURE_173": "the address that was given is not that of the array's group",
    "SR_BACKEND_FAILURE_174": "the array's answer to a command was not understood",
    "SR_BACKEND_FAILURE_175": "what the driver keeps in the volume's description was changed",
    "SR_BACKEND_FAILURE_176": "the array's answer to a command broke off",
}
CAUSES = ("settings", "space", "protocol")
ONLY = {
    "settings": tuple(f"SR_BACKEND_FAILURE_{number}" for number in (160, 161, 162, 163, 165, 166, 169, 171, 172, 173)),
    "space": ("SR_BACKEND_FAILURE_167", "SR_BACKEND_FAILURE_168"),
    "protocol": tuple(f"SR_BACKEND_FAILURE_{number}" for number in (164, 170, 174, 175, 176)),
}
