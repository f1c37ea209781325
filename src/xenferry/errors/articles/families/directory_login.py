"""The pool's login by a directory (Active Directory) could not be set up or ended

Every host joins the domain with a machine account of its own; the codes beginning with POOL_ name the host where it
failed. What came before is undone where possible.

Cause: the user who joins is wrong, has no right to join machines, or may not use that organisational unit.
Tell: The same name and password fail on another machine that joins; the code ends in CREDENTIALS, PERMISSION or OU.
Fix: Use an account with the right to join computers to the domain, as `USER` without domain; check the unit's spelling.

Cause: the domain is not found or not reachable: dom0's DNS does not know it, or a firewall is between.
Tell: dom0: `nslookup -type=srv _ldap._tcp.DOMAIN` finds nothing, or `nc -zv CONTROLLER 389` hangs.
Fix: In dom0 of the host named: `host -t SRV _ldap._tcp.DOMAIN`; ports 53, 88, 389, 445 and 464 to the controllers. The
    DNS servers of every host must be those of the domain.

Cause: clock, encryption or certificates do not fit: Kerberos wants clocks within five minutes and AES keys, LDAPS a
    trusted certificate.
Tell: dom0: `date -u` beside the controller's; the code speaks of ENCRYPT, TLS, LDAPS or CERT.
Fix: NTP on all hosts; allow AES for the account; `xe pool-install-ca-certificate` with the purpose of LDAPS.

Cause: two hosts have the same name.
Tell: `xe host-list params=hostname`: one name stands there twice, also with cut after 15 letters.
Fix: Give each another: `xe host-set-hostname-live host-uuid=HOST host-name=NAME`.

Cause: it is on already, is off already, or of a kind that does not exist.
Tell: `xe host-param-list uuid=HOST | grep external-auth`.
Fix: `xe host-param-get uuid=HOST param-name=external-auth-type`; the kind is `AD`.

Cause: the directory does not know the user or group, or the pool knows them already.
Tell: `xe subject-list`, and dom0: `getent passwd NAME` or `wbinfo -n NAME`.
Fix: Give it as `DOMAIN\\USER` or `USER@DOMAIN`; `xe subject-list`.

Example:
    POOL_AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1, no DNS record)
"""

