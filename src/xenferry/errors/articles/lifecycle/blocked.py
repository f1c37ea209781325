"""The operation is blocked on this guest

Somebody, or a program, set a block on the guest; the second parameter is the reason that was given.

Cause: a backup blocks moves while it runs, or ended without taking its block away.
Fix: Make sure no backup runs on it (`xe task-list`), then `xe vm-param-remove uuid=GUEST
    param-name=blocked-operations param-key=OPERATION`.

Cause: an administrator protects the guest on purpose (Xen Orchestra: "Protect from accidental deletion / shutdown").
Fix: Ask who did; then remove the block as above, or in the guest's Advanced tab.

Example:
    OPERATION_BLOCKED(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, backup in progress)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_words, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("operation-blocked",)
CODES = ("OPERATION_BLOCKED",)
CAUSES = ("backup", "protected")
SAID = "somebody blocked this on {object} (reason given: {p1})"


def evidence_backup(reading: Reading, look: Look) -> Evidence:
    """The reason often says so."""
    vm = look.record(reading, "VM", "vm", "object")
    if vm is not None and vm.blocked_operations:
        blocks = ", ".join(f"{operation}: {reason}" for operation, reason in vm.blocked_operations.items())
        found = by_words(blocks, "backup")
        return supports(f"Blocks on '{vm.name_label}': {blocks}.") if found.seen else UNSEEN
    return by_words(reading.param(1), "backup")


def evidence_protected(reading: Reading, _look: Look) -> Evidence:
    """The reason that was given: Xen Orchestra's protection writes `true`, people write what they mean."""
    reason = reading.param(1)
    if not reason:
        return UNSEEN
    if by_words(reason, "backup").seen:
        return contradicts("The reason that was given speaks of a backup.")
    return supports(f"The reason that was given, “{reason}”, speaks of no backup.")
