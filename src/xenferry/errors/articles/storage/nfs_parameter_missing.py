"""The call lacks something that the NFS driver needs

The storage driver refused the request before it asked any server.

Cause: the server's name or address is missing from the device configuration, or stands under another key.
Tell: `xe pbd-param-get uuid=PBD param-name=device-config` has no key server (with serverpath beside it).
Fix: Give `device-config:server=ADDRESS` (102); an ISO SR takes `device-config:location=SERVER:/PATH` instead (94).

Cause: the path is wrong in form: drivers up to XCP-ng 8.2 take ASCII letters only, and it must start with a slash
    (103).
Tell: The path does not begin with a slash, or has letters beyond ASCII.
Fix: Rename the export on the server to plain letters, digits, `-`, `_` and `/`, or update the host.

Example:
    SR_BACKEND_FAILURE_102(, The request is missing the server parameter, )
"""

CODES = ("SR_BACKEND_FAILURE_102", "SR_BACKEND_FAILURE_103", "SR_BACKEND_FAILURE_94")
CAUSES = ("missing", "bad-path")
SAID = "the request was incomplete ({detail})"
