"""`xe` for codes that it has words for: a sentence, then one line per parameter: `vm: UUID (name)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors import catalogue
from xenferry.errors.reading.clean import is_handle, tidy
from xenferry.errors.reading.raw import Raw

ORDER = 55

PHRASES = {
    "have access to an SR needed by the VM": "VM_REQUIRES_SR",
    "have a PIF on a Network needed by the VM": "VM_REQUIRES_NETWORK",
    "operation that was explicitly blocked": "OPERATION_BLOCKED",
    "not in an appropriate power state": "VM_BAD_POWER_STATE",
    "attempted an operation that was not allowed": "OPERATION_NOT_ALLOWED",
    "memory is available to perform this operation": "HOST_NOT_ENOUGH_FREE_MEMORY",
    "on a VM which lacks the feature": "VM_LACKS_FEATURE",
    "specified host is disabled": "HOST_DISABLED",
    "specified server is disabled": "HOST_DISABLED",
    "available to complete the specified operation": "NO_HOSTS_AVAILABLE",
    "involves a host which could not be contacted": "HOST_OFFLINE",
    "Cannot forward messages because": "CANNOT_CONTACT_HOST",
    "Another operation involving the object is currently in progress": "OTHER_OPERATION_IN_PROGRESS",
    "credentials given by the user are incorrect": "SESSION_AUTHENTICATION_FAILED",
    "cannot make regular API calls directly on a": "HOST_IS_SLAVE",
    "PCI devices passed through": "VM_HAS_PCI_ATTACHED",
    "requires PV drivers to be installed": "VM_MISSING_PV_DRIVERS",
    "incompatible with the CPU features of this host": "VM_INCOMPATIBLE_WITH_THIS_HOST",
    "still connected to a host via a PBD": "SR_HAS_PBD",
    "because the SR is not empty": "SR_NOT_EMPTY",
    "maximal number of concurrently migrating VMs": "TOO_MANY_STORAGE_MIGRATES",
    "due to an internal error. The given message": "INTERNAL_ERROR",
    "host cannot be evacuated": "CANNOT_EVACUATE_HOST",
    "server cannot be evacuated": "CANNOT_EVACUATE_HOST",
    "has changed block tracking (CBT) enabled": "VDI_CBT_ENABLED",
    "you supplied was invalid": "UUID_INVALID",
}
"""Words in XAPI's own English messages that no other message has, and the code they belong to."""

_BEGIN = re.compile("(" + "|".join(re.escape(words).replace(r"\ ", r"\s+") for words in PHRASES) + ")")
_LINE = re.compile(r"\n[ ]*([A-Za-z][\w -]{0,30}?)[ ]?:[ ]*([^\n]{0,4000})")
_REST = re.compile(r"[^\n]*(?:\n(?![ ]*[A-Za-z][\w -]{0,30}?[ ]?:)[ ]*[a-z(][^\n]*){0,4}")
_NAMED = re.compile(r"([0-9a-f-]{36}|OpaqueRef:\S+)\s*\((.*)\)\s*\Z")
_SAME = {"server": "host", "reference": "ref", "message": "message", "needed": "needed"}


def find(text: str) -> Iterator[Raw]:
    """Every such sentence with the lines that follow it."""
    for begin in _BEGIN.finditer(text):
        code = PHRASES[tidy(begin[1])]
        rest = _REST.match(text, begin.end())
        at = rest.end() if rest else begin.end()
        lines, end = _lines(text, at)
        start = max(text.rfind("\n", 0, begin.start()) + 1, begin.start() - 300)
        named = tuple(_named(label, value) for label, value in lines if _NAMED.match(value))
        yield Raw(code, _ordered(code, lines), "xe-words", start, end, "", {}, named)


def _lines(text: str, at: int) -> tuple[list[tuple[str, str]], int]:
    found: list[tuple[str, str]] = []
    while len(found) < 8 and (line := _LINE.match(text, at)) is not None:
        found.append((line[1].strip().lower(), tidy(line[2])))
        at = line.end()
    return found, at


def _ordered(code: str, lines: list[tuple[str, str]]) -> tuple[str, ...]:
    """The parameters in XAPI's order, if every line is one of this code's, else as they stand."""
    values = {label: _value(value) for label, value in lines}
    declared = [name.lower() for name in catalogue.parameters(code) or ()]
    if values and all(label in declared for label in values):
        return tuple(values[name] for name in declared if name in values)
    return tuple(values.values())


def _value(value: str) -> str:
    named = _NAMED.match(value)
    return named[1] if named and is_handle(named[1]) else value


def _named(label: str, value: str) -> tuple[str, str, str]:
    found = _NAMED.match(value)
    assert found is not None
    return _SAME.get(label, label), found[1], found[2]
