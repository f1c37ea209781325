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

CODES = ("HOST_IS_LIVE", "HOST_POWER_ON_MODE_DISABLED")
CAUSES = ("running", "no-mode")
ONLY = {"running": ("HOST_IS_LIVE",), "no-mode": ("HOST_POWER_ON_MODE_DISABLED",)}
SAID = "{host} cannot be switched on this way"
