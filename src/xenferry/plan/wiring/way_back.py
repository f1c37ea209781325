"""The lines that bring a host back from its console when it does not answer after the renaming."""

from __future__ import annotations

from xenferry.plan.wiring.rebuild import Lost
from xenferry.plan.wiring.wires import roots
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot

RESET = "/var/tmp/network-reset"  # noqa: S108  # the file that xapi looks for at its start, given by xapi


def way_back(s: Snapshot, what: Lost) -> tuple[str, ...]:
    """Commands for root on the host's console, in order; they restore the names and the management address of now."""
    names = " ".join(f"{s.PIF[nic].device}={s.PIF[nic].MAC}" for nic in what.names)
    lines = [f"interface-rename --update {names}"]
    pif = what.management
    if pif is not None:
        device = s.PIF[roots(s, pif)[0]].device
        static = pif.ip_configuration_mode != "DHCP"
        pairs = [("DEVICE", device), ("MODE", "static" if static else "dhcp")]
        pairs += [("VLAN", str(pif.VLAN))] if pif.VLAN_master_of != NULL else []
        fixed = [("IP", pif.IP), ("NETMASK", pif.netmask), ("GATEWAY", pif.gateway), ("DNS", pif.DNS)]
        pairs += [pair for pair in fixed if static and pair[1]]
        text = "".join(f"{key}={value}\\n" for key, value in pairs)
        lines += [
            "systemctl stop xapi xcp-networkd",
            "rm -f /var/lib/xcp/networkd.db",
            f"printf '{text}' > {RESET}",
            f"sed -i \"s/^MANAGEMENT_INTERFACE=.*/MANAGEMENT_INTERFACE='{_bridge(device, pif.VLAN)}'/\" "
            "/etc/xensource-inventory",
        ]
    return (*lines, "reboot")


def _bridge(device: str, tag: int) -> str:
    if tag >= 0:
        return "xentemp"
    return f"xenbr{device[3:]}" if device.startswith("eth") else f"br{device}"
