"""Arguments from the wire, checked by their declared types with the errors of XAPI's own unmarshaller.

XAPI never answers FIELD_TYPE_ERROR here: a wrong type is `INTERNAL_ERROR [Failure("Expected string, got 'I(5)'")]`.
An int may come as a string of digits; a float for an int, a string for a bool may not (recorded from xapi 26.17).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from xenferry.lab.datamodel import Call, datamodel
from xenferry.lab.error import LabError, internal


def convert(cls: str, call: Call, params: list[Any]) -> list[Any]:
    """The parameters of a call (without the session), optional ones filled in. Raises INTERNAL_ERROR."""
    filled = [*params, *call.optional[max(0, len(params) - call.required) :]][: len(call.params)]
    if is_constructor(call):
        return [_constructor(cls, filled[0])]
    return [of_type(kind, value) for (_, kind), value in zip(call.params, filled, strict=True)]


def is_constructor(call: Call) -> bool:
    return call.name == "create" and len(call.params) == 1 and call.params[0][1].endswith(" record")


def of_type(kind: str, value: Any) -> Any:
    """`value` as the lab keeps it. Raises INTERNAL_ERROR [Failure("...")]."""
    if kind.endswith(" option"):
        return None if value is None else of_type(kind.removesuffix(" option"), value)
    if kind.endswith(" map"):
        return _map(kind, value)
    if kind.endswith(" set"):
        return _set(kind.removesuffix(" set"), value)
    if kind.startswith("enum "):
        return _enum(kind.removeprefix("enum "), value)
    return _SCALARS.get(kind, _string)(value)


def spell(value: Any) -> str:
    """A value as OCaml's Rpc.to_string writes it: `I(5)`, `S(x)`, `B(true)`, `N`, `[..;..]`, `{k:..}`."""
    if value is None:
        return "N"
    if isinstance(value, bool):
        return f"B({str(value).lower()})"
    if isinstance(value, int):
        return f"I({value})"
    if isinstance(value, float):
        return f"F({value:g})"
    if isinstance(value, list):
        return "[" + ";".join(map(spell, value)) + "]"
    if isinstance(value, dict):
        return "{" + ";".join(f"{key}:{spell(item)}" for key, item in value.items()) + "}"
    return f"S({value})"


def failure(text: str) -> LabError:
    """INTERNAL_ERROR with OCaml's spelling of the exception `Failure text`."""
    return internal(f"Failure({json.dumps(text, ensure_ascii=False)})")


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise failure(f"Expected string, got '{spell(value)}'")
    if any(ord(char) < 32 and char not in "\t\n\r" for char in value):
        raise internal("Db_exn.Invalid_value")
    return value


def _int(value: Any) -> int:
    if isinstance(value, str):
        return _int64(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise failure(f"Expected int64, got '{spell(value)}'")
    return value


def _int64(text: str) -> int:
    try:
        number = int(text, 0 if text[:2].lower() in ("0x", "0o", "0b") else 10)
    except ValueError:
        number = 2**64
    if text != text.strip() or not -(2**63) <= number < 2**63:
        raise failure("Int64.of_string")
    return number


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise failure(f"Expected bool, got '{spell(value)}'")
    return value


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise failure(f"Expected float, got '{spell(value)}'")
    try:
        return float(value)
    except ValueError:
        raise failure("float_of_string") from None


_SCALARS = {"string": _string, "int": _int, "bool": _bool, "float": _float}


def _set(kind: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise failure(f"Expecting Rpc.Enum, but found '{spell(value)}'")
    return [of_type(kind, item) for item in value]


def _map(kind: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise failure(f"Expecting Rpc.Dict, but found '{spell(value)}'")
    key_kind, _, item_kind = kind.removeprefix("(").removesuffix(") map").partition(" -> ")
    return {str(of_type(key_kind, key)): of_type(item_kind, item) for key, item in value.items()}


def _enum(name: str, value: Any) -> str:
    if not isinstance(value, str) or (enums()[name] and value not in enums()[name]):
        raise failure(_UNKNOWN.get(name, "Unknown tag/contents"))
    return value


_UNKNOWN = {"bond_mode": "Unmarshalling error in bond-mode"}
"""Enums whose unmarshaller was written by hand."""


@cache
def enums() -> dict[str, frozenset[str]]:
    """The values of every enum by its name; an enum without known values accepts any string."""
    found: dict[str, frozenset[str]] = {}
    for cls in datamodel().classes.values():
        found.update({name: frozenset(values) for name, values in cls.enums.items()})
    kinds = (field.type for cls in datamodel().classes.values() for field in cls.fields.values())
    named = {kind.split("enum ")[1].split()[0].rstrip(")") for kind in kinds if "enum " in kind}
    return {name: frozenset[str]() for name in named} | found


def _constructor(cls: str, value: Any) -> dict[str, Any]:
    """The record of X.create: members without a default must be there, unknown members are ignored."""
    if not isinstance(value, dict):
        raise failure("bad __structure")
    record = {}
    for field in datamodel().classes[cls].fields.values():
        if field.settable_at_creation and not field.removed:
            if field.name not in value and not field.has_default:
                raise internal(f'Server_helpers.Dispatcher_FieldNotFound("{field.name}")')
            record[field.name] = of_type(field.type, value.get(field.name, field.default))
    return record
