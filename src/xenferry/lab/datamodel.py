"""What XenAPI is made of: classes, fields, calls. Read once from a generated file, so that no class is described twice.

The file is `data/datamodel.json.gz`, written by `tools/make_datamodel.py` from the XenAPI datamodel of xapi 26.17.
"""

from __future__ import annotations

import copy
import gzip
from functools import cache
from importlib import resources
from typing import Any

import msgspec

NULL = "OpaqueRef:NULL"
EPOCH = "19700101T00:00:00Z"


class Field(msgspec.Struct, frozen=True, array_like=True):
    """A field of a record. `default` is XAPI's, or the empty value of the type when `has_default` is false."""

    name: str
    type: str
    access: str
    default: Any
    has_default: bool
    removed: bool

    @property
    def settable_at_creation(self) -> bool:
        return self.access in ("RW", "RO/constructor")


class Call(msgspec.Struct, frozen=True, array_like=True):
    """A call. `params` are (name, type) without the session; `optional` are the defaults of the last of them."""

    name: str
    params: tuple[tuple[str, str], ...]
    session: bool
    result: str
    has_async: bool
    optional: tuple[Any, ...]
    removed: bool

    @property
    def required(self) -> int:
        return len(self.params) - len(self.optional)


_HOST_CREATE: tuple[tuple[str, str, Any], ...] = (
    ("uuid", "string", None), ("name_label", "string", None), ("name_description", "string", None),
    ("hostname", "string", None), ("address", "string", None), ("external_auth_type", "string", ""),
    ("external_auth_service_name", "string", ""), ("external_auth_configuration", "(string -> string) map", {}),
    ("license_params", "(string -> string) map", {}), ("edition", "string", ""),
    ("license_server", "(string -> string) map", {"address": "localhost", "port": "27000"}),
    ("local_cache_sr", "SR ref", NULL), ("chipset_info", "(string -> string) map", {}), ("ssl_legacy", "bool", True),
    ("last_software_update", "datetime", EPOCH),
)  # fmt: skip
"""Parameters and defaults of `host.create`, with which a joining host enters itself; newer ones are left out."""

INTERNAL = {
    ("pool", "is_slave"): Call("is_slave", (("host", "host ref"),), True, "bool", False, (), False),
    ("VM", "set_is_default_template"): Call(
        "set_is_default_template", (("vm", "VM ref"), ("value", "bool")), True, "void", True, (), False
    ),
    ("VTPM", "get_contents"): Call("get_contents", (("self", "VTPM ref"),), True, "string", True, (), False),
    ("VTPM", "set_contents"): Call(
        "set_contents", (("self", "VTPM ref"), ("contents", "string")), True, "void", True, (), False
    ),
    ("host", "create"): Call(
        "create",
        tuple((name, kind) for name, kind, _ in _HOST_CREATE),
        True,
        "host ref",
        True,
        tuple(default for *_, default in _HOST_CREATE if default is not None),
        False,
    ),
}
"""Calls of the hidden ones whose shapes are known, for clients were seen to try them."""


class Class(msgspec.Struct, frozen=True, dict=True, array_like=True):
    name: str
    removed: bool
    enums: dict[str, tuple[str, ...]]
    field_list: tuple[Field, ...]
    call_list: tuple[Call, ...]

    def new_record(self) -> dict[str, Any]:
        """A record with the default of every field that is on the wire, in the datamodel's order."""
        fields = self.fields.values()
        return {f.name: copy.copy(f.default) for f in fields if not f.type.startswith("<")}

    @property
    def fields(self) -> dict[str, Field]:
        found: dict[str, Field] | None = self.__dict__.get("_fields")
        if found is None:
            found = self.__dict__["_fields"] = {field.name: field for field in self.field_list}
        return found

    @property
    def calls(self) -> dict[str, Call]:
        found: dict[str, Call] | None = self.__dict__.get("_calls")
        if found is None:
            found = self.__dict__["_calls"] = {call.name: call for call in self.call_list}
        return found


class Datamodel(msgspec.Struct, frozen=True):
    """`hidden` are calls that XAPI answers among its own hosts and does not document."""

    source: str
    classes: dict[str, Class]
    hidden: tuple[str, ...]

    def call(self, cls: str, name: str) -> Call | None:
        documented = self.classes[cls].calls.get(name) if cls in self.classes else None
        return documented or INTERNAL.get((cls, name))


class _File(msgspec.Struct):
    source: str
    classes: list[Class]
    hidden: tuple[str, ...]


@cache
def datamodel() -> Datamodel:
    """The XenAPI datamodel; the first use reads the file (about 10 ms)."""
    data = resources.files("xenferry.lab").joinpath("data/datamodel.json.gz").read_bytes()
    file = msgspec.json.decode(gzip.decompress(data), type=_File)
    return Datamodel(file.source, {cls.name: cls for cls in file.classes}, file.hidden)
