"""How dom0's `interface-rename` decides the name of each NIC at boot.

Order: the administrator's static rules; then a NIC keeps the name it had in the same slot, or takes it along to another
slot; a new NIC in the slot of a vanished one inherits its name; one that was here before gets its old name back if
that is free; all others get new numbers beyond the highest known one, in the firmware's order. Names may leave holes.

Simplification: cards that show several NICs at one PCI address are numbered like any new NIC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xenferry.lab.world import Dom0, Nic

State = list[tuple[str, str, str]]
"""MAC, PCI address and name of each NIC."""


def state_of(nics: Iterable[Nic]) -> State:
    """The NICs as dom0's files keep them."""
    return [(nic.mac, nic.pci, nic.name) for nic in nics]


def assign(nics: list[Nic], rules: dict[str, str], last: State, old: State) -> dict[str, str]:
    """The name of each NIC (by MAC) under these rules (name -> MAC) and this history."""
    names = {mac: name for name, mac in rules.items() if any(nic.mac == mac for nic in nics)}
    for nic in nics:
        if nic.mac not in names:
            inherited = _inherited(nic, nics, last, old)
            if inherited and inherited not in names.values():
                names[nic.mac] = inherited
    _number_new(nics, names, [*rules, *(name for _, _, name in last)])
    return names


def _inherited(nic: Nic, nics: list[Nic], last: State, old: State) -> str:
    """The name that a NIC's history gives it; empty for a new one."""
    by_mac = {mac: name for mac, _, name in last}
    if nic.mac in by_mac:
        return by_mac[nic.mac]
    present = {other.mac for other in nics}
    for mac, pci, name in [*last, *old]:
        if pci == nic.pci:
            return "" if mac in present else name
    return {mac: name for mac, _, name in old}.get(nic.mac, "")


def _number_new(nics: list[Nic], names: dict[str, str], known: list[str]) -> None:
    used = [*known, *names.values(), *(nic.name for nic in nics)]
    highest = max((number for number in map(number_of, used) if number is not None), default=-1)
    for nic in sorted(nics, key=lambda each: each.label or each.pci):
        if nic.mac in names:
            continue
        if number_of(nic.name) is not None and nic.name not in names.values():
            names[nic.mac] = nic.name
        else:
            highest += 1
            names[nic.mac] = f"eth{highest}"


def number_of(name: str) -> int | None:
    """N of `ethN`; None for any other name."""
    match = re.fullmatch(r"eth(\d+)", name)
    return int(match[1]) if match else None


def static_rules(dom0: Dom0) -> dict[str, str]:
    """static-rules.conf as name -> MAC; a rule that fits no present NIC has no effect."""
    fields = {"mac": "mac", "pci": "pci", "ppn": "label", "label": "label"}
    found: dict[str, str] = {}
    for rule in dom0.static_rules:
        for nic in dom0.nics:
            if getattr(nic, fields[rule.kind]) == rule.value:
                found[rule.name] = nic.mac
    return found


def update(dom0: Dom0, wanted: dict[str, str]) -> None:
    """`interface-rename --update`: these names (name -> MAC) are written down for the next boot; nothing changes yet.

    A NIC that loses its name without being given another counts as new.

    Raises:
        ValueError: no such NIC, or one NIC for two names.
    """
    macs = {nic.mac for nic in dom0.nics}
    for name, mac in wanted.items():
        if number_of(name) is None:
            raise ValueError(f"Invalid eth name '{name}'")
        if mac not in macs:
            raise ValueError(f"No NIC found with a MAC address of '{mac}' for the {name} dynamic rule")
    if len(set(wanted.values())) != len(wanted):
        raise ValueError("Some static rules alias the same MAC address")
    last = dom0.last_boot or state_of(dom0.nics)
    names = assign(dom0.nics, wanted, last, dom0.old)
    dom0.last_boot = [(nic.mac, nic.pci, names[nic.mac]) for nic in dom0.nics]


def boot(dom0: Dom0) -> None:
    """Give every NIC its name, and remember the names and the NICs that have vanished."""
    last = dom0.last_boot or state_of(dom0.nics)
    names = assign(dom0.nics, static_rules(dom0), last, dom0.old)
    present = {nic.mac for nic in dom0.nics}
    dom0.old = [*(entry for entry in [*last, *dom0.old] if entry[0] not in present)]
    for nic in dom0.nics:
        nic.name = names[nic.mac]
    dom0.last_boot = state_of(dom0.nics)
