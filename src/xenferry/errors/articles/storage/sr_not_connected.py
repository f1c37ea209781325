"""The SR is not connected where it is needed

The operation needs the SR's connection (PBD) to be plugged; for a shared SR on the coordinator.

Cause: the PBD is unplugged, e.g. after a restart while the storage was away.
Fix: `xe pbd-list sr-uuid=UUID`, `xe pbd-plug uuid=PBD`; the answer names the reason if it fails.

Cause: the SR was introduced or reattached without PBDs.
Fix: `xe pbd-create host-uuid=HOST sr-uuid=SR device-config:...` for every host, then plug them.

Example:
    SR_HAS_NO_PBDS(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

RULES = ("pbd-unplugged", "pbd-missing")
CODES = ("SR_HAS_NO_PBDS", "SR_NOT_ATTACHED")
CAUSES = ("unplugged", "no-pbd")
SAID = "{sr} is not connected where the operation needs it"
