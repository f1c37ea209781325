"""The iSCSI target refuses the host's login

The host reached the target, but was not let in. An iSCSI SR keeps user name and password (CHAP) in the device-config of
each host's own connection (PBD), and the target knows each host by its initiator name (IQN).

Cause: the CHAP user name or password is wrong, or the target asks for one and none is set, or asks for both
    directions.
Fix:
- Compare them on the target and in `xe pbd-list sr-uuid=SR params=device-config`; a PBD cannot be changed: unplug it,
  destroy it, and create it anew with `device-config:chapuser=..` and `device-config:chappassword=..`.
- Keep the password to 12 to 16 plain letters and digits: that is what most targets take.

Cause: the host's initiator name is not on the target's list, or two hosts have the same one.
Tell: `xe host-list params=name-label,iscsi_iqn` beside the target's list; two hosts with one name are the fault as
    well.
Fix:
- See it with `xe host-param-get uuid=HOST param-name=iscsi_iqn` on every host and allow each on the target. Cloned
  hosts share one: set another with `xe host-param-set uuid=HOST iscsi_iqn=..` while no iSCSI SR is connected there.

Cause: the host's own list of targets is out of date: after an upgrade or a change on the storage it logs in to a
    portal that it does not know or that is no longer there.
Fix: dom0: `iscsiadm -m discovery -t sendtargets -p TARGET:3260`, then plug the PBD again. Old entries go with
    `iscsiadm -m node -T IQN -o delete`.

Cause: the target does not answer on this path: another host holds the LUN alone, or a portal of several is down.
Tell: dom0: `iscsiadm -m discovery -t sendtargets -p TARGET` lists a portal that `nc -zv ADDRESS 3260` does not reach.
Fix: See `iscsiadm -m session` and `multipath -ll` in dom0, and the log of the storage at that minute.

Example:
    SR_BACKEND_FAILURE_68(, ISCSI login failed - check access settings for the initiator on the storage, if CHAP is used
    verify CHAP credentials, )
"""

from xenferry.errors.evidence import Evidence
from xenferry.errors.facts import same_initiator
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("pbd-unplugged",)
CODES = ("SR_BACKEND_FAILURE_68",)
CAUSES = ("credentials", "not-allowed", "no-discovery", "portal")
WORDS = {"credentials": ("authorization failure",), "no-discovery": ("no records found",)}
SAID = "the iSCSI target did not let the host in"


def evidence_not_allowed(_reading: Reading, look: Look) -> Evidence:
    """Two hosts under one name."""
    return same_initiator(look.snapshot)
