"""JSON: Xen Orchestra's log entries, JSON-RPC bodies, task records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.client_words import of_object
from xenferry.errors.reading.raw import Raw, is_code, is_known

ORDER = 10

_DECODER = json.JSONDecoder(strict=False)
_CALL_LINE = re.compile(r"^[ ]*([a-zA-Z]\w{1,30}\.\w{1,40})[ ]*$", re.MULTILINE)
_OPENING = re.compile(r'\{(?=[ \n]{0,200}["}])')
_SECRET = re.compile(r"pass|pwd|secret|token|chap|session", re.IGNORECASE)
"""Arguments whose values are never kept, wherever the explanation may be stored or shown."""
_TOO_DEEP = 2000
_FAILURES = 500
_GAP = 400
"""How far, in characters, a call's name and arguments may stand before its error."""

Found = tuple[str, tuple[str, ...], str, dict[str, str], tuple[tuple[str, str, str], ...]]


def find(text: str) -> Iterator[Raw]:
    """Every error in every JSON object. The object and the name before it are the call's arguments and name."""
    arguments: dict[str, str] = {}
    name, name_at, last_end = "", 0, 0
    for start, end, value in objects(text):
        for line in _CALL_LINE.finditer(text, last_end, start):
            name, name_at, arguments = line[1], line.end(), {}
        errors = list(_errors(value, 0))
        if not errors:
            arguments, last_end = _texts(value), end
            continue
        near = start - max(last_end, name_at) < _GAP
        for code, params, method, given, named in errors:
            context = {**(arguments if near else {}), **given}
            operation = method or (name if near else "")
            yield Raw(code, params, "xo-log" if near and name else "json", start, end, operation, context, named)
        name, arguments, last_end = "", {}, end


def objects(text: str) -> Iterator[tuple[int, int, Any]]:
    """The JSON objects in a text with their places. What does not parse is passed over, never read twice.

    After `_FAILURES` places that do not parse it gives up: each costs Python a look at the whole text before it.
    """
    failures = 0
    at = _next(text, 0)
    while at >= 0 and failures < _FAILURES:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            end = max(error.pos, at + 1)
            failures += 1
        except (RecursionError, ValueError):
            end = at + _TOO_DEEP
            failures += 1
        else:
            yield at, end, value
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    found = _OPENING.search(text, at)
    return found.start() if found else -1


def _errors(value: Any, depth: int) -> Iterator[Found]:
    if depth > 12:
        return
    if isinstance(value, list):
        if value and is_known(value[0]) and all(isinstance(word, str) for word in value):
            yield value[0], _clean(value[1:]), "", {}, ()
            return
        for inner in value:
            yield from _errors(inner, depth + 1)
    elif isinstance(value, dict):
        own = _own(value)
        if own is not None:
            yield own
        for key, inner in value.items():
            if own is None or key in ("cause", "errors"):
                yield from _errors(inner, depth + 1)


def _own(value: dict[str, Any]) -> Found | None:
    """The error that this object itself is, in any of the shapes clients and servers give it."""
    code, message = value.get("code"), value.get("message")
    if is_code(code) and (is_known(code) or "params" in value):
        assert isinstance(code, str)
        method, given, named = _call(value)
        return code, _clean(value.get("params") or value.get("data")), method, given, named
    if is_known(message):
        assert isinstance(message, str)
        return message, _clean(value.get("data")), "", {}, ()
    info = value.get("error_info")
    if isinstance(info, list) and info and is_code(info[0]):
        return info[0], _clean(info[1:]), _of_task(value), {}, ()
    if (own := of_object(value)) is not None:
        return *own, "", {}, ()
    return None


def _clean(params: Any) -> tuple[str, ...]:
    return tuple(tidy(str(word)) for word in params) if isinstance(params, list) else ()


def _call(error: dict[str, Any]) -> tuple[str, dict[str, str], tuple[tuple[str, str, str], ...]]:
    call = error.get("call")
    named: tuple[tuple[str, str, str], ...] = ()
    if isinstance(error.get("objectId"), str):
        named = (("object", error["objectId"], ""),)
    if not isinstance(call, dict):
        return _of_task(error.get("task")), {}, named
    method, params = str(call.get("method", "")), call.get("params")
    if not isinstance(params, list):
        return method, {}, named
    given: dict[str, str] = {}
    for param in params:
        given |= _texts(param)
    return method.removeprefix("Async."), given, (*named, *_first(method, params))


def _first(method: str, params: list[Any]) -> tuple[tuple[str, str, str], ...]:
    """A call's first parameter is the object it is about: for SR.create and SR.probe the host that acts."""
    if not (params and isinstance(params[0], str) and params[0].startswith("OpaqueRef:")):
        return ()
    role = method.removeprefix("Async.").partition(".")[0].lower()
    if method.removeprefix("Async.") in ("SR.create", "SR.probe", "SR.probe_ext"):
        role = "host"
    handles = [(role, params[0], "")]
    if method.endswith(("VM.pool_migrate", "VM.start_on", "VM.resume_on", "assert_can_boot_here")) and len(params) > 1:
        handles.append(("host", str(params[1]), ""))
    return tuple(handles)


def _of_task(task: Any) -> str:
    return str(task.get("name_label", "")).removeprefix("Async.") if isinstance(task, dict) else ""


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {
        str(key): "(hidden)" if _SECRET.search(str(key)) else tidy(inner)
        for key, inner in value.items()
        if isinstance(inner, str)
    }
