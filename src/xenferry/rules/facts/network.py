"""Which networks a guest needs, and which hosts have them.

XAPI is satisfied with any PIF record of that host on the network: it looks neither at the cable nor at whether the PIF
is plugged. A network without PIFs lives where a running guest uses it (xapi/xapi_network_attach_helpers.ml).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xenferry.pool.records import NULL, PIF, VIF, VM, Host, Network, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.once import once, once_of


def networks_of(s: Snapshot, vm: VM) -> Iterator[tuple[VIF, Network]]:
    """The guest's interfaces and their networks, in XAPI's order."""
    for ref in vm.VIFs:
        vif = s.VIF.get(ref)
        network = s.network.get(vif.network) if vif else None
        if vif and network:
            yield vif, network


def is_internal(network: Network) -> bool:
    """Whether the network lives on whichever host its running guests are on: no PIF, and nothing says otherwise."""
    assumed = network.other_config.get("assume_network_is_shared") == "true"
    return not network.PIFs and network.managed and not assumed


@once
def available(s: Snapshot) -> Mapping[Ref, int]:
    """Network -> the hosts on which XAPI takes it for available."""
    lives = {ref: _of_users(s, network) for ref, network in s.network.items() if network.VIFs and is_internal(network)}
    return {**_by_interfaces(s), **lives} if lives and "PIF" not in s.not_read else _by_interfaces(s)


@once_of("PIF", "network", "host")
def _by_interfaces(s: Snapshot) -> Mapping[Ref, int]:
    """Without a PIF a network is everywhere, whoever uses it; so is each if nobody looked at PIFs (`not-in-snapshot`
    says that it is unknown)."""
    everywhere = int(s.everywhere)
    if "PIF" in s.not_read:
        return dict.fromkeys(s.network, everywhere)
    pifs = {ref: [s.PIF[pif].host for pif in network.PIFs if pif in s.PIF] for ref, network in s.network.items()}
    return {ref: _hosts(s, pifs[ref]) if network.PIFs else everywhere for ref, network in s.network.items()}


def _of_users(s: Snapshot, network: Network) -> int:
    """An internal network is where a guest runs that uses it, anywhere if none does."""
    users = [s.VM.get(s.VIF[vif].VM) for vif in network.VIFs if vif in s.VIF]
    running = [vm.resident_on for vm in users if vm and vm.power_state == "Running"]
    return _hosts(s, running) if running else int(s.everywhere)


def _hosts(s: Snapshot, hosts: Iterable[Ref]) -> int:
    mask = 0
    for host in hosts:
        if host in s.place:
            mask |= 1 << s.place[host]
    return mask


@once_of("PIF", "host", "network")
def bonded(s: Snapshot) -> Mapping[Ref, int]:
    """Network -> the hosts whose PIF on it is a member of a bond, so that guests cannot use it there."""
    found: dict[Ref, int] = {}
    for pif in s.PIF.values():
        if pif.bond_slave_of != NULL and pif.host in s.place and pif.network in s.network:
            found[pif.network] = found.get(pif.network, 0) | 1 << s.place[pif.host]
    return found


def interfaces_refused(s: Snapshot, guests: Sequence[VM], refusing: Mapping[Ref, int]) -> dict[Ref, int]:
    """Guest -> the hosts that refuse one of its networks, given network -> refusing hosts.

    An interface that came while the pool was read, and that its guest does not list yet, is not its guest's.
    """
    wanted, found = {vm.ref: vm for vm in guests}, dict[Ref, int]()
    for ref, vif in s.VIF.items():
        hosts = refusing.get(vif.network, 0)
        if hosts and vif.VM in wanted and ref in wanted[vif.VM].VIFs:
            found[vif.VM] = found.get(vif.VM, 0) | hosts
    return found


def first_unavailable(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer for a guest one of whose networks the host lacks: the first counts."""
    bit = 1 << s.place[host.ref]
    for _, network in networks_of(s, vm):
        if not available(s)[network.ref] & bit:
            return ("VM_REQUIRES_NETWORK", vm.ref, network.ref)
    return ()


@once_of("PIF")
def pifs(s: Snapshot) -> Mapping[tuple[Ref, Ref], tuple[PIF, ...]]:
    """(network, host) -> the host's PIFs on it, in XAPI's order."""
    found: dict[tuple[Ref, Ref], tuple[PIF, ...]] = {}
    for pif in s.PIF.values():
        found[pif.network, pif.host] = (*found.get((pif.network, pif.host), ()), pif)
    return found
