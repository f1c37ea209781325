"""A setting of the guest does not fit

XAPI checks the guest's settings before it starts or moves it. The parameters are the field and the value that it does
not take.

Cause: its virtual CPUs or memory limits contradict each other: more CPUs at start than at most, a minimum above the
    maximum.
Fix: `xe vm-param-list uuid=GUEST`; order them: static min <= dynamic min <= dynamic max <= static max,
    VCPUs-at-startup <= VCPUs-max.

Cause: a value was given in a form that XAPI does not take.
Fix: The parameters name the field and what was given; correct it.

Example:
    INVALID_VALUE(VCPUs-at-startup, 0)
"""

RULES = ("memory-range-invalid", "vcpus-invalid")
CODES = ("INVALID_VALUE", "VALUE_NOT_SUPPORTED", "MEMORY_CONSTRAINT_VIOLATION", "FIELD_TYPE_ERROR")
CAUSES = ("limits", "form")
SAID = "XAPI does not take the value {p1} for {p0}"
