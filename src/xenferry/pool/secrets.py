"""What must not leave a pool with a capture: passwords and what opens doors, wherever people and drivers put them."""

from __future__ import annotations

import re
from typing import Any

BLOTTED = "(removed: secret)"
WITHHELD = ("session", "secret", "user", "subject", "auth", "Certificate", "blob", "message", "console", "Caller")
"""Classes that are never saved: logins and keys, free text, and consoles' addresses."""

_KEY = re.compile(
    r"passw|passphrase|(?<!by)pass$|pwd|secret|chap|credential|token|private|(?:^|[_-]|api|access)key$|licen[cs]e|cookie|wlb_",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\b((?:user(?:name)?|pass(?:word)?|secret|token)=)[^,;\s&]+", re.IGNORECASE)
"""Options in a longer text, e.g. CIFS mount options `username=x,password=y`."""
_DOOR = re.compile(r"((?:\w+:)?//)[^/@\s]+@")
"""Login in a URL or a share's path, e.g. `https://user:password@nas/` and `//user:password@nas/isos`."""
WHOLE_FIELDS = ("license_params", "license_server", "external_auth_configuration", "NVRAM", "xenstore_data", "blobs")
"""Maps that are emptied: licences, directory services' accounts, UEFI variables, what guests share with dom0."""


def without_secrets(record: dict[str, Any]) -> dict[str, Any]:
    """A copy of a XenAPI record without secrets. Structure and keys stay, so that the record still decodes."""
    return {
        key: {} if key in WHOLE_FIELDS and isinstance(value, dict) else _clean(key, value)
        for key, value in record.items()
    }


def _clean(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list):
        return [_clean(key, item) for item in value]
    if isinstance(value, str):
        return BLOTTED if value and _KEY.search(key) and not _is_reference(value) else blot(value)
    return value


def _is_reference(value: str) -> bool:
    return value.startswith("OpaqueRef:")


def blot(text: str) -> str:
    """A longer text without the secrets that its form gives away, e.g. mount options and logins in addresses."""
    return _DOOR.sub(rf"\1{BLOTTED}@", _INSIDE.sub(rf"\1{BLOTTED}", text))
