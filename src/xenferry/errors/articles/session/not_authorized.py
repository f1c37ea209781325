"""The user is known, but may not do this

XAPI asks who somebody is first, and what they may do after that.

Cause: the user's account in the directory has no role in this pool: neither it nor a group of it was added.
Tell: `xe subject-list` has neither the user nor one of the groups.
Fix: Add it: `xe subject-add subject-name=USER`, `xe subject-role-add uuid=SUBJECT role-name=pool-operator`. A change of
    groups in the directory takes some minutes, or a new login, to reach the pool.

Cause: only the local `root` may do it.
Tell: The same call works with the local root.
Fix: Log in as root of the host.

Cause: the new password was refused.
Tell: The text gives the rule that the new one does not keep.
Fix: Use a longer one.

Cause: the call is not allowed from there.
Tell: The call came over the network and is for dom0 only, or comes from another host than the pool expects.
Fix: Log in to the coordinator as a pool administrator.

Example:
    SESSION_AUTHORIZATION_FAILED(user, no role)
"""

SAYS = {
    "SESSION_AUTHORIZATION_FAILED": "the password of {p0} is right, but the user has no role in the pool ({p1})",
    "USER_IS_NOT_LOCAL_SUPERUSER": "only the host's own root may do this ({p0})",
    "CHANGE_PASSWORD_REJECTED": "the new password was refused: {p0}",
    "PERMISSION_DENIED": "the caller may not do this: {p0}",
}
CAUSES = ("no-role", "root-only", "password", "not-allowed")
ONLY = {
    "no-role": ("SESSION_AUTHORIZATION_FAILED",),
    "root-only": ("USER_IS_NOT_LOCAL_SUPERUSER",),
    "password": ("CHANGE_PASSWORD_REJECTED",),
    "not-allowed": ("PERMISSION_DENIED",),
}
