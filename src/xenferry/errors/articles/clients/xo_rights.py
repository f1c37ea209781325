"""Xen Orchestra does not let this user do it

Users of Xen Orchestra have rights of their own; the pool was not even asked.

Cause: the user has no right on one of the objects: moving a guest needs “operator” on the guest and on the target host
    or pool, and “admin” on networks and SRs to which disks go.
Tell: The same works for an administrator of Xen Orchestra.
Fix: Settings, ACLs: give the user (or group) the right on the object, its host and its SR. In a resource set, only what
    the set contains can be used.

Cause: the user's name or password is wrong, or the token has expired.
Tell: It happens at login, or in a script that used to work.
Fix: Log in again; make a new token (`xo-cli create-token`); users of LDAP, SAML or GitHub log in with that.

Cause: this edition of Xen Orchestra does not have the function.
Tell: The message names a feature or plan.
Fix: The community sources have all but support functions; `xenferry rolling`, `maintenance enter` and
    `migrate` do here what rolling updates and migrations do there.

Example:
    XoError: not enough permissions
"""

SAYS = {
    "XO_UNAUTHORIZED": "the user of Xen Orchestra lacks the right for this",
    "XO_INVALID_CREDENTIALS": "Xen Orchestra did not accept user, password or token",
    "XO_FEATURE_UNAUTHORIZED": "this edition of Xen Orchestra does not have this function ({p0})",
}
CAUSES = ("right", "login", "edition")
ONLY = {
    "right": ("XO_UNAUTHORIZED",),
    "login": ("XO_INVALID_CREDENTIALS",),
    "edition": ("XO_FEATURE_UNAUTHORIZED",),
}
