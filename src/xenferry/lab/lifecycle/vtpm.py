"""What may be done with a virtual TPM: it can go while its guest is halted."""

from __future__ import annotations

from xenferry.lab.placement.facts import Facts


def allowed_operations(facts: Facts, vtpm: str) -> list[str]:
    halted = facts.get("VM", facts.get("VTPM", vtpm)["VM"])["power_state"] == "Halted"
    return ["destroy"] if halted else []
