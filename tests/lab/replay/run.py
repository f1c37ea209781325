"""Sends a recorded file to a fresh lab at the recorded times, each connection on its own, and keeps what came back."""

from __future__ import annotations

import asyncio
import json
import xmlrpc.client
from dataclasses import dataclass, field
from typing import Any

from replay.chance import as_recorded
from replay.compare import first_difference, normal, text_of, value_of
from replay.environment import add_kernels, add_servers, simulated_hypervisor
from replay.exceptions import reason_for
from replay.moments import LATER_S, MOMENT, Moments
from replay.names import SESSION, TOKEN, Names, names_in
from replay.neighbours import neighbours
from replay.order import Order
from replay.others import Deed, deeds, lasting, put_in, stopping, tasks_of_others
from replay.recording import Line, Tables, outages_ends, polls
from replay.stream import Stream
from xenferry.lab.clock import virtual_run
from xenferry.lab.faults import Dropped
from xenferry.lab.lab import Lab
from xenferry.lab.site import Place
from xenferry.lab.wire.endpoint import respond

PATIENCE_S = 900.0
"""How much longer than the real pool the lab may take before an answer counts as never given."""


AGAIN_S = 0.1
STREAM_LATER_S = 0.2
DEFERRED = "judged later"
Found = tuple[str, Any, Any] | str | None
"""A difference (path, recorded, ours); None when equal; MOMENT, DEFERRED or why a difference does not count."""


@dataclass
class Score:
    """Agreement of one file: `equal` answers, those the lab gives at another `moment`, those `excepted` by reason.

    `exact` answers are equal byte for byte, names and dates aside.
    `differences` are (line number, method, path, recorded, ours).
    """

    equal: int = 0
    exact: int = 0
    moment: int = 0
    total: int = 0
    excepted: dict[str, int] = field(default_factory=dict)
    differences: list[tuple[int, str, str, Any, Any]] = field(default_factory=list)


def replay(lines: list[Line], tables: Tables) -> Score:
    """Replays one file on a lab that starts as these tables, in virtual time."""
    with simulated_hypervisor():
        played = Replay(lines, tables)
        with as_recorded(lines, played.names):
            return virtual_run(played.run())


