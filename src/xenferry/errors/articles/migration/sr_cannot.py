"""The SR cannot take part in a live move of disks

To move a disk while the guest runs, its driver must be able to take a snapshot and to mirror writes; the second
parameter names what is lacking.

Cause: its driver cannot mirror or snapshot; raw, ISO and some vendors' SRs cannot.
Tell: `xe sm-list type=TYPE params=features` lacks VDI_MIRROR or VDI_SNAPSHOT.
Fix: Move the disk while the guest is shut down (`xe vdi-copy`), or choose another SR.

Example:
    SR_DOES_NOT_SUPPORT_MIGRATION(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773, VDI_MIRROR)
"""

CODES = ("SR_DOES_NOT_SUPPORT_MIGRATION", "VDI_INCOMPATIBLE_TYPE")
CAUSES = ("driver",)
SAID = "{sr} cannot take part in a live move ({p1})"
