"""The guest must not be moved or suspended

It was started with nested virtualisation or with the mark `nomigrate`; either pins it to its host until it is shut
down.

Cause: nested virtualisation is on.
Fix: Shut it down, `xe vm-param-remove uuid=GUEST param-name=platform param-key=nested-virt`, start it. If it needs
    nesting, shut it down to move it.

Cause: the mark `nomigrate` is set.
Fix: Shut it down, `xe vm-param-remove uuid=GUEST param-name=platform param-key=nomigrate`, start it; the mark counts
    as it was at the start.

Example:
    VM_IS_IMMOBILE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("guest-immobile",)
CODES = ("VM_IS_IMMOBILE", "VM_IS_USING_NESTED_VIRT")
CAUSES = ("nested", "nomigrate")
SAID = "{vm} is pinned to its host"


def _metric(reading: Reading, look: Look, field: str) -> Evidence:
    vm = look.record(reading, "VM", "vm")
    metrics = look.snapshot.VM_metrics.get(vm.metrics) if vm is not None and look.snapshot else None
    if metrics is None:
        return UNSEEN
    return supports(f"{field} is set.") if getattr(metrics, field) else contradicts(f"{field} is not set.")


def evidence_nested(reading: Reading, look: Look) -> Evidence:
    """What was true at its start."""
    return _metric(reading, look, "nested_virt")


def evidence_nomigrate(reading: Reading, look: Look) -> Evidence:
    """What was true at its start."""
    return _metric(reading, look, "nomigrate")
