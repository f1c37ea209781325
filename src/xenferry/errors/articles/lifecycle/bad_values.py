"""A setting of the guest does not fit

XAPI checks the guest's settings before it starts or moves it. The parameters are the field and the value that it does
not take.

Cause: its virtual CPUs or memory limits contradict each other: more CPUs at start than at most, a minimum above the
    maximum.
Fix: `xe vm-param-list uuid=GUEST`; order them: static min <= dynamic min <= dynamic max <= static max,
    VCPUs-at-startup <= VCPUs-max.

Cause: a value was given in a form that XAPI does not take.
Tell: The second parameter is the value as XAPI got it: a word where a number belongs, a blank, a unit.
Fix: The parameters name the field and what was given; correct it.

Example:
    INVALID_VALUE(VCPUs-at-startup, 0)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_words, contradicts
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("memory-range-invalid", "vcpus-invalid")
CODES = ("INVALID_VALUE", "VALUE_NOT_SUPPORTED", "MEMORY_CONSTRAINT_VIOLATION", "FIELD_TYPE_ERROR")
CAUSES = ("limits", "form")
ONLY = {
    "limits": ("INVALID_VALUE", "VALUE_NOT_SUPPORTED", "MEMORY_CONSTRAINT_VIOLATION"),
    "form": ("INVALID_VALUE", "VALUE_NOT_SUPPORTED", "FIELD_TYPE_ERROR"),
}
SAID = "XAPI does not take the value {p1} for {p0}"


def evidence_limits(reading: Reading, _look: Look) -> Evidence:
    """The field that the error names."""
    field = reading.param(0)
    if not field or reading.code == "MEMORY_CONSTRAINT_VIOLATION":
        return UNSEEN
    found = by_words(field, "memory", "vcpu")
    return found if found.seen else contradicts(f"The field is {field}, no CPU or memory.")
