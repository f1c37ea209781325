"""What programs of dom0 say themselves, without a storage driver around it: mount, mount.cifs, iscsiadm, showmount.

It stands under the code with which a storage driver passes such a failure on. Steps that these programs tell on the way
(`trying text-based options`) are no errors; a step that failed counts only if nothing else is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.raw import Raw

ORDER = 72

_TEXT = r"(?:(?!\\n|\\\")[^\n\"'`]){3,300}"
_SAID = f"(?P<said>{_TEXT})"
_FAR = 1_500
"""Characters before a message within which the command that it answers is looked for."""
_SHARE = re.compile(r"(?P<server>\[[0-9a-fA-F:]+\]|[A-Za-z0-9_][\w.-]*):(?P<path>/[^\s,;'\"`)\\]*)")
_MOUNTED = re.compile(r"\bmount(?:\.nfs4?)? [^\n]{0,300}?\bnfs4?\b[^\n]{0,300}")
_SMB_SHARE = re.compile(r"(?://|\\\\)[\w.-]+[/\\][^\s'\"`]{1,200}")
_UNREACHABLE = ("connection refused", "no route to host", "network is unreachable", "host is down")
_UNKNOWN_NAME = ("failed to resolve", "could not resolve", "name or service not known")


@dataclass(frozen=True)
class Program:
    """How a program's messages begin, which of them are steps and which are failed steps, and their usual code."""

    name: str
    begins: re.Pattern[str]
    step: re.Pattern[str]
    weak: re.Pattern[str]
    code: int


PROGRAMS = (
    Program(
        "mount.nfs",
        re.compile(rf"\bmount\.nfs4?: {_SAID}"),
        re.compile(r"timeout set|trying |prog \d|portmap query retrying|backgrounding|Either use"),
        re.compile(r"mount\(2\): |portmap query"),
        73,
    ),
    Program(
        "mount.cifs",
        re.compile(rf"\b(?P<said>mount error(?:\(\d{{1,3}}\))?: {_TEXT})"),
        re.compile(r"(?!)"),
        re.compile(r"(?!)"),
        111,
    ),
    Program(
        "iscsiadm",
        re.compile(rf"\biscsiadm: {_SAID}"),
        re.compile(
            r"Could not login to \[|No active sessions|No session|Max file|Matched|sysfs_|connection login ret|>"
        ),
        re.compile(r"Could not (?:log|perform)"),
        141,
    ),
    Program(
        "showmount",
        re.compile(rf"\b(?:clnt_create|clntudp_create|rpcinfo): {_SAID}"),
        re.compile(r"(?!RPC|can't contact)"),
        re.compile(r"(?!)"),
        108,
    ),
)


def find(text: str) -> Iterator[Raw]:
    """Every message that tells a failure; of a program that tells only failed steps the last of these."""
    for program in PROGRAMS:
        found = [(match, tidy(match["said"].replace("*", "")).rstrip(".:")) for match in program.begins.finditer(text)]
        told = [(match, said) for match, said in found if said and not program.step.match(said)]
        strong = [(match, said) for match, said in told if not program.weak.match(said)]
        for match, said in strong or told[-1:]:
            params = ("", said, f"{program.name}: {said}")
            given = _given(program, text, match)
            yield Raw(_code(program, said), params, "program", match.start(), match.end(), "", given)


def _code(program: Program, said: str) -> str:
    lower = said.lower()
    number = program.code
    if any(words in lower for words in _UNKNOWN_NAME):
        number = 140
    elif program.name == "mount.nfs" and any(words in lower for words in _UNREACHABLE):
        number = 108
    elif program.name == "iscsiadm" and ("login" in lower or "initiator reported" in lower or "no records" in lower):
        number = 68
    return f"SR_BACKEND_FAILURE_{number}"


def _given(program: Program, text: str, match: re.Match[str]) -> dict[str, str]:
    """Server and path, out of the message or the command before it."""
    before = text[max(0, match.start() - _FAR) : match.start()]
    if program.name == "mount.cifs":
        shares = _SMB_SHARE.findall(before)
        return {"server": shares[-1]} if shares else {}
    if program.name != "mount.nfs":
        return {}
    commands = [command[0] for command in _MOUNTED.finditer(before)]
    for place in (match["said"], *commands[-1:]):
        if share := _SHARE.search(place):
            return {"server": share["server"].strip("[]"), "serverpath": share["path"]}
    return {}