SAYS = {
    "AUTH_ENABLE_FAILED": "the host could not join the domain: {p0}",
    "AUTH_ENABLE_FAILED_WRONG_CREDENTIALS": "the domain did not accept user name and password",
    "AUTH_ENABLE_FAILED_PERMISSION_DENIED": "the user may not join hosts to the domain",
    "AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED": "the domain was not found",
    "AUTH_ENABLE_FAILED_UNAVAILABLE": "no controller of the domain could be reached",
    "AUTH_ENABLE_FAILED_INVALID_OU": "the organisational unit does not exist or may not be used",
    "AUTH_ENABLE_FAILED_INVALID_ACCOUNT": "the machine account cannot be used",
    "AUTH_ENABLE_FAILED_INVALID_TRUSTED_CERTS": "the trusted certificates do not fit the domain's controllers",
    "AUTH_ENABLE_FAILED_NO_TRUSTED_CERTS": "no trusted certificate is there for the domain's controllers",
    "AUTH_ENABLE_FAILED_NO_SUPPORT_ENCRYPT_TYPE": "the domain offers no encryption that the host takes (AES)",
    "AUTH_DISABLE_FAILED": "the host could not leave the domain: {p0}",
    "AUTH_DISABLE_FAILED_WRONG_CREDENTIALS": "the domain did not accept user name and password for leaving it",
    "AUTH_DISABLE_FAILED_PERMISSION_DENIED": "the user may not take hosts out of the domain",
    "POOL_AUTH_ENABLE_FAILED": "{host} could not join the domain: {p1}",
    "POOL_AUTH_ENABLE_FAILED_WRONG_CREDENTIALS": "the domain did not accept user name and password from {host}",
    "POOL_AUTH_ENABLE_FAILED_PERMISSION_DENIED": "the user may not join {host} to the domain",
    "POOL_AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED": "{host} did not find the domain",
    "POOL_AUTH_ENABLE_FAILED_UNAVAILABLE": "{host} could reach no controller of the domain",
    "POOL_AUTH_ENABLE_FAILED_INVALID_OU": "the organisational unit for {host} does not exist or may not be used",
    "POOL_AUTH_ENABLE_FAILED_INVALID_ACCOUNT": "the machine account of {host} cannot be used",
    "POOL_AUTH_ENABLE_FAILED_INVALID_TRUSTED_CERTS": "the certificates that {host} trusts do not fit the controllers",
    "POOL_AUTH_ENABLE_FAILED_NO_TRUSTED_CERTS": "{host} has no trusted certificate for the domain's controllers",
    "POOL_AUTH_ENABLE_FAILED_NO_SUPPORT_ENCRYPT_TYPE": "the domain offers no encryption that {host} takes (AES)",
    "POOL_AUTH_ENABLE_FAILED_SETUP_TLS_CONNECTION": "{host} could open no encrypted connection to the domain",
    "POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME": "another host of the pool has the same name as {host}",
    "POOL_AUTH_DISABLE_FAILED": "{host} could not leave the domain: {p1}",
    "POOL_AUTH_DISABLE_FAILED_WRONG_CREDENTIALS": "{host} left the domain, but its account there is still active: "
    "user name or password was not accepted",
    "POOL_AUTH_DISABLE_FAILED_PERMISSION_DENIED": "{host} left the domain, but its account there is still active: "
    "the user has no right to it",
    "POOL_AUTH_DISABLE_FAILED_INVALID_ACCOUNT": "{host} left the domain, but its account there is still active: the "
    "account is not valid",
    "AUTH_INVALID_TRUSTED_CERTS": "the trusted certificates do not fit the domain's controllers: {p0}",
    "AUTH_NO_TRUSTED_CERTS": "no trusted certificate is there for the domain's controllers: {p0}",
    "AUTH_SETUP_TLS_CONNECTION": "no encrypted connection to the domain could be opened: {p0}",
    "AUTH_SET_LDAPS_FAILED": "{host} could not be set to encrypted LDAP: {p1}",
    "AUTH_SERVICE_ERROR": "the directory's service answered with an error: {p0}",
    "AUTH_ALREADY_ENABLED": "login by {p0} ({p1}) is on already",
    "POOL_AUTH_ALREADY_ENABLED": "{host} already has a login by a directory",
    "AUTH_IS_DISABLED": "no login by a directory is set up",
    "AUTH_UNKNOWN_TYPE": "there is no login of the kind {p0}",
    "SUBJECT_CANNOT_BE_RESOLVED": "the directory does not know this user or group",
    "SUBJECT_ALREADY_EXISTS": "this user or group is in the pool already",
    "ROLE_NOT_FOUND": "there is no such role",
    "ROLE_ALREADY_EXISTS": "the user or group has that role already",
}
CAUSES = ("user", "not-found", "security", "same-name", "state", "subject")


def _ending(*endings: str) -> tuple[str, ...]:
    return tuple(code for code in SAYS if code.endswith(endings))


ONLY = {
    "user": _ending("WRONG_CREDENTIALS", "PERMISSION_DENIED", "INVALID_OU", "INVALID_ACCOUNT", "_FAILED"),
    "not-found": _ending("LOOKUP_FAILED", "UNAVAILABLE", "SERVICE_ERROR", "AUTH_ENABLE_FAILED"),
    "security": _ending("TRUSTED_CERTS", "ENCRYPT_TYPE", "TLS_CONNECTION", "LDAPS_FAILED", "AUTH_ENABLE_FAILED"),
    "same-name": _ending("DUPLICATE_HOSTNAME"),
    "state": _ending("ALREADY_ENABLED", "IS_DISABLED", "UNKNOWN_TYPE"),
    "subject": _ending("BE_RESOLVED", "ALREADY_EXISTS", "NOT_FOUND"),
}
