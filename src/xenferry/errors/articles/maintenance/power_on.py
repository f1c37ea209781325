"""The host cannot be switched on this way

XAPI switches hosts on through their network card or management card, and only hosts that it counts as off.

Cause: it is running already (HOST_IS_LIVE).
Tell: `xe host-param-get uuid=HOST param-name=host-metrics-live` is true.
Fix: Nothing to do; if it does not answer, look at its console.

Cause: no way to switch it on is set up.
Tell: `xe host-param-get uuid=HOST param-name=power-on-mode` is empty.
Fix: `xe host-set-power-on-mode host=HOST power-on-mode=wake-on-lan` (or IPMI, iLO, DRAC with their settings).

Example:
    HOST_POWER_ON_MODE_DISABLED()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import is_alive, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("HOST_IS_LIVE", "HOST_POWER_ON_MODE_DISABLED")
CAUSES = ("running", "no-mode")
ONLY = {"running": ("HOST_IS_LIVE",), "no-mode": ("HOST_POWER_ON_MODE_DISABLED",)}
SAID = "{host} cannot be switched on this way"


def evidence_running(reading: Reading, look: Look) -> Evidence:
    """Whether XAPI counts the host as alive."""
    host = look.record(reading, "host", "host")
    if host is None or look.snapshot is None:
        return UNSEEN
    alive = is_alive(look.snapshot, host)
    return told(alive, f"XAPI counts {host.name_label} as alive.", f"XAPI counts {host.name_label} as not alive.")
