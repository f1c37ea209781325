"""A folder of recorded exchanges: its files in order of name, and the pool as it was captured in one of them."""

from __future__ import annotations

import gzip
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from xenferry.lab.datamodel import datamodel

Line = dict[str, Any]
Tables = dict[str, dict[str, dict[str, Any]]]
Moment = tuple[int, str, int]
"""When a file was recorded: its first session, the latest date in it, 0; with 1 at the end, when it was over."""

SESSION_NUMBER = re.compile(r"OpaqueRef:session-(\d+)")
NOTED = re.compile(r'"(?:created|finished|timestamp|last_active|last_updated)":"(\d{8}T\d\d:\d\d:\d\dZ)"')


def read(path: Path) -> list[Line]:
    """The exchanges of a file in order of time, each with its line number as `number`; remarks are left out."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    lines = [json.loads(line) | {"number": number} for number, line in enumerate(text.splitlines(), 1)]
    return sorted((line for line in lines if "method" in line), key=lambda line: float(line["t_ms"]))


def files(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.name.endswith((".jsonl", ".jsonl.gz"))]
    return sorted(found, key=lambda path: path.name)


def listed(lines: list[Line]) -> Tables:
    """The pool by a file's JSON answers to `get_all_records`, the first of each class.

    `role` is left out, some 2,000 constants that no simulated call reads, and so are sessions: logins make them.
    """
    tables: Tables = {}
    for line in lines:
        cls, _, call = line["method"].partition(".")
        if call == "get_all_records" and line["protocol"].startswith("json") and cls not in ("role", "session"):
            tables.setdefault(cls, json.loads(line.get("body") or "{}").get("result") or {})
    return {cls: rows for cls, rows in tables.items() if rows}


def told_at_first(lines: list[Line]) -> Tables:
    """The whole pool, if the first thing that happens in a file is that event.from tells it; else nothing.

    Sessions and roles are never told of.
    """
    for line in lines:
        if line["method"] == "event.from" and line["params"][1:3] == [["*"], ""] and "json" in line["protocol"]:
            events = json.loads(line["body"])["result"]["events"]
            return by_class([event for event in events if event["operation"] == "add"])
        if ".get_" not in line["method"] and "login" not in line["method"]:
            return {}
    return {}


def by_class(events: list[dict[str, Any]]) -> Tables:
    """Events that carry a record, as tables; the last one of an object counts."""
    proper = {name.lower(): name for name in datamodel().classes}
    tables: Tables = {}
    for event in events:
        tables.setdefault(proper[event["class"]], {})[event["ref"]] = event["snapshot"]
    return tables


def polls(lines: list[Line]) -> dict[int, list[Line]]:
    """By line number: all lines that ask the same within one run of reads, not interrupted by a call that changes."""
    groups: dict[tuple[int, str], list[Line]] = {}
    found: dict[int, list[Line]] = {}
    run = 0
    for line in lines:
        if line["method"] == "event.from":
            continue
        if ".get_" not in line["method"] or "prevent" in line["method"]:
            run += 1
            continue
        key = (run, json.dumps([line["host"], line["method"], line["params"]]))
        found[line["number"]] = groups.setdefault(key, [])
        groups[key].append(line)
    return found


def moment(lines: list[Line]) -> Moment:
    """Sessions are numbered in order of time, whatever the files are called; several files may share one."""
    numbers = SESSION_NUMBER.findall(json.dumps([[line.get("params"), line.get("body")] for line in lines[:50]]))
    dates = (max(NOTED.findall(str(line.get("body"))), default="") for line in lines)
    return min(map(int, numbers), default=0), max(dates, default=""), 0


def outages_ends(lines: list[Line]) -> set[int]:
    """Numbers of the last lines that broke off before a host answered again: a moment later they would not have."""
    ends: set[int] = set()
    for host in {line["host"] for line in lines}:
        mine = [line for line in lines if line["host"] == host and line.get("conn")]
        pairs = pairwise(mine)
        ends |= {line["number"] for line, later in pairs if "error" in line and "error" not in later}
    return ends
