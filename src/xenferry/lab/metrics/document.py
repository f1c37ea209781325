"""Performance data as XML or JSON, with the names and the formats of numbers that xcp-rrdd uses.

All JSON values are strings, numbers too, as xcp-rrdd writes them since XAPI 23.31.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from xenferry.lab.metrics.archive import ARCHIVES, STEP_S, Archive, Updates, floor
from xenferry.lab.metrics.gauge import Gauge

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
HEARTBEAT_S = 300.0
KNOWN_PART = "0.5"
Tree = tuple[str, Any]
"""A tag and its content: a text, or a list of trees."""


def number(value: float) -> str:
    """As OCaml's `%0.15g`, with the words for what is no number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return f"{value:.15g}" if value else "0.0"


def updates_json(found: Updates) -> str:
    meta = {
        "start": str(found.start),
        "step": str(found.step),
        "end": str(found.end),
        "rows": str(len(found.rows)),
        "columns": str(len(found.legend)),
        "legend": list(found.legend),
    }
    data = [{"t": str(time), "values": [number(each) for each in values]} for time, values in found.rows]
    return json.dumps({"meta": meta, "data": data}, separators=(",", ":"))


def updates_xml(found: Updates) -> str:
    meta: list[Tree] = [
        ("start", str(found.start)),
        ("step", str(found.step)),
        ("end", str(found.end)),
        ("rows", str(len(found.rows))),
        ("columns", str(len(found.legend))),
        ("legend", [("entry", name) for name in found.legend]),
    ]
    rows = [("row", [("t", str(time)), *(("v", number(value)) for value in values)]) for time, values in found.rows]
    return DECLARATION + _xml(("xport", [("meta", meta), ("data", rows)]))


def whole_json(gauges: Sequence[Gauge], now: float) -> str:
    sources = [dict(_source(gauge, now)) | {"last_updated": number(now)} for gauge in gauges]
    archives = [_archive_json(archive, gauges, now) for archive in ARCHIVES]
    whole = {"version": "0003", "step": str(STEP_S), "lastupdate": number(now), "ds": sources, "rra": archives}
    return json.dumps(whole, separators=(",", ":"))


def whole_xml(gauges: Sequence[Gauge], now: float) -> str:
    head: list[Tree] = [("version", "0003"), ("step", str(STEP_S)), ("lastupdate", str(int(now)))]
    sources: list[Tree] = [("ds", _source(gauge, now)) for gauge in gauges]
    archives: list[Tree] = [("rra", _archive_xml(archive, gauges, now)) for archive in ARCHIVES]
    return DECLARATION + _xml(("rrd", head + sources + archives))


def _source(gauge: Gauge, now: float) -> list[Tree]:
    last = number(gauge.at(now))
    return [
        ("name", gauge.name),
        ("type", gauge.kind),
        ("minimal_heartbeat", number(HEARTBEAT_S)),
        ("min", "0.0"),
        ("max", "Infinity"),
        ("last_ds", last),
        ("value", last),
        ("unknown_sec", "0"),
    ]


def _archive_json(archive: Archive, gauges: Sequence[Gauge], now: float) -> dict[str, Any]:
    return {
        "cf": "AVERAGE",
        "pdp_per_row": str(archive.steps),
        "params": {"xff": KNOWN_PART},
        "cdp_prep": {"ds": [dict(_unfinished()) for _ in gauges]},
        "database": _database(archive, gauges, now),
    }


def _archive_xml(archive: Archive, gauges: Sequence[Gauge], now: float) -> list[Tree]:
    rows = [("row", [("v", value) for value in values]) for values in _database(archive, gauges, now)]
    return [
        ("cf", "AVERAGE"),
        ("pdp_per_row", str(archive.steps)),
        ("params", [("xff", KNOWN_PART)]),
        ("cdp_prep", [("ds", _unfinished()) for _ in gauges]),
        ("database", rows),
    ]


def _unfinished() -> list[Tree]:
    """The row that is being made; the lab computes whole rows only."""
    zero = "0.0"
    return [("primary_value", zero), ("secondary_value", zero), ("value", zero), ("unknown_datapoints", "0")]


def _database(archive: Archive, gauges: Sequence[Gauge], now: float) -> list[list[str]]:
    """All rows, oldest first."""
    end = floor(now, archive.interval)
    times = [end - n * archive.interval for n in reversed(range(archive.rows))]
    return [[number(gauge.at(time)) for gauge in gauges] for time in times]


def _xml(tree: Tree) -> str:
    tag, content = tree
    inside = escape(content) if isinstance(content, str) else "".join(_xml(each) for each in content)
    return f"<{tag}>{inside}</{tag}>"
