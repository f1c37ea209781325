"""Writes `src/xenferry/lab/data/datamodel.json.gz`, the XenAPI facts the lab is driven by.

Usage: python tools/make_datamodel.py DATAMODEL.json

The input is a JSON extract of the XenAPI datamodel of xapi 26.17 (`{"source", "classes": {class: {"lifecycle", "enums",
"fields", "calls"}}}`). Three facts are not in that extract and stand in `datamodel_supplement.json` beside this file:
the default values of optional trailing parameters, explicit calls without an `Async.` form, and undocumented calls.
The output is the same for the same input, so that it can be regenerated and compared.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "src/xenferry/lab/data/datamodel.json.gz"
NULL, EPOCH = "OpaqueRef:NULL", "19700101T00:00:00Z"


def main(source: Path) -> None:
    extract = json.loads(source.read_text(encoding="utf-8"))
    supplement = json.loads((HERE / "datamodel_supplement.json").read_text(encoding="utf-8"))
    classes = [_class(name, body, supplement) for name, body in extract["classes"].items()]
    text = json.dumps(
        {"source": extract["source"], "classes": classes, "hidden": supplement["hidden"]}, separators=(",", ":")
    )
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _class(name: str, body: dict[str, Any], supplement: dict[str, Any]) -> list[Any]:
    fields = [_field(key, value, body["enums"]) for key, value in body["fields"].items()]
    calls = [_call(name, key, value, supplement) for key, value in body["calls"].items()]
    return [name, _removed(body), body["enums"], fields, calls]


def _field(name: str, body: dict[str, Any], enums: dict[str, list[str]]) -> list[Any]:
    given = body.get("default")
    default = empty(body["type"], enums) if given is None else parse_default(body["type"], given)
    return [name, body["type"], body["access"], default, given is not None, _removed(body)]


def _call(cls: str, name: str, body: dict[str, Any], supplement: dict[str, Any]) -> list[Any]:
    full = f"{cls}.{name}"
    explicit = not body["implicit"] or name in ("create", "destroy")
    has_async = body["session"] and explicit and full not in supplement["sync"]
    optional = supplement["optional"].get(full, [])
    return [name, body["params"], body["session"], body["result"], has_async, optional, _removed(body)]


def _removed(body: dict[str, Any]) -> bool:
    return bool(body["lifecycle"].get("state") == "Removed")


def empty(kind: str, enums: dict[str, list[str]]) -> Any:
    """The lab's value for a field that has no default: zero, empty, NULL, or the first value of an enum."""
    if kind.endswith(" option"):
        return None
    if kind.endswith(" set"):
        return []
    if kind.endswith((" map", " record")):
        return {}
    if kind.endswith(" ref"):
        return NULL
    if kind.startswith("enum "):
        return enums[kind.removeprefix("enum ")][0] if kind.removeprefix("enum ") in enums else ""
    return {"string": "", "int": 0, "float": 0.0, "bool": False, "datetime": EPOCH}[kind]


def parse_default(kind: str, text: str) -> Any:
    """The datamodel's own spelling of a default ('{}', '"0:0"', '20.', 'true', 'Halted') as a JSON value."""
    if kind.endswith(" map"):
        return dict(re.findall(r'"([^"]*)" -> "([^"]*)"', text))
    if kind.endswith(" set"):
        items = [item for item in text.strip("{}").split(";") if item]
        return [int(item) for item in items] if kind == "int set" else items
    if kind.endswith(" ref"):
        return NULL if text == "Null" else text
    if kind == "bool":
        return text == "true"
    if kind == "int":
        return int(text)
    return float(text) if kind == "float" else text.strip('"') if kind == "string" else text


if __name__ == "__main__":
    main(Path(sys.argv[1]))
