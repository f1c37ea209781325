"""dom0's `interface-rename` (names of NICs, listed and ordered for the next boot) and `lldpctl` (their switches)."""

from __future__ import annotations

import json
from typing import Any

from xenferry.lab.clock import xenapi_date
from xenferry.lab.dom0.command import Answer, Shell, command
from xenferry.lab.network import names
from xenferry.lab.network.names import number_of

COLUMNS = ("Name", "MAC", "PCI", "ethN", "Phys", "SMBios", "Driver", "Version", "Firmware")


@command("interface-rename")
def interface_rename(shell: Shell, words: list[str], stdin: str) -> Answer:
    """The options that people use: --list, --update, --reset-to-install."""
    if words[:1] in (["--list"], ["-l"]):
        return Answer(out=table(shell))
    if words[:1] in (["--update"], ["-u"]):
        return update(shell, words[1:])
    if words[:1] == ["--reset-to-install"]:
        dom0 = shell.dom0
        dom0.last_boot, dom0.old, dom0.static_rules = list(dom0.at_install), [], []
        return Answer(out=said(shell, "All done"))
    return Answer(2, err="Usage: interface-rename --rename|--list|--update <args>|--reset-to-install\n")


def table(shell: Shell) -> str:
    """The NICs in columns as wide as their contents, two blanks apart, in order of their names."""
    nics = sorted(shell.dom0.nics, key=lambda nic: (number_of(nic.name) is None, number_of(nic.name) or 0, nic.name))
    rows = [(nic.name, nic.mac, f"{nic.pci}[0]", nic.name, nic.label, "", nic.driver, "", "") for nic in nics]
    widths = [max(len(row[at]) for row in [COLUMNS, *rows]) for at in range(len(COLUMNS))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in [COLUMNS, *rows]]
    return "".join(f"{line}  \n" for line in lines)


def update(shell: Shell, words: list[str]) -> Answer:
    """Take down new names: `eth4=<MAC>`, a PCI address or a physical name may stand for the MAC."""
    wanted: dict[str, str] = {}
    for word in words:
        name, _, value = word.partition("=")
        wanted[name] = _mac(shell, value.strip('"'))
    try:
        names.update(shell.dom0, wanted)
    except ValueError as error:
        return Answer(1, err=said(shell, str(error), "ERROR"))
    done = said(shell, "Performing manual update of rules.  Not actually renaming interfaces")
    return Answer(out=done + said(shell, "All done"))


def _mac(shell: Shell, value: str) -> str:
    for nic in shell.dom0.nics:
        if value.lower() == nic.mac or value.partition("[")[0] == nic.pci or (value and value == nic.label):
            return nic.mac
    return value.lower()


@command("lldpctl")
def lldpctl(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`lldpctl -f json`, where a switch says who it is; a dom0 that hears of no switch has no lldpd installed."""
    heard = [nic for nic in shell.dom0.nics if nic.neighbour and nic.link]
    if not any(nic.neighbour for nic in shell.dom0.nics):
        return Answer(127, err="bash: lldpctl: command not found\n")
    if words != ["-f", "json"]:
        return Answer(1, err="lldpctl: only `lldpctl -f json` is simulated\n")
    ports: list[Any] = [{nic.name: _heard(nic.neighbour)} for nic in heard]
    return Answer(out=json.dumps({"lldp": {"interface": ports[0] if len(ports) == 1 else ports}}, indent=2) + "\n")


def _heard(neighbour: str) -> dict[str, Any]:
    switch, port, vlan = (*neighbour.split("/"), "", "")[:3]
    told: dict[str, Any] = {
        "via": "LLDP",
        "chassis": {switch: {"id": {"type": "mac", "value": "02:00:5e:00:00:01"}, "descr": "a switch"}},
        "port": {"id": {"type": "ifname", "value": port}, "descr": port},
    }
    return told | ({"vlan": {"vlan-id": vlan, "pvid": True, "value": f"VLAN{vlan}"}} if vlan else {})


def said(shell: Shell, text: str, level: str = "INFO") -> str:
    """A line as the tool logs it."""
    date = xenapi_date(shell.lab.now())
    when = f"{date[:4]}-{date[4:6]}-{date[6:8]} {date[9:17]}"
    return f"{level:<8} [{when}] {text}\n"
