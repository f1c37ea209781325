"""dom0's `ip route get` and `ping`: by which interface a packet leaves, and how large it may be on the way.

Simplifications: routes are those of the NFS driver (the server's own subnet, else the management interface), everybody
answers pings who is there, and only a server's `mtu` limits a packet besides the interface it leaves by.
"""

from __future__ import annotations

from xenferry.lab.dom0.command import Answer, Shell, command
from xenferry.lab.network import cables
from xenferry.lab.network.pifs import bridge_of
from xenferry.lab.storage.drivers import way
from xenferry.lab.storage.reach import is_address

HEADERS = {4: 28, 6: 48}
UNREACHABLE = "RTNETLINK answers: Network is unreachable\n"


def mtu(shell: Shell, interface: str) -> str | None:
    """What /sys/class/net tells of an interface or bridge; None when the host has no such one."""
    for pif in shell.lab.db.all("PIF").values():
        if pif["host"] == shell.host and interface in (pif["device"], bridge_of(pif["device"])):
            return f"{pif['MTU']}\n"
    return None


def resolvers(shell: Shell) -> str:
    """/etc/resolv.conf, from the management interface."""
    pifs = [pif for pif in shell.lab.db.all("PIF").values() if pif["host"] == shell.host and pif["management"]]
    names = [name for pif in pifs for name in pif["DNS"].split(",") if name]
    return "".join(f"nameserver {name}\n" for name in names)


@command("ip")
def ip(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`ip route get ADDRESS`."""
    if words[:2] != ["route", "get"] or len(words) != 3:
        return Answer(255, err="ip: only `ip route get ADDRESS` is simulated\n")
    pif = way(shell.lab.db, shell.host, words[2]) if is_address(words[2]) else None
    if pif is None:
        return Answer(2, err=UNREACHABLE)
    record = shell.lab.db.get("PIF", pif)
    gateway = f"via {record['gateway']} " if record["gateway"] and not _near(record["IP"], words[2]) else ""
    return Answer(out=f"{words[2]} {gateway}dev {bridge_of(record['device'])} src {record['IP']} uid 0 \n    cache \n")


def _near(own: str, other: str) -> bool:
    return own.rpartition(".")[0] == other.rpartition(".")[0]


@command("ping")
def ping(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`ping -c N -W S [-M do -s SIZE] ADDRESS`: 1 when nothing comes back."""
    address, whole = words[-1] if words else "", "-M" in words
    size = int(words[words.index("-s") + 1]) if "-s" in words else 56
    server = shell.lab.world.server(address)
    pif = way(shell.lab.db, shell.host, server.address) if server else None
    lost = Answer(
        1, out=f"PING {address} {size} bytes of data.\n\n1 packets transmitted, 0 received, 100% packet loss\n"
    )
    if server is None or pif is None or shell.host in server.unreachable:
        return lost
    if not cables.linked(shell.lab.db, shell.dom0, pif):
        return lost
    packet, own = size + HEADERS[6 if ":" in address else 4], shell.lab.db.get("PIF", pif)["MTU"]
    if whole and packet > own:
        return Answer(1, err=f"ping: local error: Message too long, mtu={own}\n")
    if whole and server.mtu and packet > server.mtu:
        return lost
    return Answer(out=f"PING {address} {size} bytes of data.\n{size + 8} bytes from {address}: time=0.2 ms\n")
