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

from xenferry.errors import clients, undeclared

STORAGE = re.compile(r"SR_BACKEND_FAILURE(?:_(\d{1,5}))?\Z")
STORAGE_PARAMETERS = ("unused", "text", "output of the driver")


@cache
def _content() -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((files("xenferry.errors") / "data/catalogue.json").read_text("utf-8")))


def parameters(code: str) -> tuple[str, ...] | None:
    """The names of a code's parameters in order, or None for a code that neither XAPI nor its clients know."""
    if storage := STORAGE.match(code):
        return STORAGE_PARAMETERS if storage[1] is None or storage[1] in _content()["storage"] else None
    for others in (undeclared.CODES, clients.CODES):
        if code in others:
            return others[code]
    names = _content()["errors"].get(code)
    return None if names is None else tuple(names)


def storage_name(number: int) -> str:
    """The storage driver's short name for its error number (73 -> `NFSMount`), or nothing."""
    return str(_content()["storage"].get(str(number), ""))


def codes() -> tuple[str, ...]:
    """Every code of XAPI, storage errors and undeclared ones included, each once."""
    content = _content()
    storage = (f"SR_BACKEND_FAILURE_{number}" for number in content["storage"])
    return tuple(dict.fromkeys((*content["errors"], *storage, *undeclared.CODES)))
