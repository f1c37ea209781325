"""This is a template or a snapshot, not a guest

Templates and snapshots are stored like guests and have UUIDs like them, but they never run.

Cause: a template or snapshot was chosen by mistake; only guests can be started and moved.
Tell: `xe template-list uuid=GUEST` or `xe snapshot-list uuid=GUEST` finds it.
Fix: Choose the guest, or make one of it: `xe vm-clone` and `xe vm-param-set uuid=UUID is-a-template=false`.

Example:
    VM_IS_TEMPLATE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, pool_migrate)
"""

RULES = ("guest-is-template", "guest-is-snapshot")
CODES = ("VM_IS_TEMPLATE", "VM_IS_SNAPSHOT", "PROVISION_ONLY_ALLOWED_ON_TEMPLATE", "REVERT_ONLY_ALLOWED_ON_SNAPSHOT")
CAUSES = ("wrong-object",)
SAID = "{vm} is not an ordinary guest"
