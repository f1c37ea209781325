"""The call does not say where a disk or NIC is to go

The parameter is the disk (VDI) or NIC (VIF) that the call forgot.

Cause: a move with disks needs a target SR for every disk, also for those that stay, and across pools a network for
    every NIC, also those of snapshots.
Tell: The parameter is the disk or NIC without an entry: `xe vdi-list uuid=...`, `xe vif-list uuid=...`.
Fix: Name a target for the one in the parameter, or delete snapshots that hold old NICs; `xenferry migrate` fills in
    all.

Cause: the target pool has no default SR for suspended state and snapshots.
Tell: `xe pool-list params=default-SR` on the receiving pool is empty.
Fix: Set one: `xe pool-param-set uuid=POOL default-SR=SR`.

Example:
    VIF_NOT_IN_MAP(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

CODES = ("VDI_NOT_IN_MAP", "VIF_NOT_IN_MAP")
CAUSES = ("incomplete", "no-default-sr")
SAID = "the call gives no target for {p0}"
