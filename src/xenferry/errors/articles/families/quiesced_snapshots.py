"""A quiesced snapshot of a Windows guest failed

For a quiesced snapshot XAPI asks a program in the guest (the VSS provider of the old Windows tools) to bring its
files to rest. Newer versions no longer offer it.

Cause: the provider is not installed or not registered in the guest.
Tell: In the guest: `vssadmin list providers` does not name Xen's.
Fix: Take an ordinary snapshot; or, on a version that still has it, run `install-XenProvider.cmd` in the guest's tools
    folder.

Cause: Windows' own snapshot service failed: a writer is in a bad state, or a volume is of a kind it does not take
    (dynamic disks).
Tell: In the guest: `vssadmin list writers` shows one that is not stable.
Fix: In the guest: `vssadmin list writers`, `vssadmin list providers`, the event log; restart the service or the guest.

Cause: it took too long, because the guest writes much.
Tell: At a quiet hour the same call works.
Fix: Try again when the guest is quiet.

Example:
    VM_SNAPSHOT_WITH_QUIESCE_TIMEOUT(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

SAYS = {
    "VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED": "{vm} has no VSS provider, or this version no longer uses it ({p1})",
    "VM_SNAPSHOT_WITH_QUIESCE_PLUGIN_DEOS_NOT_RESPOND": "the VSS provider in {vm} does not answer",
    "VM_SNAPSHOT_WITH_QUIESCE_FAILED": "the quiesced snapshot of {vm} failed",
    "VM_SNAPSHOT_WITH_QUIESCE_TIMEOUT": "the VSS provider in {vm} took too long",
    "XEN_VSS_REQ_ERROR_PROV_NOT_LOADED": "the VSS provider in {vm} is not loaded ({p1})",
    "XEN_VSS_REQ_ERROR_INIT_FAILED": "VSS in {vm} could not begin ({p1})",
    "XEN_VSS_REQ_ERROR_NO_VOLUMES_SUPPORTED": "{vm} has no volume that its VSS provider takes ({p1})",
    "XEN_VSS_REQ_ERROR_START_SNAPSHOT_SET_FAILED": "VSS in {vm} could not begin a set of snapshots ({p1})",
    "XEN_VSS_REQ_ERROR_ADDING_VOLUME_TO_SNAPSET_FAILED": "VSS in {vm} could not add a volume to the set ({p1})",
    "XEN_VSS_REQ_ERROR_PREPARING_WRITERS": "VSS in {vm} could not bring the programs' files to rest ({p1})",
    "XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT": "VSS in {vm} could not make the snapshots ({p1})",
    "XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT_XML_STRING": "VSS in {vm} could not describe the snapshots ({p1})",
}
CAUSES = ("no-provider", "vss", "slow")
ONLY = {
    "no-provider": (
        "VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED", "VM_SNAPSHOT_WITH_QUIESCE_PLUGIN_DEOS_NOT_RESPOND",
        "XEN_VSS_REQ_ERROR_PROV_NOT_LOADED",
    ),
    "slow": ("VM_SNAPSHOT_WITH_QUIESCE_TIMEOUT", "XEN_VSS_REQ_ERROR_PREPARING_WRITERS"),
}  # fmt: skip
