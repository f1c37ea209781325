"""A rare refusal

Such an answer concerns one setting of one object; nothing was changed.

Cause: a setting of the guest cannot be changed any more, is there already, or is missing.
Tell: `xe vm-param-list uuid=GUEST` shows the setting that the parameters name.
Fix: Look at the guest with `xe vm-param-list uuid=GUEST`; make a new guest from the template where it cannot be
    changed.

Cause: the host does not offer this: its edition, its mode (FIPS), its CPU or its drivers.
Tell: `xe host-param-list uuid=HOST` and what the parameters name.
Fix: Look at `xe host-param-list uuid=HOST`; use another host.

Cause: there is no space for what the template asks for.
Tell: `xe sr-list params=name-label,physical-size,physical-utilisation`.
Fix: Free space on the SR, or choose another one for the new guest's disks.

Cause: the value or the moment is not possible.
Tell: The parameters give it.
Fix: The parameter says which value; wait as long as it says.

Example:
    VM_BIOS_STRINGS_ALREADY_SET()
"""

SAYS = {
    "VM_BIOS_STRINGS_ALREADY_SET": "the guest's BIOS texts were set before, and cannot be changed",
    "VM_CANNOT_DELETE_DEFAULT_TEMPLATE": "{vm} is one of the templates that come with the system",
    "VM_NO_CRASHDUMP_SR": "{vm} has no SR for its crash dumps",
    "VM_ATTACHED_TO_MORE_THAN_ONE_VDI_WITH_TIMEOFFSET_MARKED_AS_RESET_ON_BOOT": "the guest has more than one disk that "
    "keeps its clock and is reset at every start",
    "VTPM_MAX_AMOUNT_REACHED": "a guest can have at most {p0} virtual TPM",
    "SYSPREP": "sysprep in {vm} failed: {p1}",
    "VM_CALL_PLUGIN_RATE_LIMIT": "calls to {vm} must be {p1} seconds apart; try again in {p2}",
    "CPU_FEATURE_MASKING_NOT_SUPPORTED": "the host's CPU cannot hide features ({p0})",
    "INVALID_FEATURE_STRING": "this is not a set of CPU features: {p0}",
    "HOST_DRIVER_NO_HARDWARE": "the host has no hardware for the driver {p0}",
    "ILLEGAL_IN_FIPS_MODE": "this is not allowed in FIPS mode",
    "ONLY_ALLOWED_ON_OEM_EDITION": "{p0} exists on the OEM edition only",
    "NOT_ALLOWED_ON_OEM_EDITION": "{p0} does not exist on the OEM edition",
    "PROVISION_FAILED_OUT_OF_SPACE": "there is no space for the new guest's disks",
    "TELEMETRY_NEXT_COLLECTION_TOO_LATE": "the next collection of telemetry ({p0}) is too far away",
}
CAUSES = ("guest", "host", "space", "value")
ONLY = {
    "guest": (
        "VM_BIOS_STRINGS_ALREADY_SET", "VM_CANNOT_DELETE_DEFAULT_TEMPLATE", "VM_NO_CRASHDUMP_SR",
        "VM_ATTACHED_TO_MORE_THAN_ONE_VDI_WITH_TIMEOFFSET_MARKED_AS_RESET_ON_BOOT", "VTPM_MAX_AMOUNT_REACHED",
        "SYSPREP",
    ),
    "host": (
        "CPU_FEATURE_MASKING_NOT_SUPPORTED", "HOST_DRIVER_NO_HARDWARE", "ILLEGAL_IN_FIPS_MODE",
        "ONLY_ALLOWED_ON_OEM_EDITION", "NOT_ALLOWED_ON_OEM_EDITION",
    ),
    "space": ("PROVISION_FAILED_OUT_OF_SPACE",),
    "value": ("INVALID_FEATURE_STRING", "TELEMETRY_NEXT_COLLECTION_TOO_LATE", "VM_CALL_PLUGIN_RATE_LIMIT"),
}  # fmt: skip
