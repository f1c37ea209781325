"""A script of the host stopped the operation

Hosts may have scripts or plug-ins of their own, made by an administrator or a backup product; XAPI obeys their exit
status.

Cause: a script in dom0 (/etc/xapi.d/...) that runs before or after such operations ended with an error.
Tell: The parameters give the script's name and its exit status; it can be run by hand in dom0.
Fix: The parameters name the script, why it ran, and its output; correct or remove it on that host.

Example:
    XAPI_HOOK_FAILED(vm-pre-migrate, hard_reboot, , 1)
"""

CODES = ("XAPI_HOOK_FAILED", "XENAPI_MISSING_PLUGIN", "XENAPI_PLUGIN_FAILURE")
CAUSES = ("script",)
SAID = "the script {p0} in dom0 stopped it"
