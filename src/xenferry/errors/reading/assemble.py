"""From a find in a text to a reading: which objects it names, what the storage driver's detail says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from xenferry.errors import catalogue
from xenferry.errors.reading import detail
from xenferry.errors.reading.clean import is_handle
from xenferry.errors.reading.expression import expressions
from xenferry.errors.reading.raw import Raw, is_code
from xenferry.errors.reading.value import Reading, Thing

_ROLES = {
    "interface": "pif",
    "device": "pif",
    "source": "source",
    "destination": "host",
    "ref": "object",
    "handle": "object",
    "targetHost": "target host",
    "migrationNetwork": "migration network",
    "vms": "vm",
    "vmId": "vm",
    "hostId": "host",
    "sr_id": "sr",
    "srId": "sr",
}
_MOUNT = re.compile(r"sr-mount/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_SERVER = re.compile(r"(?:on|from) server [`'\"]?([^\s`'\"]+?)[`'\"]?(?:\s|$)")


def assemble(raw: Raw) -> Reading:
    """The reading of one find; on which line it stands is not told yet."""
    storage = raw.code.startswith("SR_BACKEND_FAILURE")
    text, opterr = detail.split_text(raw.params[1]) if storage and len(raw.params) > 1 else ("", "")
    arguments = raw.arguments
    if opterr and "server" not in arguments and (server := _SERVER.search(opterr)):
        arguments = {**arguments, "server": server[1]}
    return Reading(
        code=raw.code,
        params=raw.params,
        form=raw.form,
        start=raw.start,
        end=raw.end,
        operation=raw.operation,
        arguments=arguments,
        things=tuple(dict.fromkeys(_things(raw, opterr))),
        text=text,
        opterr=opterr,
        errno=detail.error_number(text if raw.form == "program" else opterr),
        return_code=detail.return_code(opterr),
    )


def _things(raw: Raw, opterr: str) -> Iterator[Thing]:
    for role, value, name in raw.named:
        yield Thing(role=role, value=value, name=name)
    for role, param in zip(_names(raw), raw.params, strict=False):
        if is_handle(param) and not any(param == value for _, value, _ in raw.named):
            yield Thing(role=role, value=param)
    for mounted in _MOUNT.findall(opterr):
        yield Thing(role="sr", value=mounted)
    for key, value in raw.arguments.items():
        if is_handle(value):
            yield Thing(role=_argument_role(key, raw.operation), value=value)


def _names(raw: Raw) -> tuple[str, ...]:
    if raw.code == "HOST_NOT_ENOUGH_FREE_MEMORY" and len(raw.params) == 1:
        return ("vm",)
    if raw.code in ("NO_HOSTS_AVAILABLE", "VMS_FAILED_TO_COOPERATE"):
        return ("vm",) * len(raw.params)
    if raw.code == "OTHER_OPERATION_IN_PROGRESS" and raw.params:
        return ("", raw.params[0].partition(".")[0].lower(), "", "task")
    if raw.code == "HANDLE_INVALID" and raw.params:
        return ("", raw.params[0].lower())
    declared = catalogue.parameters(raw.code) or ()
    return tuple(_ROLES.get(name, name.lower().rpartition(" ")[2]) for name in declared)


def _argument_role(key: str, operation: str) -> str:
    if key in ("id", "uuid"):
        return operation.partition(".")[0].lower() or "object"
    return _ROLES.get(key, key.lower())


def unpack(reading: Reading) -> Iterator[Reading]:
    """The reading, then those packed in it, each `within` it.

    CANNOT_EVACUATE_HOST holds `CODE,p1,p2|CODE,p1`, one for each guest; an INTERNAL_ERROR may hold the error of another
    program as `S(CODE);[S(p1);S(p2)]`.
    """
    yield reading
    for inner in (*_listed(reading), *_nested(reading)):
        yield replace(assemble(inner), within=reading.code, log=reading.log)


def _listed(reading: Reading) -> Iterator[Raw]:
    if reading.code != "CANNOT_EVACUATE_HOST":
        return
    for packed in reading.param(0).split("|"):
        code, *params = (piece.strip() for piece in packed.split(","))
        if is_code(code):
            yield Raw(code, tuple(params), reading.form, reading.start, reading.end, reading.operation)


def _nested(reading: Reading) -> Iterator[Raw]:
    if reading.code != "INTERNAL_ERROR":
        return
    for code, params in expressions(" ".join(reading.params)):
        yield Raw(code, params, reading.form, reading.start, reading.end, reading.operation, reading.arguments)
