"""This is a template or a snapshot, not a guest

Templates and snapshots are stored like guests and have UUIDs like them, but they never run.

Cause: a template or snapshot was chosen by mistake; only guests can be started and moved.
Tell: `xe template-list uuid=GUEST` or `xe snapshot-list uuid=GUEST` finds it.
Fix: Choose the guest, or make one of it: `xe vm-clone` and `xe vm-param-set uuid=UUID is-a-template=false`.

Example:
    VM_IS_TEMPLATE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, pool_migrate)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("guest-is-template", "guest-is-snapshot")
CODES = ("VM_IS_TEMPLATE", "VM_IS_SNAPSHOT", "PROVISION_ONLY_ALLOWED_ON_TEMPLATE", "REVERT_ONLY_ALLOWED_ON_SNAPSHOT")
CAUSES = ("wrong-object",)
SAID = "{vm} is not an ordinary guest"


def evidence_wrong_object(reading: Reading, look: Look) -> Evidence:
    """What the object is, in the pool's records."""
    vm = look.record(reading, "VM", "vm")
    if vm is None:
        return UNSEEN
    kind = "a snapshot" if vm.is_a_snapshot else "a template" if vm.is_a_template else "an ordinary guest"
    wanted = {"PROVISION_ONLY_ALLOWED_ON_TEMPLATE": "a template", "REVERT_ONLY_ALLOWED_ON_SNAPSHOT": "a snapshot"}
    said = f"'{vm.name_label}' is {kind}."
    return told(kind != wanted.get(reading.code, "an ordinary guest"), said, said)
