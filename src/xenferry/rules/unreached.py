"""Words for storage that a host does not reach: is the connection unplugged, missing, or is the storage local?"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import SR, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import storage
from xenferry.rules.facts.storage import Need
from xenferry.rules.words import Words, arg, cannot_go, of


def first(s: Snapshot, vm: VM, host: Host, kind: str) -> Need:
    """The first of the guest's needs of one kind (`disk`, `cd`, `suspend`) that the host does not reach."""
    bit = 1 << s.place[host.ref]
    return next(need for need in storage.needs(s, vm) if kind_of(need) == kind and not storage.hosts_of(s, need) & bit)


def kind_of(need: Need) -> str:
    """`disk`, `cd` or `suspend`."""
    if need.drive is None:
        return "suspend"
    return "cd" if need.drive.type == "CD" else "disk"


def why(s: Snapshot, sr: SR, hosts: Sequence[Host]) -> str:
    """What is the matter between an SR and hosts, as the end of a sentence."""
    name = repr(sr.name_label)
    found = [storage.pbds(s).get((sr.ref, host.ref)) for host in hosts]
    reach = s.with_sr_plugged.get(sr.ref)
    if any(found):
        return (
            f"SR {name}, whose connection (PBD) is unplugged on {of(h for h, p in zip(hosts, found, strict=True) if p)}"
        )
    if sr.shared:
        return f"SR {name}, which has no connection (PBD) to {of(hosts)}"
    return f"SR {name}, which only {of(s.hosts_in(reach))} reaches" if reach else f"SR {name}, which no host reaches"


def plug(s: Snapshot, sr: SR, hosts: Sequence[Host]) -> tuple[str, ...]:
    """How to connect the SR to the hosts; empty for a local SR, which cannot be."""
    cures: list[str] = []
    for host in hosts:
        pbd = storage.pbds(s).get((sr.ref, host.ref))
        if pbd is not None:
            cures.append(f"Plug the connection on {host.name_label}: `xe pbd-plug uuid={pbd.uuid}`.")
        elif sr.shared:
            create = f"xe pbd-create sr-uuid={sr.uuid} host-uuid={host.uuid} device-config:..."
            cures.append(f"Connect {host.name_label} to it with the settings of the other hosts: `{create}`.")
    if cures:
        cures += probe(s, sr)
    return tuple(cures)


def probe(s: Snapshot, sr: SR) -> list[str]:
    """How to see what the hosts see of an NFS SR; nothing for other kinds."""
    configs = (pbd.device_config for pbd in s.PBD.values() if sr.ref == pbd.SR)
    at = next(
        (f"{each['server']}:{each['serverpath']}" for each in configs if {"server", "serverpath"} <= each.keys()), ""
    )
    return [f"See what each host sees of it: `xenferry storage probe nfs {arg(at)}`."] if at else []


def move(s: Snapshot, sr: SR) -> tuple[str, ...]:
    """Where else the disks on a host's own SR could lie: the same words for all its guests, who share the cure."""
    shared = [each for each in storage.shared(s) if each.ref != sr.ref]
    target = next((each for each in shared if each.ref == s.pool.default_SR), shared[0] if shared else None)
    command = f"xenferry storage move --from {arg(sr.name_label)} --to {arg(target.name_label) if target else 'NAME'}"
    bring = f"`{command}` brings all its disks there while their guests run; name guests to bring only theirs"
    if target:
        return (f"Bring the disks to shared storage: {bring}.",)
    return (f"Create shared storage: `xenferry storage add nfs SERVER:PATH --name NAME`; then {bring}.",)


def missing(s: Snapshot, vm: VM, hosts: Sequence[Host], cause: Ref) -> Words:
    """For a drive whose disk has no record."""
    seen = f"{cannot_go(vm, hosts)}: one of its drives holds a disk that XAPI has no record of."
    return Words(
        cause, seen, ("Scan the SR (`xe sr-scan uuid=...`), or take the drive away (`xe vbd-destroy uuid=...`).",)
    )
