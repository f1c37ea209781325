"""The storage driver cannot talk to XAPI

While it works the driver asks the coordinator's XAPI for the SR's and the disks' records.

Cause: the toolstack of the coordinator is restarting, overloaded, or not reachable from this host.
Tell: `systemctl status xapi` on the coordinator, and `curl -sk https://COORDINATOR/` from this host.
Fix: `xe host-list` on that host must answer at once; look at /var/log/xensource.log of the coordinator. Try again.

Cause: the session that the driver was given has ended meanwhile, e.g. by a restart of the toolstack.
Tell: xensource.log shows a restart of the toolstack in that minute; the same call works afterwards.
Fix: Repeat the operation.

Cause: the record that it asked for is gone: the SR or the disk was forgotten by somebody else.
Tell: `xe sr-list uuid=SR` and `xe vdi-list uuid=DISK` find nothing.
Fix: `xe sr-scan uuid=SR`, and look at what is there now.

Example:
    SR_BACKEND_FAILURE_150(, Failed to initialize XMLRPC connection, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_150": "the driver could not open a session to XAPI",
    "SR_BACKEND_FAILURE_151": "the driver could not find dom0's own record in XAPI",
    "SR_BACKEND_FAILURE_152": "the driver could not read the SR's connections (PBDs) from XAPI",
    "SR_BACKEND_FAILURE_153": "XAPI refused or lacked a record that the driver asked for ({detail})",
    "SR_BACKEND_FAILURE_154": "XAPI's answer to the driver was not understood",
}
CAUSES = ("toolstack", "session", "gone")
ONLY = {"gone": ("SR_BACKEND_FAILURE_153", "SR_BACKEND_FAILURE_152")}
