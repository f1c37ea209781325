"""A pool as a file: for bug reports, work without the pool, and twins. Its shape is XenAPI's own.

The file is a JSON object `{class: {reference: record}}` as `get_all_records` answers, plus the key `xenferry` with the
time, XAPI's version and what probes observed. A name that ends in `.gz` is compressed. Two other forms of the same are
read: an object with the tables under `records`, and a recording of `get_all_records` exchanges, a JSON line each. Of a
file with many lines, `FILE#N` is line N.
"""

from __future__ import annotations

import gzip
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from xenferry.pool.reading import Caller, CaptureError, clock, pinpoint, read_pool, read_tables, whole
from xenferry.pool.records import CLASSES
from xenferry.pool.secrets import WITHHELD, without_secrets
from xenferry.pool.snapshot import Observation, Snapshot, Tables

__all__ = ["CaptureError", "Origin", "clock", "load", "load_tables", "read_pool", "read_tables", "save", "write"]

FORMAT = 1


class Origin(Struct, frozen=True, kw_only=True):
    """Where a capture comes from: its key `xenferry`."""

    format: int = FORMAT
    taken_at: float = 0.0
    xapi: str = ""
    observations: tuple[Observation, ...] = ()


async def save(pool: Caller, path: Path) -> None:
    """Capture a live pool into a file, without secrets; whole or not at all.

    Raises:
        OSError: the file cannot be written.
        XapiError, Unreachable
    """
    tables = await read_tables(pool)
    write(tables, path, taken_at=await clock(pool, tables))


def write(tables: Tables, path: Path, *, taken_at: float, observations: tuple[Observation, ...] = ()) -> None:
    """Write tables into a file that only its owner reads, without secrets; whole or not at all."""
    kept = {
        name: {ref: without_secrets(dict(record)) for ref, record in rows.items()}
        for name, rows in tables.items()
        if name not in WITHHELD
    }
    origin = Origin(taken_at=taken_at, xapi=_version(tables), observations=observations)
    text = msgspec.json.format(msgspec.json.encode({"xenferry": origin, **kept}), indent=1)
    _replace(path, gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def load(path: Path) -> Snapshot:
    """The pool in a file.

    Raises:
        CaptureError
        OSError: the file cannot be read.
    """
    tables, origin = load_tables(path)
    return _snapshot(tables, origin, str(path))


def load_tables(path: Path) -> tuple[dict[str, dict[str, Any]], Origin]:
    """The tables in a file as they stand there, and where they come from.

    Raises:
        CaptureError
        OSError: the file cannot be read.
    """
    file, line = _split(path)
    data = _bytes(file)
    if line is None and _is_one_object(data):
        return _tables(_json(data, str(path)), str(path))
    lines = [text for text in data.splitlines() if text.strip()]
    if line is not None:
        if not 1 <= line <= len(lines):
            raise CaptureError(f"{file} has {len(lines)} lines, and {path.name} asks for line {line}")
        return _tables(_json(lines[line - 1], f"{file}, line {line}"), f"{file}, line {line}")
    return _recording(lines, str(path))


def _split(path: Path) -> tuple[Path, int | None]:
    match = re.fullmatch(r"(.+)#(\d+)", str(path))
    return (Path(match[1]), int(match[2])) if match and not path.exists() else (path, None)


def _bytes(file: Path) -> bytes:
    data = file.read_bytes()
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError) as error:
        raise CaptureError(f"{file} begins like a gzip file and is none: {error}") from None


def _is_one_object(data: bytes) -> bool:
    """A capture is one JSON object over many lines; a recording is an object a line."""
    first, _, rest = data.lstrip().partition(b"\n")
    if not rest.strip():
        return True
    try:
        msgspec.json.decode(first, type=Raw)
    except msgspec.DecodeError:
        return True
    return False


def _json(data: bytes, where: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise CaptureError(f"{where} is no JSON: {error}{_place(data, str(error))}") from None
    if not isinstance(value, dict):
        raise CaptureError(f"{where} holds {type(value).__name__}, not an object of tables by class name")
    return value


def _place(data: bytes, text: str) -> str:
    """Line and column of a decoder's byte position."""
    match = re.search(r"byte (\d+)", text)
    if match is None:
        return ""
    before = data[: int(match[1])]
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return f" (line {line}, column {column})"


def _tables(value: Mapping[str, Any], where: str) -> tuple[dict[str, dict[str, Any]], Origin]:
    held = value.get("records", value)
    if not isinstance(held, dict):
        raise CaptureError(f"{where}: `records` is {type(held).__name__}, expected an object of tables by class name")
    tables = {name: rows for name, rows in held.items() if name != "xenferry"}
    for name, rows in tables.items():
        if name in CLASSES and not isinstance(rows, dict):
            raise CaptureError(f"{where}: {name} is {type(rows).__name__}, expected an object of records by reference")
    if not any(name in CLASSES for name in tables):
        seen = ", ".join(list(tables)[:4]) or "nothing"
        raise CaptureError(f"{where} holds no table of XenAPI (seen: {seen}; expected: pool, host, VM, ...)")
    return {name: rows for name, rows in tables.items() if isinstance(rows, dict)}, _origin(value, where)


def _origin(value: Mapping[str, Any], where: str) -> Origin:
    hidden = value.get("internal")
    observations = tuple(_hidden(hidden)) if isinstance(hidden, dict) else ()
    try:
        origin = msgspec.convert(value.get("xenferry", {}), Origin)
    except msgspec.ValidationError as error:
        raise CaptureError(f"{where}: in `xenferry`: {error}") from None
    if origin.format > FORMAT:
        raise CaptureError(f"{where} was written by a newer xenferry (format {origin.format}, known is {FORMAT})")
    return msgspec.structs.replace(origin, observations=origin.observations + observations)


def _hidden(classes: Mapping[str, Any]) -> Iterator[Observation]:
    """Fields that XAPI's checks read and its API hides, where a recording holds them."""
    for rows in classes.values():
        for ref, fields in rows.items():
            yield Observation(kind="internal", subject=ref, value=fields)


class _Exchange(Struct):
    """A line of a recording of requests and answers."""

    method: str = ""
    protocol: str = ""
    body: str = ""


class _Answer(Struct):
    result: Any = None


def _recording(lines: list[bytes], where: str) -> tuple[dict[str, dict[str, Any]], Origin]:
    tables: dict[str, dict[str, Any]] = {}
    for number, text in enumerate(lines, 1):
        try:
            line = msgspec.json.decode(text, type=_Exchange)
            name, _, call = line.method.partition(".")
            if call == "get_all_records" and line.protocol.startswith("json"):
                result = msgspec.json.decode(line.body, type=_Answer).result
                if isinstance(result, dict):
                    tables.setdefault(name, result)
        except msgspec.DecodeError as error:
            raise CaptureError(f"{where}, line {number}: {error}") from None
    if not tables:
        raise CaptureError(
            f"{where} has {len(lines)} lines and no `get_all_records` exchange. If each line is a capture, name one: "
            f"{where}#1"
        )
    return tables, Origin()


def _snapshot(tables: Tables, origin: Origin, where: str) -> Snapshot:
    try:
        snapshot = Snapshot.from_tables(tables, taken_at=origin.taken_at, observations=origin.observations)
    except msgspec.ValidationError as error:
        raise CaptureError(f"{where}: {pinpoint(tables)}: {error}") from None
    return whole(snapshot, where)


def _version(tables: Tables) -> str:
    for host in tables.get("host", {}).values():
        versions = host.get("software_version", {})
        return str(versions.get("xapi_build") or versions.get("xapi") or "")
    return ""


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
