"""The user may not do that

Users of an external directory have roles; root may do everything. The first parameter is the right that is lacking.

Cause: the user's role lacks the right that the parameter names.
Tell: The parameter is the right; `xe role-list` and the subject's roles (`xe subject-list params=all`) lack it.
Fix: Give the role with `xe subject-role-add`, or act as root.

Example:
    RBAC_PERMISSION_DENIED(vm.pool_migrate, No permission in user session)
"""

CODES = ("RBAC_PERMISSION_DENIED",)
CAUSES = ("role",)
SAID = "the user lacks the right {p0}"