class Replay:
    def __init__(self, lines: list[Line], tables: Tables) -> None:
        self.lines = lines
        self.lab = Lab.from_capture(tables, password="<password>")
        self.names = Names(_names_of(tables))
        add_servers(self.lab.world, self.lab.db.all("host"), lines)
        add_kernels(self.lab.world, self.lab.db.all("host"), lines)
        self.polls = polls(lines)
        self.moments = Moments(self.lab, self.names, frozenset(tasks_of_others(lines)))
        self.streams: dict[str, Stream] = {}
        self.later: list[tuple[Line, float, tuple[str, Any, Any]]] = []
        self.answers: dict[int, Any] = {}
        self.tokened: set[str] = set()
        named = sorted((row["name_label"], ref) for ref, row in self.lab.db.all("host").items())
        self.hosts = {f"h{number}": ref for number, (_, ref) in enumerate(named, 1)}
        self.places = {name: Place(self.lab, ref) for name, ref in self.hosts.items()}
        self.places |= neighbours(self.lab, self.hosts, lines, tables)
        self.hosts |= {name: place.host for name, place in self.places.items()}
        self.edges = outages_ends(lines)
        self.deeds = deeds(lines, tables)
        self.bound = stopping(lines)
        self.score = Score()

    async def run(self) -> Score:
        lanes: dict[str, list[Line]] = {}
        for line in self.lines:
            lanes.setdefault(str(line.get("conn")), []).append(line)
        start = asyncio.get_running_loop().time()
        self.order = Order([*self.lines, *(deed.line for deed in self.deeds)], start)
        work = [*(self._lane(lane) for lane in lanes.values()), *(self._do(deed) for deed in self.deeds)]
        await asyncio.gather(*work)
        self._note_later()
        self.score.differences.sort(key=lambda each: each[0])
        return self.score

    async def _lane(self, lane: list[Line]) -> None:
        for line in lane:
            await self.order.turn(line)
            difference = await self._exchange(line)
            self.order.answered(line)
            if difference != DEFERRED:
                self._note(line, difference)

    async def _do(self, deed: Deed) -> None:
        """What another client did, at its time."""
        await self.order.turn(deed.line)
        if deed.event:
            self.names.known |= names_in(lasting(deed.event))
            put_in(self.lab, deed.event, json.loads(self.names.to_ours(json.dumps(self.bound))))
        else:
            session = self.lab.sessions.open("root", "another client", self.lab.coordinator)
            params = json.loads(self.names.to_ours(json.dumps([session, *deed.line["params"][1:]])))
            call = {"jsonrpc": "2.0", "method": deed.line["method"], "params": params, "id": 0}
            await respond(self.lab, self.lab.coordinator, "POST", "/jsonrpc", json.dumps(call).encode(), encrypted=True)
        self.order.answered(deed.line)

    def _note_later(self) -> None:
        """What depends on the moment is judged when all names and moments are known."""
        for stream in self.streams.values():
            stream.learn()
        for gone, theirs in ((False, False), (False, True), (False, False), (True, False)):
            for stream in self.streams.values():
                stream.find(theirs=theirs, gone=gone)
        for stream in self.streams.values():
            stream.find_parts()
        for stream in self.streams.values():
            for line, found in stream.verdicts():
                self._note(line, found)
        for line, begin, difference in self.later:
            self._note(line, self._once_more(line, begin, difference))

    def _once_more(self, line: Line, begin: float, difference: tuple[str, Any, Any]) -> Found:
        """A difference that was only in names which were learnt later is none; a read may be of another moment."""
        recorded = self._recorded(line)
        ours = self.answers.get(line["number"])
        if ours is not None and first_difference(normal(recorded), normal(self._in_recorded_names(ours))) is None:
            return None
        return self.moments.read(line, recorded, begin) or difference

    def _in_recorded_names(self, ours: Any) -> Any:
        return json.loads(self.names.to_recorded(json.dumps(ours)))

    def _note(self, line: Line, found: Found) -> None:
        self.score.total += 1
        if found is None:
            self.score.equal += 1
        elif found == MOMENT:
            self.score.moment += 1
        elif reason := found if isinstance(found, str) else reason_for(line, self.hosts):
            self.score.excepted[reason] = self.score.excepted.get(reason, 0) + 1
        else:
            self.score.differences.append((line["number"], line["method"], *found))

    async def _exchange(self, line: Line) -> Found:
        """Whoever polled a task until it had ended goes on when it has ended here: the lab may be slower."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        found = await self._once(line)
        over = _says_over(line, self._recorded(line))
        while found is not None and over and self._goes_on(line) and loop.time() < begin + LATER_S:
            await asyncio.sleep(AGAIN_S)
            found = await self._once(line)
        if isinstance(found, tuple):
            self.later.append((line, begin, found))
            return DEFERRED
        return found

    def _goes_on(self, line: Line) -> bool:
        task = self.lab.db.all("task").get(self.names.to_ours(str(line["params"][1])))
        return task is not None and task["status"] == "pending"

    def _recorded(self, line: Line) -> Any:
        return value_of(line.get("body") or "", line.get("content_type", ""))

    async def _once(self, line: Line) -> Found:
        if line["host"] not in self.hosts:
            return "host", line["host"], "(not in the captured pool)"
        gave_up = "TimeoutError" in str(line.get("error"))
        patience = (0.0 if gave_up else PATIENCE_S) + line.get("dt_ms", 0) / 1000
        try:
            reply = await asyncio.wait_for(self._ask(line), patience)
        except Dropped:
            return None if "error" in line else ("connection", _summary(line), "(broken)")
        except TimeoutError:
            return None if gave_up else ("answer", _summary(line), "(none)")
        if "error" in line:
            found = "connection", line["error"], f"{reply.status} {reply.body.decode()}"
            return MOMENT if line["number"] in self.edges else found
        return self._judge(line, reply.status, _content_type(reply.headers), reply.body.decode())

    async def _ask(self, line: Line) -> Any:
        place = self.places[line["host"]]
        place = place.lab.place(place.host)
        if not place.lab.toolstacks.answers(place.host):
            raise Dropped("the toolstack does not answer")
        verb = line["method"] if line["protocol"] == "http" else "POST"
        encrypted = "http" not in f"{line.get('conn')} {line.get('note')}".replace("https", "")
        return await respond(place.lab, place.host, verb, line["path"], self._request(line), encrypted=encrypted)

    def _judge(self, line: Line, status: int, kind: str, body: str) -> Found:
        if (status, kind) != (line["status"], line["content_type"]):
            return "status", (line["status"], line["content_type"]), (status, kind)
        if line["method"] == "HEAD":
            return None  # the recorder had no body to keep
        recorded, ours = value_of(line.get("body") or "", kind), value_of(body, kind)
        self.names.learn(recorded, ours)
        self.answers[line["number"]] = ours
        translated = self._in_recorded_names(ours)
        found = first_difference(normal(recorded), normal(translated))
        self.score.exact += text_of(self.names.to_recorded(body)) == text_of(line.get("body") or "")
        if line["method"] == "event.from" and "result" in recorded and "result" in ours:
            return self._stream(line, (recorded, ours), found)
        return MOMENT if found and self._seen_by_another_poll(line, translated) else found

    def _stream(self, line: Line, answers: tuple[Any, Any], found: Found) -> Found:
        """A batch that differs is judged at the end, with everything else its connection was told."""
        lane = str(line.get("conn"))
        stream = self.streams.setdefault(lane, Stream(self.moments, self.names, self.order))
        events = (answer["result"]["events"] for answer in answers)
        stream.add(line, *events, settled=found is None)
        return None if found is None else DEFERRED

    def _seen_by_another_poll(self, line: Line, ours: Any) -> bool:
        """Which moment a poll sees is timing: the same question in the same run of reads may have had this answer."""
        others = (
            each for each in self.polls.get(line["number"], ()) if each.get("content_type") == line["content_type"]
        )
        values = (value_of(each.get("body") or "", each["content_type"]) for each in others)
        return any(_without_id(normal(each)) == _without_id(normal(ours)) for each in values)

    def _request(self, line: Line) -> bytes:
        if line["protocol"] == "http":
            text = self._ours(line, line.get("request_body") or "")
            return text.encode("latin-1" if "\xff" in text else "utf-8")
        params = json.loads(self._ours(line, json.dumps(line["params"])))
        self._take_up(line, params)
        _wait_as_long(line, params)
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

    def _ours(self, line: Line, text: str) -> str:
        """In the lab's names; a session that no login of this file made is opened."""
        lab = self.places[line["host"]].lab
        for session in SESSION.findall(text):
            if session not in self.names.ours:
                self.names.bind(session, lab.sessions.open("root", "replay", lab.coordinator))
        return self.names.to_ours(text)


def _says_over(line: Line, recorded: Any) -> bool:
    result = recorded.get("result")
    status = result.get("status") if isinstance(result, dict) else result
    return line["method"] in ("task.get_record", "task.get_status") and status in ("success", "failure", "cancelled")


def _wait_as_long(line: Line, params: list[Any]) -> None:
    """A stream that was told of something soon waits little longer here, so that it does not fall behind for good."""
    if line["method"] == "event.from" and len(params) > 3 and isinstance(params[3], int | float):
        params[3] = min(float(params[3]), line.get("dt_ms", 0) / 1000 + STREAM_LATER_S)


def _names_of(tables: Tables) -> set[str]:
    """References, uuids and what else identifies the objects that are there."""
    fields = {ref: {**row, "VBDs": [], "VIFs": []} for rows in tables.values() for ref, row in rows.items()}
    own = [[ref, row.get("uuid"), row.get("location"), row.get("other_config")] for ref, row in fields.items()]
    return names_in(own)


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
