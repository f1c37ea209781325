"""What xapi's HTTP server gives to a GET that is not XenAPI: performance data, updates. All else is a page of errors.

A download wants a session (`session_id` in the query or a cookie, good on every host) or a name and password. With
`task_id` that task ends when the download does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from xenferry.lab.error import LabError
from xenferry.lab.metrics import archive, document, sources
from xenferry.lab.metrics.gauge import Gauge
from xenferry.lab.updates import listing
from xenferry.lab.wire import page

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

BAD = page.Reply(400)
MISSING = page.Reply(404)


@dataclass(frozen=True)
class Request:
    """A download asked of one host; `query` in the order of the URL, headers with lower-case names."""

    lab: Lab
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]

    def given(self, key: str) -> str | None:
        """The first value of this name in the query."""
        return next((value for name, value in self.query if name == key), None)

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.query if name == key]

    @property
    def json(self) -> bool:
        """The Accept header decides if it names either form, else the presence of `json` in the query."""
        accept = self.headers.get("accept", "")
        wanted = [kind for kind in ("application/json", "text/xml") if kind in accept]
        return wanted[0] == "application/json" if len(wanted) == 1 else self.given("json") is not None


def read(lab: Lab, host: str, target: str, headers: Mapping[str, str]) -> Request:
    parts = urlsplit(target)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Request(lab, host, parts.path.strip("/"), query, headers)


async def answer(request: Request) -> page.Reply | None:
    """The download, or a page saying that a lab does not have it; None for a path that is no download."""
    if request.path not in DOWNLOADS.keys() | page.PROTECTED:
        return None
    if not await _admitted(request):
        _end(request, LabError("SESSION_AUTHENTICATION_FAILED"))
        return page.unauthorised(request.path)
    if request.path not in DOWNLOADS:
        _end(request, LabError("NOT_IMPLEMENTED", request.path))
        return page.not_simulated(request.path)
    reply = DOWNLOADS[request.path](request)
    _end(request)
    return reply


async def _admitted(request: Request) -> bool:
    lab, session = request.lab, request.given("session_id") or _cookie(request.headers.get("cookie", ""))
    if session:
        return lab.db.exists("session", session) or lab.sessions.is_local(session)
    word, _, secret = request.headers.get("authorization", "").partition(" ")
    if word != "Basic":
        return False
    try:
        name, _, password = base64.b64decode(secret, validate=True).decode().partition(":")
        lab.sessions.close(await lab.sessions.login(name, password, "basic", lab.coordinator))
    except (binascii.Error, UnicodeDecodeError, LabError):
        return False
    return True


def _cookie(header: str) -> str:
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for name, _, value in pairs if name == "session_id"), "")


def _end(request: Request, error: LabError | None = None) -> None:
    task = request.given("task_id")
    if task and request.lab.db.exists("task", task):
        if error is None:
            request.lab.tasks.succeed(task)
        else:
            request.lab.tasks.fail(task, error)


def _rrd_updates(request: Request) -> page.Reply:
    """`start` is needed; `cf`, `interval`, `host=true`, `vm_uuid` and `sr_uuid` choose."""
    start, interval = request.given("start"), request.given("interval") or "0"
    if start is None:
        return BAD
    if not start.lstrip("-").isdigit():
        return page.unreadable('Failure("Int64.of_string")')
    gauges = _chosen(request)
    if not gauges or request.given("cf") in ("MIN", "MAX", "LAST"):
        return page.unreadable("Rrd.No_RRA_Available")
    steps = int(interval) if interval.isdigit() else 0
    found = archive.updates(gauges, int(start), steps, request.lab.now())
    return _document(request, document.updates_json(found) if request.json else document.updates_xml(found))


def _chosen(request: Request) -> list[tuple[str, Gauge]]:
    """The gauges wanted, with their prefix: all guests unless some are named, the host when asked for."""
    named = request.all("vm_uuid")
    chosen = []
    for prefix, gauges in sources.prefixed(request.lab, request.host):
        kind, uuid, _ = prefix.split(":")
        if (request.given("host") == "true") if kind == "host" else (not named or uuid in named):
            chosen += [(prefix, gauge) for gauge in gauges]
    return chosen


def _host_rrd(request: Request) -> page.Reply:
    return _whole(request, sources.of_host(request.lab, request.host))


def _vm_rrd(request: Request) -> page.Reply:
    """A guest on another host is redirected to; the data of one that does not run are not kept here (a lab's limit)."""
    uuid, db = request.given("uuid"), request.lab.db
    if uuid is None:
        return BAD
    found = db.find("VM", uuid=uuid)
    home = db.get("VM", found[0])["resident_on"] if found else ""
    if not db.exists("host", home):
        return MISSING
    if home == request.host:
        return _whole(request, sources.of_guest(request.lab, found[0]))
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return page.Reply(302, b"", (*page.CLOSE, ("Location", f"https://{request.lab.address(home)}/vm_rrd?{query}")))


def _whole(request: Request, gauges: list[Gauge]) -> page.Reply:
    now = request.lab.now()
    return _document(request, document.whole_json(gauges, now) if request.json else document.whole_xml(gauges, now))


def _document(request: Request, text: str) -> page.Reply:
    return page.envelope("application/json" if request.json else "text/xml", text.encode())


def _updates(request: Request) -> page.Reply:
    """`host_refs=A;B` chooses; unknown ones are refused. A pool without a repository has no such page."""
    db, named = request.lab.db, request.given("host_refs")
    hosts = list(db.all("host")) if named is None else named.split(";")
    if not all(db.exists("host", host) for host in hosts):
        return BAD
    text = listing.document(db, hosts)
    return MISSING if text is None else page.Reply(200, text.encode(), (*page.CLOSE, ("content-type", page.JSON)))


DOWNLOADS = {"rrd_updates": _rrd_updates, "host_rrd": _host_rrd, "vm_rrd": _vm_rrd, "updates": _updates}
