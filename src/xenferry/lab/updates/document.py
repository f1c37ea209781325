"""update.xml: how an update that comes as an ISO image describes itself (xapi_pool_update.ml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from xml.parsers import expat

from xenferry.lab.error import LabError

GUIDANCES = ("restartHVM", "restartPV", "restartHost", "restartXAPI")


@dataclass
class _Seen:
    """What the parser has come across."""

    attributes: dict[str, str] | None = None
    description: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


def read(text: str) -> dict[str, Any]:
    """The fields of a pool_update. Raises INVALID_UPDATE [what is missing]."""
    seen = _parse(text)
    if seen.attributes is None:
        raise _invalid("missing <update> in update.xml")
    given = seen.attributes
    fields = {name.replace("-", "_"): _needed(given, name) for name in ("uuid", "name-label", "version")}
    if not seen.description:
        raise _invalid("missing <name-description> in update.xml")
    size = given.get("installation-size", "")
    wanted = given.get("after-apply-guidance", "").split(",")
    return {
        **fields,
        "name_description": "".join(seen.description),
        "key": given.get("key", "").rpartition("/")[2],
        "installation_size": int(size) if size.isdecimal() else 0,
        "after_apply_guidance": wanted if all(one in GUIDANCES for one in wanted) else [],
        "enforce_homogeneity": given.get("enforce-homogeneity", "") in ("true", "1"),
    }


def patch_uuid(uuid: str) -> str:
    """The uuid of the pool_patch that old clients see for an update: two groups of it are zero."""
    parts = bytearray(UUID(uuid).bytes)
    parts[4:8] = bytes(4)
    return str(UUID(bytes=bytes(parts)))


def _needed(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise _invalid(f"missing <{name}> in update.xml")
    return given[name]


def _parse(text: str) -> _Seen:
    """Declarations of types and entities are refused, as nothing that expands may come in here."""
    seen = _Seen()
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not seen.open and tag == "update":
            seen.attributes = attributes
        seen.open.append(tag)

    def note(text: str) -> None:
        if seen.open == ["update", "name-description"]:
            seen.description.append(text)

    def refuse(*_declaration: Any) -> None:
        raise _invalid("missing update document (update.xml) in the package.")

    parser.StartElementHandler, parser.CharacterDataHandler = start, note
    parser.EndElementHandler = lambda _tag: seen.open.pop()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        raise _invalid("missing update document (update.xml) in the package.") from None
    return seen


def _invalid(why: str) -> LabError:
    return LabError("INVALID_UPDATE", why)
