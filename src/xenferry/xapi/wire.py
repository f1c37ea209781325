"""XenAPI's JSON-RPC 2.0: a call as bytes, and an answer read straight into typed values."""

from __future__ import annotations

import json
from typing import Any, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from xenferry.xapi.error import XapiError

T = TypeVar("T")

PATH = "/jsonrpc"
CONTENT_TYPE = "application/json"


class BadAnswer(ValueError):
    """The host answered something that is not XenAPI's JSON-RPC. `body` may hold secrets: blot before showing it."""

    def __init__(self, text: str, body: bytes) -> None:
        super().__init__(text)
        self.body = body


class _Error(Struct):
    message: str
    data: Raw = Raw(b"[]")


class _Answer(Struct):
    result: Raw | UnsetType = UNSET
    error: _Error | None = None


def request(method: str, params: tuple[Any, ...]) -> bytes:
    """The body of a call."""
    return msgspec.json.encode({"jsonrpc": "2.0", "method": method, "params": params, "id": 1})


def read(body: bytes, kind: type[T]) -> T:
    """The result, decoded as `kind` (`Any` for plain Python values).

    Raises:
        XapiError: the call was refused.
        BadAnswer: the body is no answer of XenAPI, or its result is no `kind`.
    """
    try:
        answer = _answer(body)
        if answer.error is not None:
            raise XapiError(answer.error.message, _params(answer.error.data))
        if isinstance(answer.result, UnsetType):
            raise BadAnswer("it holds neither a result nor an error", body)
        if kind is Raw:
            return cast(T, answer.result)
        return msgspec.json.decode(answer.result, type=kind, strict=False)
    except msgspec.DecodeError as error:
        raise BadAnswer(str(error), body) from None


def _answer(body: bytes) -> _Answer:
    try:
        return msgspec.json.decode(body, type=_Answer)
    except msgspec.DecodeError:
        return msgspec.json.decode(_strict(body), type=_Answer)


def _params(data: Raw) -> tuple[str, ...]:
    values = msgspec.json.decode(data)
    if not isinstance(values, list):
        values = [values]
    return tuple(value if isinstance(value, str) else msgspec.json.encode(value).decode() for value in values)


def _strict(body: bytes) -> bytes:
    """XAPI writes infinite and undefined floats as bare words, which is not JSON; they become null."""
    if b"nan" not in body and b"inf" not in body and b"NaN" not in body and b"Infinity" not in body:
        return body
    try:
        msgspec.json.decode(body, type=Raw)
    except msgspec.DecodeError:
        loose = json.loads(body, parse_constant=lambda _: None)
        return msgspec.json.encode(loose)
    return body
