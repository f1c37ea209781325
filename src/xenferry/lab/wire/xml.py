"""XML-RPC as xapi writes it: integers are untyped strings, void is `<value></value>`, never a `<fault>`.

The type of a result is declared by the call, so a value is written by type: a date becomes `<dateTime.iso8601>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from xenferry.lab.datamodel import datamodel

Write = Callable[[Any], str]


def fragment(kind: str, value: Any) -> str:
    """`<value>...</value>` of a result of the declared type; None is void."""
    return "<value></value>" if value is None else writer(kind)(value)


def escape(text: str) -> str:
    """As xapi's Xmlm escapes: the five predefined entities that matter in text and attributes."""
    if "&" in text or "<" in text or ">" in text or '"' in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text


@cache
def writer(kind: str) -> Write:
    """The function that writes values of a datamodel type."""
    if kind.endswith(" option"):
        inner = writer(kind.removesuffix(" option"))
        return lambda value: "<value><nil/></value>" if value is None else inner(value)
    if kind.endswith(" map"):
        return _map_writer(kind.removeprefix("(").removesuffix(") map").partition(" -> ")[2])
    if kind.endswith(" set"):
        item = writer(kind.removesuffix(" set"))
        return lambda value: array(map(item, value))
    if kind == "event batch":
        return _batch
    if kind == "event record":
        return _event
    if kind.endswith(" record"):
        return _record_writer(kind.removesuffix(" record"))
    return _SCALARS.get(
        kind, untyped if kind in _UNTYPED or kind.endswith(" ref") or kind.startswith("enum ") else plain
    )


def untyped(value: Any) -> str:
    return f"<value>{escape(str(value))}</value>"


def array(values: Iterable[str]) -> str:
    return f"<value><array><data>{''.join(values)}</data></array></value>"


def struct(members: Iterable[tuple[str, str]]) -> str:
    """XAPI does not escape member names, so a map key such as `a<b` makes its XML unreadable (recorded)."""
    inner = "".join(f"<member><name>{name}</name>{value}</member>" for name, value in members)
    return f"<value><struct>{inner}</struct></value>"


def plain(value: Any) -> str:
    """A value without a declared type, written by what it is."""
    if isinstance(value, dict):
        return struct((name, plain(item)) for name, item in value.items())
    if isinstance(value, list):
        return array(map(plain, value))
    if isinstance(value, bool):
        return _boolean(value)
    if value is None:
        return "<value><nil/></value>"
    return _double(value) if isinstance(value, float) else untyped(value)


def _boolean(value: bool) -> str:
    return f"<value><boolean>{int(value)}</boolean></value>"


def _double(value: float) -> str:
    return f"<value><double>{float(value):.16g}</double></value>"


def _date(value: str) -> str:
    return f"<value><dateTime.iso8601>{value}</dateTime.iso8601></value>"


def _int32(value: int) -> str:
    return f"<value><i4>{value}</i4></value>"


_UNTYPED = frozenset({"string", "int"})
_SCALARS: dict[str, Write] = {"bool": _boolean, "float": _double, "datetime": _date, "int32": _int32}


def _map_writer(kind: str) -> Write:
    item = writer(kind)
    return lambda value: struct((name, item(one)) for name, one in value.items())


def _event(event: dict[str, Any]) -> str:
    """The snapshot of an event is a record of the class the event names in lower case."""
    inner = ((name, _snapshot(event) if name == "snapshot" else plain(value)) for name, value in event.items())
    return struct(inner)


def _snapshot(event: dict[str, Any]) -> str:
    return writer(f"{_class_names()[event['class']]} record")(event["snapshot"])


@cache
def _class_names() -> dict[str, str]:
    return {name.lower(): name for name in datamodel().classes}


def _batch(batch: dict[str, Any]) -> str:
    events = array(map(_event, batch["events"]))
    counts = struct((name, _int32(count)) for name, count in batch["valid_ref_counts"].items())
    return struct((("events", events), ("valid_ref_counts", counts), ("token", untyped(batch["token"]))))


def response(kind: str, value: Any) -> str:
    """The whole reply to a call that succeeded; `kind` is the declared type, "bare" for system.listMethods."""
    if kind == "bare":
        return _envelope(plain(value))
    return _envelope(struct((("Status", untyped("Success")), ("Value", fragment(kind, value)))))


def refusal(description: list[str]) -> str:
    """The whole reply to a call that failed: XAPI never uses `<fault>`."""
    listed = array(map(untyped, description))
    return _envelope(struct((("Status", untyped("Failure")), ("ErrorDescription", listed))))


def _envelope(value: str) -> str:
    return f'<?xml version="1.0"?><methodResponse><params><param>{value}</param></params></methodResponse>'


def _record_writer(cls: str) -> Write:
    model = datamodel().classes.get(cls)
    if model is None:
        return plain
    writers = {name: (f"<member><name>{name}</name>", writer(field.type)) for name, field in model.fields.items()}

    def write(record: dict[str, Any]) -> str:
        parts: list[str] = []
        for name, value in record.items():
            before, item = writers.get(name) or (f"<member><name>{name}</name>", plain)
            parts += before, item(value), "</member>"
        return f"<value><struct>{''.join(parts)}</struct></value>"

    return write
