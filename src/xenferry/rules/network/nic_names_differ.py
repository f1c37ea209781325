"""Hosts have different names for the NIC on the same cable.

XAPI pairs the NICs of hosts by name: every host's eth0 is put into one network, every eth1 into the next. Where the
cable that is eth0 on one host is eth4 on another, each network exists on some hosts only, and guests cannot move
between them (VM_REQUIRES_NETWORK). That two NICs hang on one cable is told from addresses in the same subnet, on
themselves or on the same VLAN, or from both carrying their host's management.

Cause: the hosts have different hardware, or cards in other slots, so that Linux counts their NICs differently.
Fix: `xenferry nics plan` shows the smallest renaming and what it means for each host; `xenferry nics apply` carries it
    out, one host after the other, with a reboot of each.

Cause: the cables are plugged differently.
Fix: Plug them alike.

Example:
    pool p
    host xcp1
      nic eth0 management ip=192.0.2.11/24
      nic eth1 ip=198.51.100.11/24
    host xcp2
      nic eth0 ip=198.51.100.12/24   # rule: nic-names-differ
      nic eth1 management ip=192.0.2.12/24   # rule: nic-names-differ
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.cables import Cable
from xenferry.pool.records import PIF
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import cables
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import listed


def find(s: Snapshot) -> Iterator[Finding]:
    """Each cable with several names, told from more than the names."""
    for cable in cables.crossed(s):
        yield _finding(s, cable)


def _finding(s: Snapshot, cable: Cable) -> Finding:
    nics = [s.PIF[ref] for ref in cable.nics]
    odd = _odd(nics)
    names = listed(f"{nic.device} on {s.name(nic.host)}" for nic in nics)
    management = ", which carries management," if any(nic.management for nic in nics) else ""
    return Finding(
        code="nic-names-differ",
        severity=Severity.RISK,
        subject=odd.network,
        cause=odd.ref,
        hosts=tuple(nic.host for nic in nics),
        seen=f"The same cable{management} is {names} ({cable.why}): guests on its network cannot move between them.",
        cures=("Give the NICs the same name on all hosts: `xenferry nics plan` shows what would change.",),
    )


def _odd(nics: list[PIF]) -> PIF:
    """The NIC whose name the fewest share; of several the last."""
    names = [nic.device for nic in nics]
    return min(reversed(nics), key=lambda nic: names.count(nic.device))
