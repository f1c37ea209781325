"""SSH, console or clock of the hosts could not be set

XenServer 8 sets these for the whole pool; on some hosts it did not succeed.

Cause: a host was off or did not answer.
Tell: `xe host-list params=name-label,host-metrics-live`.
Fix: The parameter names the hosts; switch them on and set it again.

Cause: the service in dom0 did not take the setting.
Tell: dom0 of the host in the text: `systemctl status sshd chronyd`, and xensource.log of that minute.
Fix: dom0: `systemctl status sshd chronyd`, /var/log/xensource.log.

Cause: the setting does not go with another: time cannot be set by hand while NTP is on, or a value is not valid.
Tell: `xe host-param-list uuid=HOST | grep -E 'ntp|ssh|console'` beside what was asked for.
Fix: Switch NTP off first, or give valid servers.

Example:
    ENABLE_SSH_FAILED(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

SAYS = {
    "ENABLE_SSH_FAILED": "SSH could not be switched on for {host}",
    "DISABLE_SSH_FAILED": "SSH could not be switched off for {host}",
    "ENABLE_SSH_PARTIALLY_FAILED": "SSH could not be switched on for these hosts: {p0}",
    "DISABLE_SSH_PARTIALLY_FAILED": "SSH could not be switched off for these hosts: {p0}",
    "SET_SSH_TIMEOUT_PARTIALLY_FAILED": "the time limit of SSH could not be set for these hosts: {p0}",
    "SET_SSH_AUTO_MODE_PARTIALLY_FAILED": "SSH's automatic mode could not be set for these hosts: {p0}",
    "SET_CONSOLE_TIMEOUT_PARTIALLY_FAILED": "the time limit of the console could not be set for these hosts: {p0}",
    "HOSTS_FAILED_TO_ENABLE_CACHING": "local caching could not be switched on for some hosts",
    "HOSTS_FAILED_TO_DISABLE_CACHING": "local caching could not be switched off for some hosts",
    "INVALID_NTP_CONFIG": "the NTP settings are not valid: {p0}",
    "NOT_ALLOWED_WHEN_NTP_IS_ENABLED": "this is not possible while NTP is on for {host}",
}
CAUSES = ("host-away", "service", "setting")
ONLY = {
    "setting": ("INVALID_NTP_CONFIG", "NOT_ALLOWED_WHEN_NTP_IS_ENABLED"),
    "host-away": tuple(code for code in SAYS if "FAILED" in code),
    "service": tuple(code for code in SAYS if "FAILED" in code),
}
