"""A small pool at random, in the scenario language."""

from __future__ import annotations

from random import Random

POLICIES = ("shutdown", "suspend", "eject", "leave", "move", "ask")


def text(chance: Random) -> str:
    """2 to 4 hosts with two shared SRs, 2 to 9 guests of which a few cannot do everything and some have a policy."""
    hosts = [f"xcp{number}" for number in range(1, chance.randint(2, 4) + 1)]
    available = chance.random() < 0.3
    lines = ["pool P ha" if available else "pool P", "network lan"]
    for host in hosts:
        lines += [f"host {host} memory={chance.choice((16, 24, 32))}GiB cpus=8", "  nic eth0 management"]
        lines += ["  nic eth1 network=lan"]
    lines += ["server nas", "  export /vol", "  export /more", "sr shared nfs default server=nas path=/vol"]
    lines += ["sr second nfs", f"sr cellar ext on={hosts[0]}"]
    if chance.random() < 0.2:
        lines.append(f"sr loose nfs unplugged={chance.choice(hosts)}")
    for number in range(1, chance.randint(2, 9) + 1):
        lines += _guest(chance, f"g{number}", hosts, available)
    return "\n".join(lines) + "\n"


def _guest(chance: Random, name: str, hosts: list[str], available: bool) -> list[str]:
    """Most run, with drivers, on the shared disks."""
    cellar = chance.random() < 0.05
    home = hosts[0] if cellar else chance.choice(hosts)
    words = [f"guest {name} on={home} memory={chance.choice((1, 1, 2, 4))}GiB"]
    kind = chance.random()
    if kind < 0.08:
        words.append("drivers=no")
    elif kind < 0.16:
        words.append("halted")
    elif kind < 0.20:
        words.append("suspended")
    if chance.random() < 0.1:
        words.append(f"block={chance.choice(('pool_migrate', 'migrate_send', 'clean_shutdown'))}:because")
    if chance.random() < 0.3:
        words.append(f"tag=xenferry:{chance.choice(POLICIES)}")
    if available and not cellar and chance.random() < 0.6:
        words.append("ha=restart")
    disks = ["  disk root sr=cellar" if cellar else "  disk root"]
    for name in ("data", "logs"):
        disks += [f"  disk {name} size=2GiB sr={chance.choice(('shared', 'second'))}"] if chance.random() < 0.2 else []
    return [" ".join(words), *disks, *(["  nic lan"] if chance.random() < 0.5 else [])]
