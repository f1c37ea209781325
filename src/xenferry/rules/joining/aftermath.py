"""What a join does that nobody is told: networks joined by name, networks lost, processors lowered."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool import records as r
from xenferry.pool.cables import subnets
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import cpu, guest
from xenferry.rules.finding import Severity
from xenferry.rules.joining.hurdle import Hurdle, Sides, tells
from xenferry.rules.words import listed

FEATURES = ("features_hvm", "features_hvm_host", "features_pv", "features_pv_host")
OWN_BRIDGES = ("xen", "xapi", "vif", "tap", "eth")
"""A network may not be made under a bridge whose name begins so: XAPI then goes on without it."""


def _physical(s: Snapshot, host: Ref) -> dict[str, r.PIF]:
    return {pif.device: pif for pif in s.PIF.values() if pif.physical and pif.host == host}


def other_cable(at: Sides) -> Iterator[Hurdle]:
    """XAPI puts a NIC into the pool's network of the same bridge, whatever it is plugged into."""
    mine, theirs = _physical(at.joiner, at.host.ref), _physical(at.pool, at.coordinator.ref)
    for device, pif in mine.items():
        other = theirs.get(device)
        if other is None:
            continue
        here, there = subnets(at.joiner, pif), subnets(at.pool, other)
        untagged = [{str(net) for tag, net in found if tag < 0} for found in (here, there)]
        if untagged[0] and untagged[1] and not untagged[0] & untagged[1]:
            network = at.pool.name(other.network)
            yield from tells(
                "joins-another-cable",
                Severity.RISK,
                f"{device} of {at.name} would join network '{network}', but is in {listed(sorted(untagged[0]))}, and "
                f"the pool's {device} in {listed(sorted(untagged[1]))}: guests there would reach nobody.",
                f"Plug it into the cable of the pool's {device}, or give it another name first (`interface-rename` in "
                f"dom0 of {at.name}); once it has joined, `xenferry nics plan` shows what is left to do.",
            )


def _kept(at: Sides, network: r.Network) -> bool:
    """Whether the joiner's network is there afterwards: one with a NIC, or one that may be made anew."""
    pifs = [at.joiner.PIF[ref] for ref in network.PIFs if ref in at.joiner.PIF]
    internal = network.other_config.get("is_host_internal_management_network") == "true"
    return internal or bool(pifs and pifs[0].physical) or not network.bridge.startswith(OWN_BRIDGES)


def lost_networks(at: Sides) -> Iterator[Hurdle]:
    for network in at.joiner.network.values():
        if _kept(at, network) or any(at.joiner.PIF[ref].management for ref in network.PIFs if ref in at.joiner.PIF):
            continue
        vifs = (at.joiner.VIF[ref] for ref in network.VIFs if ref in at.joiner.VIF)
        users = sorted({at.joiner.name(vif.VM) for vif in vifs if vif.VM in at.joiner.VM})
        using = f", with the interfaces of {listed(users)}" if users else ""
        yield from tells(
            "network-lost",
            Severity.RISK if users else Severity.NOTE,
            f"Network '{network.name_label}' of {at.name} would be gone afterwards{using}; XAPI says nothing of it.",
            "Make it again in the pool when the host has joined, and plug the guests in.",
        )


def missing_nics(at: Sides) -> Iterator[Hurdle]:
    """Networks that all hosts of the pool reach by a NIC that the joiner does not have."""
    mine = _physical(at.joiner, at.host.ref)
    for device, pif in _physical(at.pool, at.coordinator.ref).items():
        network = at.pool.network.get(pif.network)
        if device in mine or network is None or not network.VIFs:
            continue
        users = {at.pool.VIF[ref].VM for ref in network.VIFs if ref in at.pool.VIF}
        yield from tells(
            "nic-missing",
            Severity.RISK,
            f"{at.name} has no {device}, and so no way to network '{network.name_label}': "
            f"{_counted(len(users), 'guest')} could not go there.",
            f"Add a NIC on that cable, or call the one that is on it {device} (`interface-rename` in dom0).",
        )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def lower_level(at: Sides) -> Iterator[Hurdle]:
    """The pool offers to guests started from then on only what all hosts have."""
    level, new = at.pool.pool.cpu_info, at.host.cpu_info
    lost = max((cpu.lacking(level.get(name, ""), new.get(name, "")) for name in FEATURES if name in new), default=0)
    if lost:
        yield from tells(
            "cpu-level-sinks",
            Severity.NOTE,
            f"The processors of {at.name} lack {_counted(lost, 'feature')} that {at.pool_name} offers now: guests that "
            "start afterwards see the common part only.",
        )


def guests_that_stay(at: Sides) -> Iterator[Hurdle]:
    """They have seen what the new host lacks, until they are restarted."""
    running = [vm for vm in at.pool.guests if vm.power_state in ("Running", "Suspended")]
    held = [vm for vm in running if cpu.reason(vm, guest.types(at.pool)[vm.ref], at.host) == cpu.LACKS_FEATURES]
    if held:
        yield from tells(
            "guests-cannot-reach",
            Severity.RISK,
            f"{listed(vm.name_label for vm in held)} would not reach {at.name} until "
            f"{'it has' if len(held) == 1 else 'they have'} been restarted: started on better processors.",
            "Restart them when the host has joined (a reboot inside the guest is not enough: shut down and start).",
        )
