"""The SR-IOV network has no virtual function left on the host.

Each interface of a guest on an SR-IOV network takes a virtual function of the host's NIC. How many are free is hidden
in XAPI; a client can ask `network-sriov-get-remaining-capacity`. Where the snapshot does not carry it, this rule
answers unknown.

Cause: other guests use all virtual functions of the NIC.
Fix:
- Move or shut down another guest that uses the network.
- Let the NIC offer more functions, if its driver can (module option max_vfs), and reboot the host.

Example:
    pool p
    host xcp1
      nic eth0 management
      nic eth1
      sriov eth1 vfs=2 network=fast
    host xcp2
      nic eth0 management
      nic eth1
      sriov eth1 vfs=0 network=fast
    guest web on=xcp1 halted   # rule: sriov-full
      nic fast
    guest other on=xcp1 halted
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import network, sriov
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, of

where = (Place("core", 18),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts known to have fewer functions than the guest needs."""
    return {ref: full for ref, (full, _) in _judged(s, guests).items() if full}


def unknown(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts of which the snapshot does not tell."""
    return {ref: untold for ref, (_, untold) in _judged(s, guests).items() if untold}


def _judged(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, tuple[int, int]]:
    if not sriov.any_sriov(s):
        return {}
    return {
        vm.ref: _judge(s, vm) for vm in guests if any(sriov.is_sriov(s, n.ref) for _, n in network.networks_of(s, vm))
    }


def _judge(s: Snapshot, vm: VM) -> tuple[int, int]:
    full = untold = 0
    for at, host in enumerate(s.hosts):
        left = [(sriov.idle(s, below), count) for _, below, count in sriov.wanted(s, vm, host)]
        full |= any(idle is not None and idle < count for idle, count in left) << at
        untold |= any(idle is None for idle, _ in left) << at
    return full, untold


def _first(s: Snapshot, vm: VM, host: Host) -> Ref:
    wanted = sriov.wanted(s, vm, host)
    short = (ref for ref, below, count in wanted if (idle := sriov.idle(s, below)) is not None and idle < count)
    return next(short, wanted[0][0])


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("NETWORK_SRIOV_INSUFFICIENT_CAPACITY", _first(s, vm, host))


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which network, or that it is not known."""
    ref = _first(s, vm, hosts[0])
    vif = next(vif for vif, net in network.networks_of(s, vm) if net.ref == ref)
    below = sriov.local(s, ref, hosts[0])
    if below is None or sriov.idle(s, below) is None:
        seen = f"Whether {of(hosts)} has virtual functions left on {s.name(ref)!r} for {vm.name_label} is not known."
        uuid = below.uuid if below else "..."
        return Words(vif.ref, seen, (f"Ask: `xe network-sriov-get-remaining-capacity uuid={uuid}`.",))
    seen = f"{cannot_go(vm, hosts)}: its SR-IOV network {s.name(ref)!r} has no virtual function left there."
    return Words(vif.ref, seen, ("Move or shut down another guest that uses the network there.",))
