"""The plan to empty a host: for each guest on it a destination, or what XAPI has against moving it.

One target host that cannot take a guest spoils it for that guest, even if others could: XAPI asks every target.
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab.error import LabError
from xenferry.lab.evacuation import packing
from xenferry.lab.hashing import in_table
from xenferry.lab.lifecycle.guest import operation_error
from xenferry.lab.placement import core, ha
from xenferry.lab.placement.facts import Facts
from xenferry.lab.placement.version import not_decreasing

Outcome = Mapping[str, "str | LabError"]
"""Guest -> destination, or what is against it; in the order in which XAPI goes through them."""


def targets(facts: Facts, host: str) -> list[str]:
    """All other enabled hosts whose software is not older; whether they live is not asked."""
    enabled = [ref for ref, record in facts.all("host").items() if record["enabled"] and ref != host]
    return [ref for ref in enabled if not_decreasing(facts, host, ref)]


def make(facts: Facts, host: str, *, ignore_ha: bool = False) -> Outcome:
    """XAPI's evacuation plan without workload balancing."""
    outcome = _made(facts, host, ignore_ha=ignore_ha)
    return {vm: outcome[vm] for vm in in_table(outcome)}


def _made(facts: Facts, host: str, *, ignore_ha: bool) -> Outcome:
    guests = [vm for vm in facts.get("host", host)["resident_VMs"] if not facts.get("VM", vm)["is_control_domain"]]
    places = targets(facts, host)
    if not places:
        return {vm: LabError("NO_HOSTS_AVAILABLE", vm) for vm in guests}
    outcome: dict[str, str | LabError] = {}
    with_ha = facts.pool["ha_enabled"] and not ignore_ha
    protected = [vm for vm in guests if not with_ha or ha.is_protected(facts.get("VM", vm))]
    code = "HOST_EVACUATE_VM_NOT_HA_PROTECTED" if facts.xapi >= (26, 17) else "HOST_NOT_ENOUGH_FREE_MEMORY"
    outcome |= {vm: LabError(code, vm) for vm in guests if vm not in protected}
    refused = {vm: error for vm in protected if (error := _refusal(facts, vm, places))}
    outcome |= refused
    outcome |= {vm: error for vm in guests if (error := operation_error(facts, vm, "pool_migrate"))}
    return _place(facts, outcome, [vm for vm in protected if vm not in refused], places)


def _place(facts: Facts, outcome: dict[str, str | LabError], guests: list[str], places: list[str]) -> Outcome:
    placed = dict(packing.plan(facts, guests, places))
    outcome |= {vm: LabError("HOST_NOT_ENOUGH_FREE_MEMORY", vm) for vm in guests if vm not in placed}
    for vm, place in placed.items():
        error = _refusal(facts, vm, [place])
        if error:
            outcome[vm] = error
        outcome.setdefault(vm, place)
    return outcome


def _refusal(facts: Facts, vm: str, places: list[str]) -> LabError | None:
    for place in places:
        error = core.refusal(core.check, facts, vm, place, with_memory=False)
        if error:
            return error
    return None


def errors(outcome: Outcome) -> dict[str, LabError]:
    """Only the guests that prevent the evacuation; XAPI collects them from the end of its plan."""
    return {vm: result for vm, result in reversed([*outcome.items()]) if isinstance(result, LabError)}


def check(facts: Facts, host: str) -> None:
    """host.assert_can_evacuate. Raises CANNOT_EVACUATE_HOST [all errors in one text]."""
    found = errors(make(facts, host)).values()
    if found:
        text = "|".join(",".join(error.description) for error in found)
        raise LabError("CANNOT_EVACUATE_HOST", text)
