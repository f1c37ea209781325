"""The host must be disabled first

Disabling a host only stops new guests from being placed there; it moves nothing.

Cause: a host is restarted, shut down or updated only when it takes no more guests.
Tell: `xe host-param-get uuid=HOST param-name=enabled` is true.
Fix: `xe host-disable uuid=HOST`, empty it (`xenferry evacuate HOST`), then go on.

Example:
    HOST_NOT_DISABLED()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("HOST_NOT_DISABLED", "HOST_EVACUATION_IS_REQUIRED")
CAUSES = ("enabled",)
SAID = "{host} is still enabled"


def evidence_enabled(reading: Reading, look: Look) -> Evidence:
    """Whether the host takes guests now."""
    host = look.record(reading, "host", "host")
    if host is None:
        return UNSEEN
    return told(host.enabled, f"{host.name_label} is enabled.", f"{host.name_label} is disabled now.")
