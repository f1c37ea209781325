"""dom0's own iSCSI service does not work

The storage driver starts `iscsid` in dom0 and gives it the host's initiator name; that already failed, before the
target was asked for anything.

Cause: dom0 is out of space or memory, so that the service cannot write its files.
Tell: dom0: `df -h / /var/log` and `free -m`.
Fix: dom0: `df -h / /var/log`, `free -m`; make room, then `systemctl restart iscsid`.

Cause: the initiator name is empty or has signs that the service does not take.
Tell: dom0: `cat /etc/iscsi/initiatorname.iscsi` beside `xe host-param-get uuid=HOST param-name=iscsi_iqn`.
Fix: `cat /etc/iscsi/initiatorname.iscsi` in dom0; set it by `xe host-param-set uuid=HOST iscsi_iqn=..`, never by hand.

Cause: sessions from before keep the service from starting anew.
Tell: dom0: `iscsiadm -m session` lists sessions while no iSCSI SR is plugged.
Fix: `systemctl status iscsid open-iscsi`, `iscsiadm -m session`; restart the host if they cannot be ended.

Example:
    SR_BACKEND_FAILURE_71(, Failed to start ISCSI daemon, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_70": "the host's initiator name could not be set ({detail})",
    "SR_BACKEND_FAILURE_71": "the iSCSI service in dom0 did not start ({detail})",
    "SR_BACKEND_FAILURE_86": "the iSCSI service in dom0 did not answer ({detail})",
}
CAUSES = ("dom0-full", "initiator", "sessions")
ONLY = {"initiator": ("SR_BACKEND_FAILURE_70", "SR_BACKEND_FAILURE_71")}
