"""JSON-RPC 1.0 and 2.0 as xapi reads and writes them.

An id is an integer or a string; anything else, a batch or a foreign version is no error of JSON-RPC but an HTTP 500.
Integers are JSON numbers, floats always have a fraction (`1.0`), a void result is `""`.
Simplification: infinities and NaN, which xapi writes as the non-standard words, become null.
"""

from __future__ import annotations

from typing import Any

import msgspec

from xenferry.lab.wire.message import Message, Unreadable, quote

_encode = msgspec.json.Encoder().encode


def parse(body: bytes) -> Message:
    """Raises Unreadable."""
    request = _decode(body)
    if not isinstance(request, dict):
        raise _malformed("Invalid request body")
    method = request.get("method")
    if "method" not in request:
        raise _malformed("Required field method is missing")
    if not isinstance(method, str):
        raise _invalid_field("method")
    version = request.get("jsonrpc", "1.0") if "jsonrpc" not in request else _version(request["jsonrpc"])
    identity = request.get("id")
    if isinstance(identity, bool) or not isinstance(identity, int | str):
        raise _invalid_field("id")
    params = request.get("params", [])
    return Message(method, params if isinstance(params, list) else [params], version, identity)


def response(message: Message, value: Any) -> bytes:
    if message.version == "2.0":
        return _encode({"jsonrpc": "2.0", "result": value, "id": message.id})
    return _encode({"result": value, "error": None, "id": message.id})


def refusal(message: Message, description: list[str]) -> bytes:
    if message.version == "2.0":
        error = {"code": 1, "message": description[0], "data": description[1:]}
        return _encode({"jsonrpc": "2.0", "error": error, "id": message.id})
    return _encode({"result": None, "error": description, "id": message.id})


def _decode(body: bytes) -> Any:
    if not body.strip():
        raise Unreadable('Yojson__Common.Json_error("Blank input data")')
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise Unreadable(f"Yojson__Common.Json_error({quote(_trouble(body, str(error)))})") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"Yojson__Common.Json_error({quote(str(error.reason))})") from error


def _trouble(body: bytes, reason: str) -> str:
    """What Yojson would say, for the two common troubles; for others the place may differ from its own."""
    if "truncated" in reason:
        return f"Line 1, bytes {len(body) - 1}-{len(body)}:\nUnexpected end of input"
    if body.startswith(b"<"):  # for Yojson the beginning of a variant; of what follows it shows 33 bytes (recorded)
        return f"Line 1, bytes 1-35:\nExpected string or identifier but found '{body[1:34].decode('utf-8', 'replace')}'"
    text = body.decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        return _no_variant(text, text.index("<") + 1)
    return f"Line 1, bytes 0-{len(body)}:\nInvalid token '{body[:32].decode('utf-8', 'replace')}'"


def _no_variant(text: str, start: int) -> str:
    """Yojson takes `<` for the beginning of a variant, so XML gets an answer of its own, with 33 characters of it."""
    found = text[start : start + 33]
    return f"Line 1, bytes {start}-{start + len(found) + 1}:\nExpected string or identifier but found '{found}'"


def _version(value: Any) -> str:
    if value != "2.0":
        raise _invalid_field("jsonrpc")
    return "2.0"


def _invalid_field(name: str) -> Unreadable:
    return _malformed(f"Invalid field '{name}' in request body")


def _malformed(text: str) -> Unreadable:
    return Unreadable(f"Jsonrpc.Malformed_method_request({quote(text)})")
