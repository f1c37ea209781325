"""The storage driver did not understand what it was asked

It ended before it touched any storage.

Cause: a setting in device-config or sm-config is missing, misspelt, or has signs that the driver does not take.
Tell: The text names the key: `xe pbd-param-get uuid=PBD param-name=device-config`.
Fix: `xe sm-list type=TYPE params=configuration` names the settings; keep names and passwords to plain ASCII.

Cause: this kind of SR cannot do that, or the pool has no driver for it.
Tell: `xe sm-list type=TYPE params=features` lacks what was asked for.
Fix: `xe sm-list params=type,features` shows what each driver can do; a driver must be installed on all hosts.

Cause: the password is kept as a secret that no longer exists.
Tell: `xe secret-list uuid=SECRET` finds nothing for the UUID in device-config.
Fix: `xe secret-list`; create the PBD anew with the password, and XAPI makes a new secret.

Cause: the host's system is older or newer than the driver: the package was replaced by hand.
Tell: dom0: `rpm -q sm xapi-core` on all hosts differ.
Fix: Update the host as a whole, then restart it.

Example:
    SR_BACKEND_FAILURE_1(, Invalid argument, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_1": "an argument of the driver is not valid ({detail})",
    "SR_BACKEND_FAILURE_2": "a setting of device-config holds a sign that is not allowed ({detail})",
    "SR_BACKEND_FAILURE_19": "the device that was named does not exist ({detail})",
    "SR_BACKEND_FAILURE_20": "the secret that holds the password does not exist",
    "SR_BACKEND_FAILURE_38": "the driver does not offer this operation",
    "SR_BACKEND_FAILURE_48": "the driver does not know this kind of SR ({detail})",
    "SR_BACKEND_FAILURE_49": "the driver was given XML that it could not read",
    "SR_BACKEND_FAILURE_115": "not all settings that the driver needs were given ({detail})",
    "SR_BACKEND_FAILURE_143": "the driver could not read the request",
    "SR_BACKEND_FAILURE_413": "the driver could not read XML that it was given",
    "SR_BACKEND_FAILURE_447": "a name holds a sign that XML does not allow",
    "SR_BACKEND_FAILURE_448": "the driver does not support dom0's kernel",
    "SR_BACKEND_FAILURE_454": "the host's licence does not include SMB SRs",
}
CAUSES = ("setting", "not-offered", "secret", "version")
ONLY = {
    "setting": tuple(f"SR_BACKEND_FAILURE_{number}" for number in (1, 2, 19, 49, 115, 143, 413, 447)),
    "not-offered": ("SR_BACKEND_FAILURE_38", "SR_BACKEND_FAILURE_48", "SR_BACKEND_FAILURE_454"),
    "secret": ("SR_BACKEND_FAILURE_20",),
    "version": ("SR_BACKEND_FAILURE_448",),
}
