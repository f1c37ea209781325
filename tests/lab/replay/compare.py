"""Answers as values that can be compared: what may differ by nature is replaced by a word that says why."""

from __future__ import annotations

import json
import re
import xmlrpc.client
from typing import Any
from xml.parsers.expat import ExpatError

DATE = re.compile(r"\d{8}T\d\d:\d\d:\d\dZ?")
BY_NATURE = {
    "progress": "how far a task is at a poll is timing",
    "backtrace": "lines of XAPI's own source",
    "valid_ref_counts": "how many objects there are is judged by their records",
    "token": "stamps are counted differently",
    "id": "stamps are counted differently",
    "agent_start_time": "when the toolstack was started is the time of the recording",
    "boot_time": "when the host was started is the time of the recording",
    "domid": "how many guests a host has started before is its past",
    "last_booted_record": "xenopsd's own notes on a domain, with times and numbers of its past",
}
"""Fields compared by their presence only, and why."""

LEFT_OUT = {"debug_info:cancel_points_seen": "XAPI's developers count something in a finished task's other_config"}
"""Entries not compared at all, and why."""


def value_of(body: str, content_type: str) -> Any:
    """A reply as one value: {"result": ...} or {"error": [code, params...]}; text that is neither as it stands."""
    if content_type == "application/json":
        return _json(json.loads(body))
    if content_type == "text/xml" and "<methodResponse>" in body:
        return _parsed(body)
    return {"text": body}


def _parsed(body: str) -> Any:
    """XAPI sends control characters of names as they are, which is no XML: then the text itself is compared."""
    try:
        return _xml(xmlrpc.client.loads(body)[0][0])
    except ExpatError:
        return {"text": body}


def _json(reply: dict[str, Any]) -> Any:
    error = reply.get("error")
    if error is None:
        return {"result": reply.get("result"), "rpc id": reply.get("id"), "version": reply.get("jsonrpc")}
    listed = [error["message"], *error["data"]] if isinstance(error, dict) else error
    return {"error": listed, "rpc id": reply.get("id"), "version": reply.get("jsonrpc")}


def _xml(reply: Any) -> Any:
    reply = json.loads(json.dumps(reply, default=str))
    if not isinstance(reply, dict) or "Status" not in reply:
        return {"bare": reply}
    return {"result": reply["Value"]} if reply["Status"] == "Success" else {"error": reply["ErrorDescription"]}


def normal(value: Any, path: tuple[str, ...] = ()) -> Any:
    """Without what differs by nature. Sets have no order in XenAPI; parameters of errors have."""
    if isinstance(value, str):
        return DATE.sub("DATE", value).replace("(everyone)", "*")  # ganesha says it so, a kernel server prints *
    if isinstance(value, dict):
        shown = {key: each for key, each in value.items() if key not in LEFT_OUT}
        return {key: key if key in BY_NATURE else normal(each, (*path, key)) for key, each in shown.items()}
    if isinstance(value, list):
        items = [normal(each, path) for each in value]
        ordered = path[-1:] in (("error",), ("error_info",)) or "prevent" in path
        return items if ordered else sorted(items, key=lambda each: json.dumps(each, sort_keys=True))
    return value


def first_difference(recorded: Any, ours: Any, path: str = "") -> tuple[str, Any, Any] | None:
    """Where two values differ first: the path, and what stands there in each."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for key in [*recorded, *(key for key in ours if key not in recorded)]:
            if key not in recorded or key not in ours:
                return f"{path}/{key}", recorded.get(key, "(absent)"), ours.get(key, "(absent)")
            if found := first_difference(recorded[key], ours[key], f"{path}/{key}"):
                return found
        return None
    return None if recorded == ours else (path, recorded, ours)
