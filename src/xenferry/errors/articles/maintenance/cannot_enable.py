"""The host cannot be enabled yet

Until it is enabled the host takes no guests. XAPI enables it by itself once the reason is gone, unless somebody
disabled it for good.

Cause: it has not finished starting.
Fix: Wait a few minutes; /var/log/xensource.log shows how far it is.

Cause: an update demands a restart of the host or of its toolstack first.
Fix: `xe host-param-get uuid=HOST param-name=pending-guidances`; do that: `xe-toolstack-restart`, or empty and restart
    the host.

Cause: it was disabled until its next restart, or until somebody enables it.
Fix: Restart it, or enable it by hand in the client.

Example:
    HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "HOST_STILL_BOOTING", "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", "HOST_DISABLED_UNTIL_REBOOT",
    "HOST_DISABLED_INDEFINITELY",
)  # fmt: skip
CAUSES = ("starting", "guidance", "until-restart")
SAID = "{host} cannot be enabled yet"
SAYS = {
    "HOST_STILL_BOOTING": "the host's toolstack is still starting",
    "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY": "updates on {host} wait for what must be done after them",
    "HOST_DISABLED_UNTIL_REBOOT": "the host stays disabled until it is restarted",
    "HOST_DISABLED_INDEFINITELY": "{host} was disabled until somebody enables it",
}


def _among(reading: Reading, *codes: str) -> Evidence:
    return supports(f"The code is {reading.code}.") if reading.code in codes else contradicts("")


def evidence_starting(reading: Reading, _look: Look) -> Evidence:
    """This code only."""
    return _among(reading, "HOST_STILL_BOOTING")


def evidence_guidance(reading: Reading, _look: Look) -> Evidence:
    """This code only."""
    return _among(reading, "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY")


def evidence_until_restart(reading: Reading, _look: Look) -> Evidence:
    """These codes only."""
    return _among(reading, "HOST_DISABLED_UNTIL_REBOOT", "HOST_DISABLED_INDEFINITELY")
