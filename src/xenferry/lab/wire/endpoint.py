"""One HTTP request to a host of the lab becomes one HTTP answer. Used by the real servers and in process."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xenferry.lab.dispatch import result_type
from xenferry.lab.error import LabError
from xenferry.lab.wire import download, json, page, xml, xml_reader
from xenferry.lab.wire.message import Message, Unreadable
from xenferry.lab.wire.spelling import dotted

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


NO_HEADERS: Mapping[str, str] = MappingProxyType({})


async def respond(
    lab: Lab, host: str, method: str, path: str, body: bytes, *, encrypted: bool = True,
    headers: Mapping[str, str] = NO_HEADERS,
) -> page.Reply:  # fmt: skip
    """What the toolstack of `host` answers. Raises Dropped when a fault breaks the connection.

    Paths are routed by prefix: `/jsonrpc...` is JSON-RPC, every other POST is XML-RPC, even to `/json`. Headers have
    lower-case names; only downloads look at them.
    """
    place = lab.place(host)
    lab, host = place.lab, place.host
    if method != "POST":
        wanted = download.read(lab, host, path, headers) if method == "GET" and encrypted else None
        found = await download.answer(wanted) if wanted else None
        return found or page.other(method, path, encrypted=encrypted)
    try:
        if path.startswith("/jsonrpc"):
            return page.envelope("application/json", await _json(lab, host, json.parse(body)))
        return page.envelope("text/xml", await _xml(lab, host, xml_reader.parse(body)))
    except Unreadable as error:
        return page.unreadable(str(error))


async def _json(lab: Lab, host: str, message: Message) -> bytes:
    try:
        return json.response(message, await lab.answer(host, dotted(message.method), message.params))
    except LabError as error:
        return json.refusal(message, error.description)


async def _xml(lab: Lab, host: str, message: Message) -> bytes:
    try:
        value: Any = await lab.answer(host, dotted(message.method), message.params)
    except LabError as error:
        return xml.refusal(error.description).encode()
    return xml.response(result_type(dotted(message.method)), value).encode()
