"""On which host XAPI starts or resumes a guest when the caller does not say."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.evacuation.packing import anti_affinity, running_members
from xenferry.lab.placement import core, memory, reach
from xenferry.lab.placement.facts import Facts
from xenferry.lab.placement.version import highest_in_pool


def choose(ctx: Context, vm: str) -> str:
    """The affinity host if it can take the guest, else any that can, at random; the group's emptiest hosts first.

    Raises NO_HOSTS_AVAILABLE []; HOST_NOT_ENOUGH_FREE_MEMORY [needed; available] when a host has the memory that XAPI's
    placement reckons with, but not what the guest takes there.
    Simplification: hosts are not ranked by their GPUs or network functions.
    """
    facts = ctx.lab.hypervisor.facts
    able = candidates(facts, vm, with_memory=True)
    if not able:
        for host in candidates(facts, vm, with_memory=False):
            if _squeezes_in(facts, vm, host):
                memory.check(facts, vm, host)
        raise LabError("NO_HOSTS_AVAILABLE")
    group = anti_affinity(facts, vm) if facts.licensed("vm_groups") else ""
    if group:
        count = running_members(facts, group)
        fewest = min(count.get(host, 0) for host in able)
        able = [host for host in able if count.get(host, 0) == fewest]
    affinity = facts.get("VM", vm)["affinity"]
    return str(affinity) if affinity in able else any_of(ctx, able)


def any_of(ctx: Context, able: list[str]) -> str:
    """XAPI's choice among hosts that are all the same to it: chance."""
    return ctx.lab.hypervisor.random.choice(able)


def seeing(ctx: Context, srs: set[str]) -> list[str]:
    """Live hosts that have all these SRs plugged. One whose own records are in disorder is left out, as by XAPI."""
    return [host for host in ctx.db.all("host") if _sees(ctx.lab.hypervisor.facts, host, srs)]


def _sees(facts: Facts, host: str, srs: set[str]) -> bool:
    try:
        return facts.live(host) and srs <= reach.plugged_srs(facts, host)
    except LabError:
        return False


def _squeezes_in(facts: Facts, vm: str, host: str) -> bool:
    """Whether placement thinks the guest fits when all guests balloon down; other hosts it never proposes."""
    record = facts.get("VM", vm)
    return memory.free(facts, host) >= int(record["memory_dynamic_min"] + record["memory_overhead"])


def candidates(facts: Facts, vm: str, *, with_memory: bool) -> list[str]:
    """Hosts on which the guest may start now: able, live, not being evacuated, upgraded as far as any."""
    found = []
    for host, record in facts.all("host").items():
        if "evacuate" in record["current_operations"].values() or (
            facts.upgrading and not highest_in_pool(facts, host)
        ):
            continue
        if core.refusal(core.check, facts, vm, host, with_memory=with_memory) is None:
            found.append(host)
    return found
