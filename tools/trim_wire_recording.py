"""Trims a recording of XenAPI exchanges to what the lab's kernel is tested with: `tests/data/lab_wire/`.

Usage: python tools/trim_wire_recording.py FOLDER

FOLDER holds `01-login.jsonl`, `03-fields.jsonl` (one exchange per line: host, protocol, path, method, params, status,
body) and `02-get_all_records.jsonl.gz`, recorded from xapi 26.17 with references of sessions and passwords replaced.
Left out are calls that are not the kernel's (their simulation has tests of its own) and the lines named below.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "tests/data/lab_wire"

FOREIGN = re.compile(
    r"(VM\.(create|destroy|start|clone|set_memory.*|set_VCPUs_max|set_VCPUs_at_startup|set_order)|host\.(disable|evacuate|destroy|create|set_hostname_live)|V[BDI][DIF]\.create"
    r"|pool\.is_slave|\w+\.get_allowed_operations)$"
)
"""Calls of other parts of the lab, or not simulated at all."""

LEFT_OUT = {
    "01-login.jsonl": {
        82: "the certificate is another one",
        85: "the order of undocumented methods differs",
        106: "the place in Yojson's message differs",
        137: "the body of a HEAD is never sent",
        **dict.fromkeys(range(139, 144), "the order of undocumented methods differs"),
        **dict.fromkeys((150, 151, 158), "uuids of sessions are random"),
    },
    "03-fields.jsonl": {
        **dict.fromkeys((189, 214, 215, 218, 219), "the pool had changed since its capture"),
        **dict.fromkeys((466, 467), "a check of values that is not the kernel's"),
        **dict.fromkeys((597, 626, 627), "about an object whose reference is random"),
    },
}

KEPT = ("host", "protocol", "path", "method", "params", "request_body", "status", "body", "note")


def main(folder: Path) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    exchanges = [line for name in LEFT_OUT for line in _exchanges(folder, name)]
    _write("exchanges.jsonl.gz", "".join(json.dumps(line) + "\n" for line in exchanges))
    _write("pool.json.gz", json.dumps(_tables(folder)))


def _exchanges(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    for number, text in enumerate((folder / name).read_text("utf-8").splitlines(), 1):
        line = json.loads(text)
        if "status" not in line or number in LEFT_OUT[name] or FOREIGN.match(line["method"]):
            continue
        kept = {key: line[key] for key in KEPT if line.get(key) is not None}
        if line["protocol"] != "http":
            kept.pop("request_body", None)
        yield {"at": f"{name}:{number}", **kept}


def _tables(folder: Path) -> dict[str, Any]:
    """The pool by JSON `get_all_records`; roles are 2,000 constants that nothing here reads."""
    tables = {}
    for text in gzip.decompress((folder / "02-get_all_records.jsonl.gz").read_bytes()).decode().splitlines():
        line = json.loads(text)
        cls, _, call = line.get("method", "").partition(".")
        if call == "get_all_records" and line["protocol"].startswith("json") and cls != "role":
            tables[cls] = json.loads(line["body"]).get("result", {})
    return {cls: rows for cls, rows in tables.items() if rows}


def _write(name: str, text: str) -> None:
    (TARGET / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
