"""Where a guest may go without losing its cable.

XAPI lets a guest go wherever its network has a PIF, and networks go by the names of NICs. Where names lie, that takes
the guest off its cable: alive, and reachable by nobody. So beside what the rules say, every interface must find the
same cable and VLAN on the target.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan.mobility import Mobility, Reason
from xenferry.plan.wiring.wires import Wires, carrier
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


class Wired:
    """A judgement that also looks at the cables."""

    def __init__(self, inner: Mobility, wires: Wires, s: Snapshot) -> None:
        self._inner, self._wires, self._s = inner, wires, s

    def may(self, vm: r.VM) -> HostSet:
        fine = (host for host in self._s.hosts if not self._astray(vm, host))
        return HostSet(self._inner.may(vm) & HostSet.of(self._s.place[host.ref] for host in fine))

    def why(self, vm: r.VM, host: r.Host) -> Sequence[Reason]:
        return [*self._inner.why(vm, host), *(Reason((), text) for text in self._astray(vm, host))]

    def said(self, vm: r.VM, hosts: HostSet) -> Sequence[Reason]:
        astray = (Reason((), text) for host in self._s.hosts_in(hosts) for text in self._astray(vm, host))
        return [*self._inner.said(vm, hosts), *astray]

    def _astray(self, vm: r.VM, host: r.Host) -> list[str]:
        """A sentence for each network that is another cable on that host."""
        home = vm.resident_on
        if home not in self._s.host or home == host.ref:
            return []
        found = []
        for network in networks(self._s, vm):
            here, there = (self._wires.line(self._s, at, network) for at in (home, host.ref))
            if here is not None and there is not None and here != there:
                found.append(self._say(network, home, host))
        return found

    def _say(self, network: Ref, home: Ref, host: r.Host) -> str:
        s = self._s
        here, there = carrier(s, home, network), carrier(s, host.ref, network)
        ours = here.device if here else "?"
        theirs = there.device if there else "?"
        name = s.name(network)
        return (
            f"network {name} is another cable on {host.name_label} ({theirs}) than on {s.name(home)} ({ours}): "
            "the guest would arrive and be reachable by nobody"
        )


def networks(s: Snapshot, vm: r.VM) -> tuple[Ref, ...]:
    """The networks that a guest's interfaces are in."""
    return tuple(dict.fromkeys(s.VIF[ref].network for ref in vm.VIFs if ref in s.VIF))


def belongs(s: Snapshot, vm: r.VM, host: Ref) -> bool:
    """Is the guest this host's: does it run there, or are its disks there only, or has it its affinity there?"""
    if vm.resident_on in s.host:
        return vm.resident_on == host
    reach = [_hosts(s, s.VBD[ref]) for ref in vm.VBDs if ref in s.VBD]
    return vm.affinity == host or any(each == {host} for each in reach)


def _hosts(s: Snapshot, vbd: r.VBD) -> set[Ref]:
    disk = s.VDI.get(vbd.VDI)
    sr = s.SR.get(disk.SR) if disk else None
    return {s.PBD[ref].host for ref in (sr.PBDs if sr else ()) if ref in s.PBD}
