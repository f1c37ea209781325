"""NICs lined up from a form: what a person says of cables that the pool does not tell, and the plan that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from xenferry.plan.align_nics import align_nics
from xenferry.plan.steps import Plan
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.web.wishes import Form, Unclear

CHOICE = re.compile(r"--name (?P<host>.*):(?P<device>[^:=]+)=(?P<name>eth\d+)( \(.*\))?", re.DOTALL)
"""An answer as a plan offers it (`xenferry.plan.wiring.asking.option`)."""
ANSWER = re.compile(r"(?P<uuid>[^=]+)=(?P<name>eth\d{1,4})")


class Question(Struct, frozen=True):
    """A cable that is not known."""

    text: str
    answers: tuple[tuple[str, str], ...]
    """As the form sends it, and in words."""


def questions(s: Snapshot, plan: Plan) -> list[Question]:
    """What a person has to decide before NICs can be renamed."""
    asked = (left for left in plan.left if left.guest.kind == "PIF")
    return [Question(left.reason, tuple(_answers(s, left.choices))) for left in asked]


def _answers(s: Snapshot, choices: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for choice in choices:
        found = CHOICE.fullmatch(choice)
        nics = [pif for pif in s.PIF.values() if found and pif.physical and pif.device == found["device"]]
        for pif in nics:
            if found and s.name(pif.host) == found["host"]:
                yield (
                    f"{pif.uuid}={found['name']}",
                    f"{pif.device} of {found['host']} is {found['name']}{found[4] or ''}",
                )


def told(s: Snapshot, form: Form) -> dict[Ref, str]:
    """NIC -> the name of its cable, as the form says. Raises Unclear."""
    known = {pif.uuid: pif.ref for pif in s.PIF.values() if pif.physical}
    found = {}
    for text in filter(None, form.get("told", [])):
        answer = ANSWER.fullmatch(text)
        if answer is None or answer["uuid"] not in known:
            raise Unclear("The form names a NIC that is not there any more. Look again.")
        found[known[answer["uuid"]]] = answer["name"]
    return found


def aligned(s: Snapshot, names: Mapping[Ref, str], form: Form) -> Plan:
    """The plan. Raises Unclear."""
    try:
        return align_nics(s, shut_down=bool(form.get("shut_down")), told=names)
    except ValueError as error:
        raise Unclear(f"{error}.") from None
