"""A detail of the iSCSI target is missing or wrong

To create or probe an iSCSI SR three things are needed, one after the other: `target` (address), `targetIQN` (which
target there) and `SCSIid` (which LUN). Left out on purpose, each makes the answer list what may be chosen: that is how
clients fill their lists, and no failure.

Cause: it was left out, and the answer lists the choice; a client that shows this as an error could not read the list.
Fix: Take a value from the XML in the answer and repeat the call with it. Nothing in the list: the target offers nothing
    to this initiator; allow the host's IQN on it.

Cause: the IQN is misspelt, belongs to another portal, or is not of the form `iqn.YYYY-MM.domain:name`.
Tell: dom0: `iscsiadm -m discovery -t sendtargets -p TARGET` does not list that IQN.
Fix: Copy it from `iscsiadm -m discovery -t sendtargets -p TARGET`.

Cause: the host has no initiator name of its own.
Tell: `xe host-param-get uuid=HOST param-name=iscsi_iqn` is empty.
Fix: `xe host-param-set uuid=HOST iscsi_iqn=iqn.2026-11.example:HOSTNAME`, one of its own for each host.

Example:
    SR_BACKEND_FAILURE_96(, The request is missing or has an incorrect target IQN parameter, )
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import initiators, listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "SR_BACKEND_FAILURE_95": "the address of the iSCSI target (device-config:target) was not given",
    "SR_BACKEND_FAILURE_96": "the name of the iSCSI target (device-config:targetIQN) was not given or is not there",
    "SR_BACKEND_FAILURE_97": "the host's own initiator name (IQN) could not be read",
    "SR_BACKEND_FAILURE_98": "the serial number of the LUN was not given",
    "SR_BACKEND_FAILURE_84": "the target answered under another IQN than the one that was asked for",
    "SR_BACKEND_FAILURE_106": "the IQN has not the form that iSCSI asks for",
}
CAUSES = ("list", "wrong-iqn", "no-initiator")
WORDS = {"list": ("<?xml", "iscsi-target", "parameter is missing")}
ONLY = {
    "list": ("SR_BACKEND_FAILURE_95", "SR_BACKEND_FAILURE_96", "SR_BACKEND_FAILURE_98"),
    "wrong-iqn": ("SR_BACKEND_FAILURE_96", "SR_BACKEND_FAILURE_84", "SR_BACKEND_FAILURE_106"),
    "no-initiator": ("SR_BACKEND_FAILURE_97",),
}


def evidence_no_initiator(_reading: Reading, look: Look) -> Evidence:
    """The hosts' own settings, where one of them has any."""
    if look.snapshot is None or not initiators(look.snapshot):
        return UNSEEN
    without = [host.name_label for host in look.snapshot.hosts if not host.other_config.get("iscsi_iqn")]
    return told(bool(without), f"No initiator name is set on {listed(without)}.", "Every host has one.")
