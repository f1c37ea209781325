"""Every error code that XAPI and its storage drivers can raise, with the names of its parameters.

It lets `explain` name the parameters of a code that has no article yet, and lets the reader tell a code from another
word in capitals. The data file is made by `tools/make_error_catalogue.py`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, cast

STORAGE = re.compile(r"SR_BACKEND_FAILURE(?:_(\d{1,5}))?\Z")
STORAGE_PARAMETERS = ("unused", "text", "output of the driver")

AS_RAISED = {
    "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE": ("vm", "host"),
    "HANDLE_INVALID": ("class", "handle"),
    "MEMORY_CONSTRAINT_VIOLATION": (),
    "VM_NOT_SUSPENDABLE": ("vm", "reason"),
    "HOST_NOT_LIVE": ("host",),
}
"""Codes whose parameters arrive otherwise than they are declared, or that users report and 26.17 does not declare."""


@cache
def _content() -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((files("xenferry.errors") / "data/catalogue.json").read_text("utf-8")))


def parameters(code: str) -> tuple[str, ...] | None:
    """The names of a code's parameters in order, or None for a code that XAPI does not know."""
    if storage := STORAGE.match(code):
        return STORAGE_PARAMETERS if storage[1] is None or storage[1] in _content()["storage"] else None
    if code in AS_RAISED:
        return AS_RAISED[code]
    names = _content()["errors"].get(code)
    return None if names is None else tuple(names)


def storage_name(number: int) -> str:
    """The storage driver's short name for its error number (73 -> `NFSMount`), or nothing."""
    return str(_content()["storage"].get(str(number), ""))


def codes() -> tuple[str, ...]:
    """Every code, storage errors included."""
    content = _content()
    return (*content["errors"], *(f"SR_BACKEND_FAILURE_{number}" for number in content["storage"]))
