"""The pool's update repositories are not set up for this

XenServer 8 fetches updates from repositories (remote, from a bundle file, or from another pool) to the coordinator.
XCP-ng does not use this: its hosts run yum themselves.

Cause: no repository is set or switched on.
Tell: `xe repository-list` is empty, or `xe pool-list params=repositories` is.
Fix: `xe repository-list`; `xe pool-param-set` or XenCenter (Tools, Updates) sets them; then synchronise.

Cause: more are switched on than go together: a bundle or a remote pool must be the only one.
Tell: `xe repository-list params=name-label,origin` and which of them the pool has set.
Fix: Leave one kind switched on.

Cause: the repository exists already, or is in use.
Tell: `xe repository-list` shows the name or address.
Fix: Use the one that is there; take it out of use before it is deleted.

Cause: the address, the key's name, the proxy or the day is not valid.
Tell: The parameter is what was not accepted.
Fix: Addresses start with https://; the key is the name of a file, not a path; the proxy is http://HOST:PORT; a day is a
    number from 0 (Sunday) to 6.

Cause: the repositories are being changed at the moment.
Tell: `xe task-list`; the pool's current-operations says configure_repositories or sync_updates.
Fix: Wait and try again.

Example:
    NO_REPOSITORY_ENABLED()
"""

SAYS = {
    "NO_REPOSITORY_ENABLED": "no update repository is switched on",
    "NO_REPOSITORIES_CONFIGURED": "no update repository is set up",
    "MULTIPLE_UPDATE_REPOSITORIES_ENABLED": "more than one update repository is switched on",
    "REPO_SHOULD_BE_SINGLE_ONE_ENABLED": "a bundle or remote-pool repository must be the only one that is switched on",
    "BUNDLE_REPO_NOT_ENABLED": "the bundle repository is not switched on",
    "CAN_NOT_SYNC_UPDATES": "the repositories that are switched on cannot be synchronised",
    "CAN_NOT_PERIODIC_SYNC_UPDATES": "the repositories that are switched on cannot be synchronised by the calendar",
    "REPOSITORY_ALREADY_EXISTS": "there is such a repository already",
    "BUNDLE_REPOSITORY_ALREADY_EXISTS": "there is a bundle repository already",
    "REPOSITORY_IS_IN_USE": "the repository is in use",
    "INVALID_BASE_URL": "{p0} is not an address that a repository can have",
    "BLOCKED_REPO_URL": "the address {p0} is blocked by the host's settings",
    "INVALID_GPGKEY_PATH": "{p0} is not the name of a key file",
    "INVALID_REPOSITORY_PROXY_URL": "{p0} is not the address of a proxy",
    "INVALID_REPOSITORY_PROXY_CREDENTIAL": "user name and password of the proxy are not valid",
    "INVALID_REPOSITORY_DOMAIN_ALLOWLIST": "the list of allowed domains is not valid: {p0}",
    "INVALID_UPDATE_SYNC_DAY": "{p0} is not a day of the week",
    "CONFIGURE_REPOSITORIES_IN_PROGRESS": "the repositories are being changed at the moment",
}
CAUSES = ("none", "mixed", "exists", "bad-value", "in-progress")
ONLY = {
    "none": ("NO_REPOSITORY_ENABLED", "NO_REPOSITORIES_CONFIGURED", "BUNDLE_REPO_NOT_ENABLED"),
    "mixed": (
        "MULTIPLE_UPDATE_REPOSITORIES_ENABLED", "REPO_SHOULD_BE_SINGLE_ONE_ENABLED", "CAN_NOT_SYNC_UPDATES",
        "CAN_NOT_PERIODIC_SYNC_UPDATES",
    ),
    "exists": ("REPOSITORY_ALREADY_EXISTS", "BUNDLE_REPOSITORY_ALREADY_EXISTS", "REPOSITORY_IS_IN_USE"),
    "bad-value": (
        "INVALID_BASE_URL", "BLOCKED_REPO_URL", "INVALID_GPGKEY_PATH", "INVALID_REPOSITORY_PROXY_URL",
        "INVALID_REPOSITORY_PROXY_CREDENTIAL", "INVALID_REPOSITORY_DOMAIN_ALLOWLIST", "INVALID_UPDATE_SYNC_DAY",
    ),
    "in-progress": ("CONFIGURE_REPOSITORIES_IN_PROGRESS",),
}  # fmt: skip
