"""A record or message is not of the form that XAPI wants

Each object has fields of fixed types; maps hold each key once.

Cause: a key was to be added that is there already, e.g. by two programs at once.
Tell: `xe ...-param-get param-name=other-config` (or the map that is named) shows the key.
Fix: Remove it first (`remove_from_..`), or set the whole map; a client that does not do so needs an update.

Cause: a value that must be unique is there already.
Tell: Another record has the value: the parameters name table, field and value.
Fix: The parameters name class, field and value; use another value.

Cause: the client's message was not understood: a wrong type, or a broken answer of an extension.
Tell: xensource.log of that second shows what was sent.
Fix: Update the client; look at the call in /var/log/xensource.log.

Cause: the call no longer exists in this version, or will go.
Tell: The release notes of this version list it; an older pool takes the same call.
Fix: Use a newer client; the manual of the XenAPI names the call that took its place.

Example:
    MAP_DUPLICATE_KEY(VM, other_config, OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, folder)
"""

SAYS = {
    "MAP_DUPLICATE_KEY": "{p1} of this {p0} has the key “{p3}” already",
    "DB_UNIQUENESS_CONSTRAINT_VIOLATION": "there is a {p0} with {p1} “{p2}” already",
    "XMLRPC_UNMARSHAL_FAILURE": "XAPI expected {p0} in the message and found {p1}",
    "EXTENSION_PROTOCOL_FAILURE": "an extension of the host gave an answer that XAPI does not understand",
    "CLIENT_ERROR": "the client's message is not right",
    "MESSAGE_REMOVED": "this call no longer exists",
    "MESSAGE_DEPRECATED": "this call is old and will go",
}
CAUSES = ("key-exists", "not-unique", "form", "old-call")
ONLY = {
    "key-exists": ("MAP_DUPLICATE_KEY",),
    "not-unique": ("DB_UNIQUENESS_CONSTRAINT_VIOLATION",),
    "form": ("XMLRPC_UNMARSHAL_FAILURE", "EXTENSION_PROTOCOL_FAILURE", "CLIENT_ERROR"),
    "old-call": ("MESSAGE_REMOVED", "MESSAGE_DEPRECATED"),
}
