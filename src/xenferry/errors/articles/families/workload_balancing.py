"""Workload Balancing does not answer as it should

Workload Balancing (WLB) is an appliance beside XenServer pools that proposes where guests should run. XAPI asks it
before starts, moves and evacuations, and goes on by its own rules where it can if that fails. XCP-ng pools rarely
have one.

Cause: the appliance cannot be reached: it is off, its name does not resolve, a firewall is between, or it is
    overloaded.
Tell: dom0 of the coordinator: `nc -zv APPLIANCE 8012`.
Fix: From the coordinator's dom0: `nc -zv WLB 8012`; `xe pool-param-get uuid=POOL param-name=wlb-url`.

Cause: user name or password of one side is wrong for the other.
Tell: The parameters say which side refused; try each login by hand.
Fix: Connect it again: `xe pool-initialize-wlb wlb_url=.. wlb_username=.. wlb_password=.. xenserver_username=..
    xenserver_password=..`.

Cause: it is not set up, or switched off for this pool.
Tell: `xe pool-list params=wlb-enabled,wlb-url`.
Fix: If it is not wanted: `xe pool-deconfigure-wlb`; else `xe pool-param-set uuid=POOL wlb-enabled=true`.

Cause: its version does not fit the pool's.
Tell: The appliance's own page beside the pool's version.
Fix: Update the appliance; its log is /var/log/wlb/LogFile.log.

Example:
    WLB_CONNECTION_REFUSED()
"""

SAYS = {
    "WLB_CONNECTION_REFUSED": "the WLB appliance refused the connection",
    "WLB_CONNECTION_RESET": "the connection to the WLB appliance broke",
    "WLB_UNKNOWN_HOST": "the name of the WLB appliance does not resolve",
    "WLB_TIMEOUT": "the WLB appliance did not answer within {p0} seconds",
    "WLB_XENSERVER_CONNECTION_REFUSED": "the WLB appliance reports that the pool refused its connection",
    "WLB_XENSERVER_UNKNOWN_HOST": "the WLB appliance cannot resolve the pool's name",
    "WLB_XENSERVER_TIMEOUT": "the WLB appliance reports that the pool did not answer in time",
    "WLB_AUTHENTICATION_FAILED": "the WLB appliance did not accept user name and password",
    "WLB_XENSERVER_AUTHENTICATION_FAILED": "the WLB appliance reports that the pool did not accept its login",
    "WLB_NOT_INITIALIZED": "no WLB appliance is set up for the pool",
    "WLB_DISABLED": "WLB is switched off for the pool",
    "WLB_URL_INVALID": "{p0} is not the address of a WLB appliance: ADDRESS:PORT is wanted",
    "WLB_MALFORMED_REQUEST": "the WLB appliance did not understand XAPI",
    "WLB_MALFORMED_RESPONSE": "XAPI did not understand the WLB appliance's answer to {p0} ({p1})",
    "WLB_XENSERVER_MALFORMED_RESPONSE": "the WLB appliance reports that it did not understand the pool's answer",
    "WLB_INTERNAL_ERROR": "something broke inside the WLB appliance",
}
CAUSES = ("unreachable", "login", "not-set-up", "version")
ONLY = {
    "unreachable": (
        "WLB_CONNECTION_REFUSED", "WLB_CONNECTION_RESET", "WLB_UNKNOWN_HOST", "WLB_TIMEOUT",
        "WLB_XENSERVER_CONNECTION_REFUSED", "WLB_XENSERVER_UNKNOWN_HOST", "WLB_XENSERVER_TIMEOUT",
    ),
    "login": ("WLB_AUTHENTICATION_FAILED", "WLB_XENSERVER_AUTHENTICATION_FAILED"),
    "not-set-up": ("WLB_NOT_INITIALIZED", "WLB_DISABLED", "WLB_URL_INVALID"),
    "version": (
        "WLB_MALFORMED_REQUEST", "WLB_MALFORMED_RESPONSE", "WLB_XENSERVER_MALFORMED_RESPONSE", "WLB_INTERNAL_ERROR",
    ),
}  # fmt: skip
