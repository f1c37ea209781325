"""Sends a recorded file to a fresh lab at the recorded times, each connection on its own, and keeps what came back."""

from __future__ import annotations

import asyncio
import json
import xmlrpc.client
from dataclasses import dataclass, field
from typing import Any

from replay.compare import first_difference, normal, value_of
from replay.environment import add_kernels, add_servers, simulated_hypervisor
from replay.exceptions import reason_for
from replay.names import MADE_UP, SESSION, TOKEN, Names
from replay.recording import Line, Tables, polls
from xenferry.lab.clock import virtual_run
from xenferry.lab.faults import Dropped
from xenferry.lab.lab import Lab
from xenferry.lab.wire.endpoint import respond

PATIENCE_S = 900.0
"""How much longer than the real pool the lab may take before an answer counts as never given."""


@dataclass
class Score:
    """Agreement of one file. `differences` are (line number, method, path, recorded, ours)."""

    equal: int = 0
    total: int = 0
    excepted: dict[str, int] = field(default_factory=dict)
    differences: list[tuple[int, str, str, Any, Any]] = field(default_factory=list)


def replay(lines: list[Line], tables: Tables) -> Score:
    """Replays one file on a lab that starts as the captured pool, in virtual time."""
    with simulated_hypervisor():
        return virtual_run(Replay(lines, tables).run())


class Replay:
    def __init__(self, lines: list[Line], tables: Tables) -> None:
        self.lines = lines
        self.lab = Lab.from_capture(tables, password="<password>")
        self.names = Names(set(MADE_UP.findall(json.dumps(tables))))
        add_servers(self.lab.world, self.lab.db.all("host"), lines)
        add_kernels(self.lab.world, self.lab.db.all("host"), lines)
        self.polls = polls(lines)
        self.tokened: set[str] = set()
        named = sorted((row["name_label"], ref) for ref, row in self.lab.db.all("host").items())
        self.hosts = {f"h{number}": ref for number, (_, ref) in enumerate(named, 1)}
        self.score = Score()

    async def run(self) -> Score:
        lanes: dict[str, list[Line]] = {}
        for line in self.lines:
            lanes.setdefault(str(line.get("conn")), []).append(line)
        start = asyncio.get_running_loop().time()
        await asyncio.gather(*(self._lane(lane, start) for lane in lanes.values()))
        self.score.differences.sort(key=lambda each: each[0])
        return self.score

    async def _lane(self, lane: list[Line], start: float) -> None:
        for line in lane:
            await asyncio.sleep(max(0.0, start + line["t_ms"] / 1000 - asyncio.get_running_loop().time()))
            self._note(line, await self._exchange(line))

    def _note(self, line: Line, difference: tuple[str, Any, Any] | None) -> None:
        self.score.total += 1
        if difference is None:
            self.score.equal += 1
        elif reason := reason_for(line, self.hosts):
            self.score.excepted[reason] = self.score.excepted.get(reason, 0) + 1
        else:
            self.score.differences.append((line["number"], line["method"], *difference))

    async def _exchange(self, line: Line) -> tuple[str, Any, Any] | None:
        if line["host"] not in self.hosts:
            return "host", line["host"], "(not in the captured pool)"
        patience = PATIENCE_S + line.get("dt_ms", 0) / 1000
        try:
            reply = await asyncio.wait_for(self._ask(line), patience)
        except Dropped:
            return None if "error" in line else ("connection", _summary(line), "(broken)")
        except TimeoutError:
            return "answer", _summary(line), "(none)"
        if "error" in line:
            return "connection", line["error"], f"{reply.status} {reply.body.decode()}"
        return self._judge(line, reply.status, _content_type(reply.headers), reply.body.decode())

    async def _ask(self, line: Line) -> Any:
        host = self.hosts[line["host"]]
        if not self.lab.toolstacks.answers(host):
            raise Dropped("the toolstack does not answer")
        verb = line["method"] if line["protocol"] == "http" else "POST"
        encrypted = "http" not in f"{line.get('conn')} {line.get('note')}".replace("https", "")
        return await respond(self.lab, host, verb, line["path"], self._request(line), encrypted=encrypted)

    def _judge(self, line: Line, status: int, kind: str, body: str) -> tuple[str, Any, Any] | None:
        if (status, kind) != (line["status"], line["content_type"]):
            return "status", (line["status"], line["content_type"]), (status, kind)
        if line["method"] == "HEAD":
            return None  # the recorder had no body to keep
        recorded, ours = value_of(line.get("body") or "", kind), value_of(body, kind)
        self.names.learn(recorded, ours)
        translated = json.loads(self.names.to_recorded(json.dumps(ours)))
        found = first_difference(normal(recorded), normal(translated))
        return None if found and self._seen_by_another_poll(line, translated) else found

    def _seen_by_another_poll(self, line: Line, ours: Any) -> bool:
        """Which moment a poll sees is timing: the same question in the same run of reads may have had this answer."""
        others = (
            each for each in self.polls.get(line["number"], ()) if each.get("content_type") == line["content_type"]
        )
        values = (value_of(each.get("body") or "", each["content_type"]) for each in others)
        return any(_without_id(normal(each)) == _without_id(normal(ours)) for each in values)

    def _request(self, line: Line) -> bytes:
        if line["protocol"] == "http":
            text = self._ours(line.get("request_body") or "")
            return text.encode("latin-1" if "\xff" in text else "utf-8")
        params = json.loads(self._ours(json.dumps(line["params"])))
        self._take_up(line, params)
        if line["protocol"] == "xml-rpc":
            return xmlrpc.client.dumps(tuple(params), line["method"], allow_none=True).encode()
        call = {"method": line["method"], "params": params, "id": _identity(line)}
        return json.dumps(call | ({"jsonrpc": "2.0"} if "2.0" in line["protocol"] else {})).encode()

    def _take_up(self, line: Line, params: list[Any]) -> None:
        """A stream that began before the recording goes on from now: its first token is the lab's newest."""
        lane = str(line.get("conn"))
        if line["method"] != "event.from" or lane in self.tokened:
            return
        self.tokened.add(lane)
        if len(params) > 2 and TOKEN.fullmatch(str(params[2])) and params[2] == line["params"][2]:
            params[2] = f"{self.lab.db.stamps.generation:020},{self.lab.db.stamps.generation:020}"

    def _ours(self, text: str) -> str:
        """In the lab's names; a session that no login of this file made is opened."""
        for session in SESSION.findall(text):
            if session not in self.names.ours:
                self.names.bind(session, self.lab.sessions.open("root", "replay", self.lab.coordinator))
        return self.names.to_ours(text)


def _identity(line: Line) -> Any:
    try:
        return json.loads(line.get("body") or "{}").get("id", 0)
    except ValueError:
        return 0


def _summary(line: Line) -> str:
    return str(line.get("error") or line.get("body"))[:300]


def _content_type(headers: Any) -> str | None:
    return next((value for name, value in headers if name.lower() == "content-type"), None)


def _without_id(value: Any) -> Any:
    return {key: each for key, each in value.items() if key != "rpc id"}
