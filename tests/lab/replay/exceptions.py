"""Differences that come from where a recording was made, not from XAPI: each rule with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from replay.recording import Line


def _outside(line: Line, hosts: Mapping[str, str]) -> bool:
    return line["host"] not in hosts


def _undocumented(line: Line, _hosts: Mapping[str, str]) -> bool:
    return line["method"] == "system.listMethods" or "system.listMethods" in line.get("request_body", "")


def _certificate(line: Line, _hosts: Mapping[str, str]) -> bool:
    return "certificate" in line["method"]


def _blotted(line: Line, _hosts: Mapping[str, str]) -> bool:
    return line["protocol"] == "xml-rpc" and "<secret>" in str(line.get("body"))


RULES: tuple[tuple[str, Callable[[Line, Mapping[str, str]], bool]], ...] = (
    ("a host that is not in the captured pool was asked", _outside),
    ("the order of undocumented methods is that of XAPI's build", _undocumented),
    ("the certificate is another one", _certificate),
    ("the recorder put <secret> into the answer, which is no XML then; JSON shows the same call", _blotted),
)


def reason_for(line: Line, hosts: Mapping[str, str]) -> str | None:
    """Why a difference at this exchange is none of the lab's, or None."""
    return next((reason for reason, holds in RULES if holds(line, hosts)), None)
