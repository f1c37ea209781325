"""The host cannot connect its iSCSI storage

The SR exists, and this host's connection (PBD) to it fails at the iSCSI target: the text in brackets is what the
initiator in dom0 said. Other hosts may be connected all the same.

Cause: the target refuses the login: the CHAP credentials changed or are wrong.
Fix: Compare those of `xe pbd-list sr-uuid=SR params=device-config` with the target. A PBD cannot be changed: unplug it,
    destroy it, create it with the new credentials, plug it. The disks on it are not touched.

Cause: the target does not know this host: its initiator name (IQN) is not on the list, or changed when the host was
    installed anew.
Tell: Discovery works and login does not; the target's log names the initiator that it refused.
Fix: `xe host-param-get uuid=HOST param-name=iscsi_iqn`; allow exactly this one on the target and on the LUN.

Cause: the host knows nothing of the target any more: its list of targets was lost or is out of date, e.g. after an
    upgrade or a restart.
Tell: dom0: `iscsiadm -m node` is empty; after `iscsiadm -m discovery -t sendtargets -p TARGET` the plug works.
Fix: dom0: `iscsiadm -m discovery -t sendtargets -p TARGET:3260`, then `xe pbd-plug uuid=PBD`.

Cause: the target is not reachable from this host's storage network.
Fix: dom0: `ping TARGET`, `nc -zv TARGET 3260`; the NIC of the storage network must have an address of its own and its
    cable (`xe pif-list host-uuid=HOST params=device,IP,carrier`).

Cause: the LUN behind the target is gone or has another identity.
Fix: `xe sr-probe type=lvmoiscsi host-uuid=HOST device-config:target=.. device-config:targetIQN=..` lists what there is;
    compare the SCSIid.

Example:
    Error code: SR_BACKEND_FAILURE_47
    Error parameters: , The SR is not available [opterr=ISCSI login failed - check access settings for the initiator on
    the storage, if CHAP is used verify CHAP credentials],
"""

from xenferry.errors.evidence import Evidence
from xenferry.errors.facts import same_initiator
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("pbd-unplugged", "disk-not-on-host")
WHEN = "iscsi"
CODES = ("SR_BACKEND_FAILURE_47",)
CAUSES = ("credentials", "not-allowed", "no-discovery", "unreachable", "lun")
WORDS = {
    "credentials": ("login failed",),
    "unreachable": ("unable to connect", "no route", "timed out", "connection refused"),
    "lun": ("device failed to appear", "scsiid"),
}
SAID = "the host could not connect to {sr}: {detail}"


def evidence_not_allowed(_reading: Reading, look: Look) -> Evidence:
    """Two hosts under one name."""
    return same_initiator(look.snapshot)
