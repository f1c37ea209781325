"""The same error twice in one text is one reading, with what either of them tells."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from xenferry.errors.reading.value import Reading

_LOGS = {"xapi-log", "sm-log", "sm-exception", "xenopsd", "internal"}
_WITHOUT_PARAMETERS = {"bare", "xe-words", "sentence", "json", "xo-log", "json-piece"}
"""Forms that may name a code and leave out its parameters."""

_ECHOES = {"XO_OPERATION_FAILED", "XO_UNKNOWN_ERROR", "XO_NO_EXPORTS_LISTED"}


def merge(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Readings with equal codes and parameters joined; a bare code is dropped when the error itself is there too.

    Where nothing but mentions of a code are there, the one that says most stands for all.
    """
    joined: dict[tuple[str, tuple[str, ...], str], Reading] = {}
    for reading in readings:
        key = (reading.code, _comparable(reading), reading.within)
        joined[key] = _join(joined[key], reading) if key in joined else reading
    told = {reading.code for reading in joined.values() if _tells(reading)}
    mentions = [reading for reading in joined.values() if not _tells(reading) and reading.code not in told]
    longest = {reading.code: reading for reading in sorted(mentions, key=lambda one: len("".join(one.params)))}
    return _without_echoes(one for one in joined.values() if _tells(one) or one is longest.get(one.code))


def _without_echoes(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """The errors that tell why, without those that only say that something failed; these where nothing else is told."""
    every = tuple(readings)
    telling = tuple(one for one in every if not _is_echo(one))
    return telling or every


def _is_echo(reading: Reading) -> bool:
    """What Xen Orchestra, Node.js or a driver's log says as well when something has failed."""
    return reading.code in _ECHOES or reading.code == "ERR_ASSERTION" or reading.form == "sm-exception"


def _tells(reading: Reading) -> bool:
    """Whether it is more than the mention of a code, or of a driver's sentence without detail."""
    if reading.form == "sm-text":
        return bool(reading.opterr)
    return bool(reading.params) or reading.form not in _WITHOUT_PARAMETERS


def _comparable(reading: Reading) -> tuple[str, ...]:
    """A driver's text is the same error with and without the driver's output."""
    return reading.params[:2] if reading.code.startswith("SR_BACKEND_FAILURE") else reading.params


def _join(first: Reading, second: Reading) -> Reading:
    richer, other = (first, second) if first.operation or not second.operation else (second, first)
    return replace(
        richer,
        arguments={**other.arguments, **richer.arguments},
        things=tuple(dict.fromkeys((*richer.things, *other.things))),
        start=first.start,
        end=first.end,
        times=first.times + second.times if second.form in _LOGS else first.times,
    )
