"""What both dialects agree on: a call read from a request, and a request that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Message:
    """A call as it stands in a request. `version` is "1.0" or "2.0" for JSON-RPC, "xml" for XML-RPC."""

    method: str
    params: list[Any]
    version: str
    id: int | str = 0


class Unreadable(Exception):
    """XAPI answers HTTP 500 with an HTML page that shows the text of this OCaml exception."""


def quote(text: str) -> str:
    """A string as OCaml prints it with %S."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
