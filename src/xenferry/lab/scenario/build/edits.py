"""`set` lines: any field of an object's record, for what the language has no word for.

`set VCPUs_at_startup=4` sets a field, `set platform.vcpu-unrestricted=true` an entry of a map, and
`set metrics.nested_virt=true` a field of the record that a reference leads to.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab.scenario.build.site import Site
from xenferry.lab.scenario.error import one_of
from xenferry.lab.scenario.lines import Line

NAMED = {"metrics": {"host": "host_metrics", "VM": "VM_metrics"}, "guest_metrics": {"VM": "VM_guest_metrics"}}


def apply_edits(site: Site, line: Line, kind: str, ref: str) -> None:
    """Carry out the `set` lines below a line that made this object."""
    for below in line.of("set"):
        for path, text in below.values.items():
            _edit(site, below, kind, ref, path, text)


def _edit(site: Site, line: Line, kind: str, ref: str, path: str, text: str) -> None:
    record = site.records.tables[kind].get(ref)
    field, dot, rest = path.partition(".")
    if record is None or field not in record:
        known = record if record is not None else {}
        raise line.wrong(f"the unknown field `{field}` of {kind}", one_of(known, field))
    if dot and field in NAMED and kind in NAMED[field]:
        _edit(site, line, NAMED[field][kind], record[field], rest, text)
    elif dot and isinstance(record[field], dict):
        site.records.change(kind, ref, **{field: record[field] | {rest: text}})
    elif dot:
        raise line.wrong(f"`{path}`, where {field} has no entries", "a field that is a map or leads to metrics")
    else:
        site.records.change(kind, ref, **{field: _converted(line, record[field], text)})


def _converted(line: Line, before: Any, text: str) -> Any:
    """The text as the type that the field has."""
    try:
        if isinstance(before, bool):
            return {"true": True, "false": False}[text]
        if isinstance(before, int | float):
            return type(before)(text)
    except (KeyError, ValueError):
        raise line.wrong(f"the value `{text}`", f"a value like `{before}`") from None
    if isinstance(before, list):
        numbers = all(isinstance(each, int) for each in before) and bool(before)
        return [int(part) if numbers else part for part in text.split(",") if part]
    if isinstance(before, dict):
        return dict(part.split(":", 1) for part in text.split(",") if ":" in part)
    return text
