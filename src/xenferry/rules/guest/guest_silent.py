"""A guest runs and does not answer on the address that it says it has.

Looked at only by `xenferry check --probe`, from the machine that runs it: by an ICMP echo, and by TCP connections that
are taken or refused. XAPI calls such a guest running, and it may be: a migration to a host whose NIC of that name is
plugged into another cable succeeds, and leaves the guest alive where nobody reaches it. Where other guests of the same
network answer on other hosts, that is likely; where none does, this machine may have no way to that network.

Cause: the guest is on a host whose NIC of that network is another cable, or has no link.
Fix: Compare the cables: `xenferry nics show`; migrate the guest to a host on which others of its network answer.

Cause: the guest's own firewall answers nothing, or this machine has no way to its network.
Fix: Ask from a machine that has; `xenferry silence guest-silent` if it is meant to be so.

Example:
    # seen: silent
    pool p
    host xcp1
      nic eth0
    guest web on=xcp1   # rule: guest-silent
      nic eth0 ip=192.0.2.80
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xenferry.pool.records import VM, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import arg, listed

HEARD = "heard"
"""The kind of observation, made by probe.guests."""


def find(s: Snapshot) -> Iterator[Finding]:
    """Every running guest that was asked and not heard."""
    heard = {each.subject: each.value for each in s.observations if each.kind == HEARD}
    for vm in s.guests:
        if vm.ref in heard and not heard[vm.ref].get("answers_on") and vm.power_state == "Running":
            yield _finding(s, vm, heard)


def _finding(s: Snapshot, vm: VM, heard: dict[Ref, dict[str, Any]]) -> Finding:
    addresses = listed(str(each) for each in heard[vm.ref].get("addresses", ()))
    elsewhere = _answering(s, vm, heard)
    told = f"; {listed(elsewhere)} on the same network and another host does" if elsewhere else ""
    return Finding(
        code="guest-silent",
        severity=Severity.RISK if elsewhere else Severity.NOTE,
        subject=vm.ref,
        cause=next((ref for ref in vm.VIFs if ref in s.VIF), vm.ref),
        hosts=(vm.resident_on,) if vm.resident_on in s.host else (),
        seen=f"{vm.name_label} runs on {s.name(vm.resident_on)} and does not answer on {addresses}{told}.",
        cures=(
            "See whether its network is the same cable on all hosts: `xenferry nics show`.",
            f"Migrate it to a host on which its neighbours answer: `xenferry migrate {arg(vm.name_label)} --to HOST`.",
        ),
    )


def _answering(s: Snapshot, vm: VM, heard: dict[Ref, dict[str, Any]]) -> list[str]:
    """Guests of its networks that answer on other hosts."""
    networks = [s.network[s.VIF[ref].network] for ref in vm.VIFs if ref in s.VIF and s.VIF[ref].network in s.network]
    others = dict.fromkeys(s.VIF[ref].VM for network in networks for ref in network.VIFs if ref in s.VIF)
    found = (s.VM[ref] for ref in others if ref in s.VM and heard.get(ref, {}).get("answers_on"))
    return [each.name_label for each in found if each.resident_on != vm.resident_on]
