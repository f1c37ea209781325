"""The host must be disabled first

Disabling a host only stops new guests from being placed there; it moves nothing.

Cause: a host is restarted, shut down or updated only when it takes no more guests.
Tell: `xe host-param-get uuid=HOST param-name=enabled` is true.
Fix: `xe host-disable uuid=HOST`, empty it (`xenferry evacuate HOST`), then go on.

Example:
    HOST_NOT_DISABLED()
"""

CODES = ("HOST_NOT_DISABLED", "HOST_EVACUATION_IS_REQUIRED")
CAUSES = ("enabled",)
SAID = "{host} is still enabled"
