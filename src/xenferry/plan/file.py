"""A plan as a file: JSON that a person can read, compare and approve, and that a later run carries out unchanged."""

from __future__ import annotations

from pathlib import Path

import msgspec

from xenferry.plan.steps import CreateSR, Plan
from xenferry.pool.secrets import without_secrets

FORMAT = 1


class BadPlan(ValueError):
    """The text is no plan that this version can carry out; the message says where and why."""


def dump(plan: Plan) -> bytes:
    """The plan as indented JSON, ending in a newline.

    Raises:
        BadPlan: a step holds a password, which is kept in no file and no journal.
    """
    _check_secrets(plan, "plan")
    return msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"


def parse(text: bytes | str, source: str = "plan") -> Plan:
    """Read what `dump` wrote.

    Raises:
        BadPlan: not JSON, not a plan, of a newer format, with a password, or with steps that contradict each other.
    """
    try:
        _check_format(msgspec.json.decode(text), source)
        plan = msgspec.json.decode(text, type=Plan)
    except msgspec.ValidationError as wrong:
        raise BadPlan(f"{source}: this is JSON, but no plan of xenferry: {wrong}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise BadPlan(f"{source}: this is not JSON: {wrong}; a plan is a file written with --save") from None
    _check_keys(plan, source)
    _check_secrets(plan, source)
    return plan


def save(plan: Plan, path: Path) -> None:
    """Write the plan to a file.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_bytes(dump(plan))


def load(path: Path) -> Plan:
    """Read a plan from a file.

    Raises:
        OSError: the file cannot be read.
        BadPlan: see `parse`.
    """
    return parse(path.read_bytes(), str(path))


def _check_format(raw: object, source: str) -> None:
    found = raw.get("format", FORMAT) if isinstance(raw, dict) else FORMAT
    if found != FORMAT:
        raise BadPlan(f"{source}: the plan has format {found}, this xenferry knows format {FORMAT}; make the plan anew")


def _check_secrets(plan: Plan, source: str) -> None:
    for step in plan.steps:
        config = dict(step.device_config) if isinstance(step, CreateSR) else {}
        secret = [key for key, value in without_secrets(config).items() if value != config[key]]
        if secret:
            raise BadPlan(
                f"{source}: step {step.key!r} holds a secret in device_config:{secret[0]}; plans and the journal are "
                "files and hold none. Create such an SR with xe or your usual client."
            )


def _check_keys(plan: Plan, source: str) -> None:
    known: set[str] = set()
    for step in plan.steps:
        if step.key in known:
            raise BadPlan(f"{source}: two steps have the key {step.key!r}; keys must be unique")
        missing = [key for key in step.after if key not in known]
        if missing:
            raise BadPlan(f"{source}: step {step.key!r} waits for {missing[0]!r}, which is no earlier step")
        known.add(step.key)
