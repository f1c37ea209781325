"""What to do whatever the make of the server: on the pool's side, on the way, or with the server's space."""

from __future__ import annotations

from xenferry.probe.cures._need import PACKETS, RESOLVES, ROOM, ROUTE, Cure, Need


def cure(step: str, need: Need) -> Cure | None:
    """None for a step that is the server's."""
    if step == RESOLVES:
        lines = (
            f"Give every host a name server that knows {need.server}: `xe pif-list management=true`, then `xe"
            " pif-reconfigure-ip uuid=... mode=... DNS=...` with all its other settings as they are",
            f"or write the server's IP address in place of {need.server}; it then must never change",
        )
        return Cure(make="", title="On the hosts", lines=lines)
    if step == ROUTE:
        lines = (
            "See cable and link of the NIC: `xenferry nics show`",
            f"give the host an address in the subnet of {need.server} on the NIC that leads there: `xe pif-list"
            " host-name-label=...`, then `xe pif-reconfigure-ip uuid=... mode=static IP=... netmask=...`",
        )
        return Cure(make="", title="On the hosts", lines=lines)
    if step == PACKETS:
        lines = (
            "One MTU everywhere: on the server's NIC, on every switch port between, on the pool's network",
            "to be safe at once: `xe network-param-set uuid=... MTU=1500`, then replug the PIFs of that network or"
            " reboot the hosts, one after the other: `xenferry rolling --reboot`",
        )
        return Cure(make="", title="On the way", lines=lines)
    if step == ROOM:
        where = need.path or "the path"
        text = f"Free space in the file system of {where}, raise its quota, or its limit of files (`df -h; df -i`)"
        return Cure(make="", title="On the server", lines=(text,))
    return None
