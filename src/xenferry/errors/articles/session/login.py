"""The user or password was refused

XAPI checks the user with dom0's own accounts (PAM), or with an external directory. After a wrong password it waits
five seconds.

Cause: the password is wrong, or was changed on the hosts.
Tell: ssh to the host with the same password fails as well.
Fix: Try it: `ssh root@HOST`; then enter it anew in the client. The password of root is the same on all hosts only if
    it was changed with `xe user-password-change`.

Cause: the user exists only in an external directory that does not answer or does not let it in.
Tell: The local root can log in; `xe host-list params=external-auth-type` is filled.
Fix: `xe subject-list`; log in as root and check the directory (`xe host-param-get uuid=HOST
    param-name=external-auth-type`).

Example:
    SESSION_AUTHENTICATION_FAILED(root, Authentication failure)
"""

CODES = ("SESSION_AUTHENTICATION_FAILED",)
CAUSES = ("password", "directory")
SAID = "the user or password was refused"
