"""The lab's wire answers what a real XAPI answered, byte for byte: recorded exchanges about logins, fields and errors.

Each file of the recording starts with the pool as it was captured.
Sessions are compared by which login made them, dates by their form (the lab has its own calendar).
"""

from __future__ import annotations

import gzip
import json
import re
import xmlrpc.client
from pathlib import Path
from typing import Any

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.wire.endpoint import respond

DATA = Path(__file__).resolve().parent.parent / "data/lab_wire"
SESSION = re.compile(r"OpaqueRef:session-\d+")
REF = re.compile(r"OpaqueRef:[0-9a-f]{8}-[0-9a-f-]{27}")
DATE = re.compile(r"\d{8}T\d\d:\d\d:\d\dZ")


class Replay:
    """Sends recorded requests to a lab that started as the recorded pool, with sessions translated both ways."""

    def __init__(self) -> None:
        tables = json.loads(gzip.decompress((DATA / "pool.json.gz").read_bytes()))
        self.lab = Lab.from_capture(tables, password="<password>")
        names = sorted((row["name_label"], ref) for ref, row in self.lab.db.all("host").items())
        self.hosts = {f"h{number}": ref for number, (_, ref) in enumerate(names, 1)}
        self.sessions: dict[str, str] = {}

    async def differs(self, line: dict[str, Any]) -> str | None:
        """What differs from the recording, or None."""
        encrypted = "plain http" not in line.get("note", "")
        verb = line["method"] if line["protocol"] == "http" else "POST"
        host = self.hosts[line["host"]]
        reply = await respond(self.lab, host, verb, line["path"], self.request(line), encrypted=encrypted)
        wanted, got = line.get("body", ""), reply.body.decode()
        if "login" in line["method"]:
            self.sessions.update(zip(SESSION.findall(wanted), REF.findall(got), strict=False))
        if (reply.status, self.plain(got)) == (line["status"], DATE.sub("DATE", wanted)):
            return None
        return f"{line['at']} {line['method']}\n  wanted {line['status']} {wanted}\n  got {reply.status} {got}"

    def request(self, line: dict[str, Any]) -> bytes:
        if line["protocol"] == "http":
            text = SESSION.sub(lambda match: self.session(match[0]), line.get("request_body", ""))
            return text.encode("latin-1" if "\xff" in text else "utf-8")
        params = json.loads(SESSION.sub(lambda match: self.session(match[0]), json.dumps(line["params"])))
        if line["protocol"] == "xml-rpc":
            return xmlrpc.client.dumps(tuple(params), line["method"], allow_none=True).encode()
        call = {"method": line["method"], "params": params, "id": json.loads(line["body"])["id"]}
        return json.dumps(call | ({"jsonrpc": "2.0"} if "2.0" in line["protocol"] else {})).encode()

    def session(self, recorded: str) -> str:
        if recorded not in self.sessions:
            self.sessions[recorded] = self.lab.sessions.open("root", "test", self.lab.coordinator)
        return self.sessions[recorded]

    def plain(self, text: str) -> str:
        for recorded, own in self.sessions.items():
            text = text.replace(own, recorded)
        return DATE.sub("DATE", text)


def test_recorded_exchanges_are_answered_as_recorded() -> None:
    lines = [json.loads(line) for line in gzip.decompress((DATA / "exchanges.jsonl.gz").read_bytes()).splitlines()]

    async def main() -> list[str]:
        files = {name: Replay() for name in {line["at"].partition(":")[0] for line in lines}}
        found = [await files[line["at"].partition(":")[0]].differs(line) for line in lines]
        return [one for one in found if one]

    differences = virtual_run(main())
    assert len(lines) > 700
    assert not differences, "\n".join(differences)
