"""Which program, thread and task wrote a line of the host's logs, and so what was asked for when the error came.

Jun  7 13:36:44 host xapi: [error|host|66894 INET :::80|Async.VM.pool_migrate R:cb67d5d07c2b|xapi] ...
Jun  7 13:36:44 host SM: [23615] sr_create {...}
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from xenferry.errors.reading.value import LogLine, Reading

_XAPI = re.compile(
    r"(?:^|\s)(?P<program>xapi|xenopsd-\w+|xenopsd|squeezed|xcp-networkd|xcp-rrdd|xapi-storage-script): "
    r"\[ ?\w+\|[^|\]\n]{0,80}\|(?P<thread>\d{1,12})[^|\]\n]{0,80}\|(?P<task>[^|\]\n]{0,120})\|"
)
_SM = re.compile(r"(?:^|\s)(?P<program>SM|SMGC|SMAPIv3): \[(?P<thread>\d{1,9})\] ")
_TIME = re.compile(r"\s*(?:\S*?:)?([A-Z][a-z]{2} +\d+ [\d:.]+|\d{4}-?\d\d-?\d\d[T ][\d:.]+\S*)\s")
_COMMAND = re.compile(r"\bSM: \[(\d{1,9})\] ((?:sr|vdi|pbd)_[a-z_]{3,30}) \{")
_TASK_NAME = re.compile(r"(?:Async\.|dispatch:)?([A-Za-z_]{2,20}\.[A-Za-z_]{3,40})\b")
_CALLS = {
    "sr_create": "SR.create",
    "sr_probe": "SR.probe",
    "sr_attach": "PBD.plug",
    "sr_detach": "PBD.unplug",
    "sr_scan": "SR.scan",
    "sr_delete": "SR.destroy",
}
"""What XAPI was asked for when it gives a driver this command; a disk's commands are called alike (VDI.snapshot)."""


def commands(text: str) -> Mapping[str, list[tuple[int, str]]]:
    """For each process of the storage drivers the commands it was given: place and call."""
    found: dict[str, list[tuple[int, str]]] = {}
    for command in _COMMAND.finditer(text) if "SM: [" in text else ():
        kind, _, verb = command[2].partition("_")
        call = _CALLS.get(command[2], f"{kind.upper()}.{verb}")
        found.setdefault(command[1], []).append((command.start(), call))
    return found


def placed(reading: Reading, text: str, given: Mapping[str, list[tuple[int, str]]]) -> Reading:
    """The reading with the log line that it begins on, and with the operation that this line tells."""
    begin = text.rfind("\n", 0, reading.start) + 1
    line = text[begin : min(reading.start, begin + 600)]
    found = _XAPI.search(line) or _SM.search(line)
    if found is None:
        return reading
    time = _TIME.match(line)
    groups = found.groupdict("")
    log = LogLine(
        time=time[1] if time else "",
        program=groups["program"],
        thread=groups["thread"],
        task=groups.get("task", "").strip(),
    )
    operation = reading.operation or _operation(log, reading.start, given)
    return replace(reading, log=log, operation=operation)


def _operation(log: LogLine, at: int, given: Mapping[str, list[tuple[int, str]]]) -> str:
    if log.task:
        name = _TASK_NAME.match(log.task)
        return name[1] if name else ""
    before = [call for place, call in given.get(log.thread, ()) if place < at]
    return before[-1] if before else ""
