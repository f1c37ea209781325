"""The guest belongs to a policy, schedule, appliance or group

Old protection policies (VMPP), snapshot schedules (VMSS), appliances (vApps) and placement groups bind guests together.

Cause: the guest is bound, or guests are bound to what was to be deleted.
Tell: `xe appliance-list`, `xe vmss-list` or `xe vm-group-list` shows who belongs to it.
Fix: Take it out first: `xe vm-param-set uuid=GUEST snapshot-schedule=` or `appliance=` (empty).

Cause: some guests of the appliance did what was asked, others failed.
Tell: The parameters name the guests; each has a message or task of its own.
Fix: `xe vm-list appliance=UUID`; each guest's own error is in /var/log/xensource.log.

Cause: the policy's own settings do not fit: it would archive more often than it saves.
Tell: `xe vmss-list params=all`.
Fix: Archive as often as backups are made, or more seldom.

Cause: a guest can be in one group only.
Tell: `xe vm-param-get uuid=GUEST param-name=groups` is filled.
Fix: Take it out of the other first.

Example:
    VM_IS_PART_OF_AN_APPLIANCE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, OpaqueRef:1)
"""

SAYS = {
    "VM_IS_PART_OF_AN_APPLIANCE": "{vm} belongs to the appliance {p1}",
    "VM_ASSIGNED_TO_PROTECTION_POLICY": "{vm} belongs to the protection policy {p1}",
    "VM_ASSIGNED_TO_SNAPSHOT_SCHEDULE": "{vm} belongs to the snapshot schedule {p1}",
    "VMPP_HAS_VM": "guests belong to the protection policy",
    "VMSS_HAS_VM": "guests belong to the snapshot schedule",
    "OPERATION_PARTIALLY_FAILED": "{p0} succeeded for some guests of the appliance only",
    "VMPP_ARCHIVE_MORE_FREQUENT_THAN_BACKUP": "the policy would archive more often than it saves",
    "TOO_MANY_GROUPS": "a guest can be in one group only",
}
CAUSES = ("bound", "partly", "settings", "one-group")
ONLY = {
    "bound": (
        "VM_IS_PART_OF_AN_APPLIANCE", "VM_ASSIGNED_TO_PROTECTION_POLICY", "VM_ASSIGNED_TO_SNAPSHOT_SCHEDULE",
        "VMPP_HAS_VM", "VMSS_HAS_VM",
    ),
    "partly": ("OPERATION_PARTIALLY_FAILED",),
    "settings": ("VMPP_ARCHIVE_MORE_FREQUENT_THAN_BACKUP",),
    "one-group": ("TOO_MANY_GROUPS",),
}  # fmt: skip
