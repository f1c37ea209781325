"""Writes docs/schemas: the JSON Schema of what each command answers to `--json`; `make docs` runs it.

The schemas are made from the types that the commands themselves encode; what stands below a field in the source is the
field's description. tests/docs/test_schemas.py compares them with the files, and real answers with them.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import msgspec

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def load(name: str) -> Any:
    """The type `module:Class` below xenferry, with what its module imports for type checkers only in place."""
    module, _, kind = name.partition(":")
    found = import_module(f"xenferry.{module}")
    _import_hidden(found)
    return getattr(found, kind)


def _import_hidden(module: ModuleType) -> None:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for each in node.body:
                if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("xenferry."):
                    for alias in each.names:
                        setattr(module, alias.asname or alias.name, getattr(_module(each), alias.name))


def _module(node: ast.ImportFrom) -> ModuleType:
    return import_module(str(node.module))


def struct(name: str, about: str, fields: dict[str, Any]) -> Any:
    """An object that a command puts together without a class of its own."""
    return msgspec.defstruct(name, list(fields.items()), namespace={"__doc__": about})


def outputs() -> dict[str, tuple[str, Any]]:
    """Name of a schema -> the command whose answer it is of, and the type."""
    return {
        "accounts-list": ("accounts list", list[load("cli.accounts.list:Listed")]),
        "check": ("check", load("cli.frame.findings:Report")),
        "cure": ("cure (without a finding)", list[_curable()]),
        "explain": ("explain", list[load("errors.explanation:Explanation")]),
        "matrix": ("matrix", load("cli.matrix:Table")),
        "nics-migration": ("nics migration", list[load("pool.migration_network:Road")]),
        "nics-show": ("nics show", list[load("pool.nics:Nic")]),
        "plan": ("... --plan-only; the file of --save", load("plan.steps:Plan")),
        "plan-show": ("plan show FILE", load("plan.timeline.rows:Timeline")),
        "pool-list": ("pool list", dict[str, load("config:PoolEntry")]),
        "pool-rehearse-join": ("pool rehearse-join", load("cli.pool.rehearse_join:Answer")),
        "rehearse": ("rehearse COMMAND...", load("cli.rehearse.result:Rehearsal")),
        "runs-list": ("runs list", list[load("runs.journal:Run")]),
        "runs-show": ("runs show ID", _run()),
        "storage-check": ("storage check", _storage()),
        "storage-probe": ("storage probe", list[load("probe.nfs:HostView")]),
        "watch": ("watch (each line)", _change()),
        "webhook": ("", load("runs.bell:News")),
    }


def _curable() -> Any:
    counts = dict.fromkeys(("findings", "by_program", "by_hand"), int)
    return struct("Curable", "A kind of finding.", {"code": str, "severity": str, **counts, "title": str})


def _run() -> Any:
    run, step, entry = (load(f"runs.journal:{name}") for name in ("Run", "StepState", "Entry"))
    fields = {"run": run, "plan": load("plan.steps:Plan"), "steps": dict[str, step], "events": list[entry]}
    return struct("RunShown", "A run, its plan, each step's state by its key, and what happened.", fields)


def _storage() -> Any:
    fields = {"srs": list[load("plan.storage_state:SrState")], "report": load("cli.frame.findings:Report")}
    return struct("Storage", "Every SR, and the findings about storage.", {**fields, "format": int})


def _change() -> Any:
    news = load("plan.picture:News")
    about = {"__doc__": "One line of `watch`."}
    return msgspec.defstruct(
        "Change", [("seconds", float)], bases=(news,), namespace=about, kw_only=True, omit_defaults=True
    )


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> schema."""
    return {f"{name}.json": _schema(command, kind) for name, (command, kind) in outputs().items()}


def _schema(command: str, kind: Any) -> dict[str, Any]:
    made = msgspec.json.schema(kind)
    texts = {each.__name__: _described(each) for each in _structs(kind, set())}
    for name, part in made.get("$defs", {}).items():
        if "description" in part:  # Python removes a docstring's indentation from 3.13 on, and not before
            part["description"] = inspect.cleandoc(part["description"])
        for field, about in part.get("properties", {}).items():
            if text := texts.get(name, {}).get(field):
                about["description"] = text
    of = f"xenferry {command} --json" if command else "what a webhook is sent"
    return {"$schema": DIALECT, "$comment": f"{of}; generated by tools/make_schemas.py", **made}


def _structs(kind: Any, seen: set[Any]) -> Iterator[Any]:
    """Every struct that a type is made of, once."""
    yield from _inside(msgspec.inspect.type_info(kind), seen)


def _inside(info: Any, seen: set[Any]) -> Iterator[Any]:
    if isinstance(info, msgspec.inspect.StructType):
        if info.cls in seen:
            return
        seen.add(info.cls)
        yield info.cls
        for field in info.fields:
            yield from _inside(field.type, seen)
    parts = [getattr(info, name) for name in ("item_type", "key_type", "value_type") if hasattr(info, name)]
    for each in (*parts, *getattr(info, "types", ()), *getattr(info, "item_types", ())):
        yield from _inside(each, seen)


def _described(kind: Any) -> dict[str, str]:
    """Field -> the text below it in the class, and in the classes that it extends."""
    found: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if each.__module__.startswith("xenferry."):
            (node,) = ast.parse(dedent(inspect.getsource(each))).body
            assert isinstance(node, ast.ClassDef)
            found |= dict(_documented(node.body))
    return found


def _documented(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                yield name, " ".join(said.split())


def text_of(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    made = schemas()
    for path in FOLDER.glob("*.json"):
        if path.name not in made:
            path.unlink()
    for name, schema in made.items():
        (FOLDER / name).write_text(text_of(schema), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
