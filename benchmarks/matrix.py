"""How fast all reasons for all pairs are found, against a plain loop over guests and hosts.

    python benchmarks/matrix.py [HOSTS GUESTS]

The pool is made up: guests with two disks and two interfaces, a few local disks, blocked guests, old CPUs, full and
disabled hosts. The plain loop asks 13 of the questions pair by pair, as a client would, straight from the records.
Times are the processor's, as nothing here waits, the best of several runs with the collector off; the ratio is what
carries over to other machines.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from measured import SIZES, Goal, Measured, named

from xenferry.pool.snapshot import Snapshot, Tables
from xenferry.rules.catalogue import asked
from xenferry.rules.facts import cpu, memory
from xenferry.rules.matrix import Matrix, matrix

GIB = 1 << 30
FULL, OLD = "1fcbfbff-f7fa3223-2d93fbff", "1fcbfbff-77fa3223-2d93fbff"


def made_up(hosts: int, guests: int, seed: int = 1) -> dict[str, dict[str, dict[str, Any]]]:
    """A pool in XenAPI's own shape."""
    draw, t = random.Random(seed), {name: dict[str, Any]() for name in CLASSES}  # noqa: S311 a made-up pool
    t["pool"]["pool"] = {"master": "host0", "name_label": "pool"}
    for n in range(8):
        t["SR"][f"sr{n}"] = {"shared": True, "type": "nfs", "name_label": f"nfs {n}"}
        t["network"][f"net{n}"] = {"PIFs": [f"pif{n}-{h}" for h in range(hosts)], "VIFs": [], "name_label": f"net {n}"}
    for h in range(hosts):
        _host(t, h, guests // hosts + 1, draw)
    for g in range(guests):
        _guest(t, g, draw.randrange(hosts), draw)
    return t


CLASSES = [
    "pool",
    "host",
    "host_metrics",
    "VM",
    "VM_metrics",
    "VM_guest_metrics",
    "SR",
    "PBD",
    "VDI",
    "VBD",
    "network",
    "PIF",
    "VIF",
]


def _host(t: dict[str, dict[str, Any]], h: int, expected: int, draw: random.Random) -> None:
    features = OLD if h % 16 == 3 else FULL
    t["host"][f"host{h}"] = {
        "name_label": f"host {h}", "metrics": f"hm{h}", "enabled": h % 20 != 7, "memory_overhead": GIB,
        "cpu_info": {"cpu_count": "64", "vendor": "GenuineIntel", "features_hvm": features, "features_pv": features},
        "capabilities": ["hvm-3.0-x86_64"], "virtual_hardware_platform_versions": [0, 1, 2],
        "chipset_info": {"iommu": "true"}, "software_version": {"xapi_build": "26.17.0", "platform_version": "3.4.0"},
    }  # fmt: skip
    t["host_metrics"][f"hm{h}"] = {"live": True, "memory_total": int(expected * 4.4 * GIB * draw.uniform(0.95, 1.1))}
    t["SR"][f"local{h}"] = {"shared": False, "type": "lvm", "name_label": f"local {h}"}
    for n in range(8):
        t["PIF"][f"pif{n}-{h}"] = {
            "host": f"host{h}",
            "network": f"net{n}",
            "device": f"eth{n}",
            "currently_attached": True,
        }
        t["PBD"][f"pbd{n}-{h}"] = {"host": f"host{h}", "SR": f"sr{n}", "currently_attached": (n, h % 10) != (2, 5)}
    t["PBD"][f"pbdl-{h}"] = {"host": f"host{h}", "SR": f"local{h}", "currently_attached": True}


def _guest(t: dict[str, dict[str, Any]], g: int, h: int, draw: random.Random) -> None:
    size = draw.choice((1, 2, 4, 8)) * GIB
    t["VM"][f"vm{g}"] = {
        "uuid": f"vm{g}", "name_label": f"guest {g}", "power_state": "Running", "resident_on": f"host{h}",
        "memory_static_max": size, "memory_dynamic_min": size, "memory_dynamic_max": size, "memory_overhead": 12 << 20,
        "VCPUs_max": 2, "VCPUs_at_startup": 2, "domain_type": "hvm", "metrics": f"m{g}", "guest_metrics": f"gm{g}",
        "actions_after_crash": "restart", "VBDs": [f"vbd{g}-0", f"vbd{g}-1"], "VIFs": [f"vif{g}-0", f"vif{g}-1"],
        "last_boot_CPU_flags": {"vendor": "GenuineIntel", "features": draw.choice((FULL, FULL, OLD))},
        "blocked_operations": {"pool_migrate": "no"} if g % 50 == 9 else {},
    }  # fmt: skip
    t["VM_metrics"][f"m{g}"] = {"current_domain_type": "hvm", "nomigrate": g % 100 == 3}
    t["VM_guest_metrics"][f"gm{g}"] = {"other": {} if g % 40 == 5 else {"feature-suspend": "1"}}
    for d in range(2):
        sr = f"local{h}" if g % 25 == 4 else f"sr{(g + d) % 8}"
        t["VDI"][f"vdi{g}-{d}"] = {"SR": sr, "name_label": f"disk {g}"}
        t["VBD"][f"vbd{g}-{d}"] = {"VM": f"vm{g}", "VDI": f"vdi{g}-{d}", "type": "Disk"}
        t["VIF"][f"vif{g}-{d}"] = {"VM": f"vm{g}", "network": f"net{(g * 3 + d) % 8}"}
        t["network"][f"net{(g * 3 + d) % 8}"]["VIFs"].append(f"vif{g}-{d}")


def judge_all(s: Snapshot) -> Matrix:
    """Every rule of a migration and of a start, all reasons, all pairs."""
    judged = matrix(s)
    for kind in ("migrate", "boot"):
        for rule in asked(kind):
            judged.refused_by(rule)
            judged.unknown_by(rule)
    for vm in judged.guests:
        judged.allowed(vm)
    return judged


def plain_loop(s: Snapshot) -> dict[tuple[str, str], list[str]]:
    """13 of the same questions, pair by pair, with the joins prepared beforehand."""
    plugged = {
        host.ref: {pbd.SR for pbd in s.PBD.values() if pbd.host == host.ref and pbd.currently_attached}
        for host in s.hosts
    }
    present = {host.ref: {pif.network for pif in s.PIF.values() if pif.host == host.ref} for host in s.hosts}
    free = {host.ref: memory.free(s, host.ref) for host in s.hosts}
    found: dict[tuple[str, str], list[str]] = {}
    for vm in s.guests:
        needs, booted = memory.needed(s, vm), s.VM_metrics[vm.metrics]
        told = s.VM_guest_metrics[vm.guest_metrics].other
        srs = {s.VDI[s.VBD[ref].VDI].SR for ref in vm.VBDs}
        networks = {s.VIF[ref].network for ref in vm.VIFs}
        for host in s.hosts:
            answers = (
                ("cpu", cpu.reason(vm, "hvm", host) is not None),
                ("blocked", "pool_migrate" in vm.blocked_operations),
                ("power", vm.power_state != "Running"),
                ("busy", bool(vm.current_operations)),
                ("immobile", booted.nomigrate or booted.nested_virt),
                ("suspend", told.get("feature-suspend") != "1"),
                ("pci", bool(vm.attached_PCIs)),
                ("live", not s.host_metrics[host.metrics].live),
                ("disabled", not host.enabled),
                ("sr", bool(srs - plugged[host.ref])),
                ("network", bool(networks - present[host.ref])),
                ("memory", needs > free[host.ref]),
                ("cpus", vm.VCPUs_max > int(host.cpu_info["cpu_count"])),
            )
            reasons = [code for code, refuses in answers if refuses]
            if reasons:
                found[vm.ref, host.ref] = reasons
    return found


SPENT_SECONDS = 0.5
"""How long a judgement may be repeated for its best run; what takes longer is done a few times."""


def best(run: Callable[[Snapshot], object], tables: Tables, times: int) -> float:
    """Processor seconds of the fastest run, each on a fresh snapshot."""
    seconds = list[float]()
    while len(seconds) < times or (times > 1 and sum(seconds) < SPENT_SECONDS and len(seconds) < 10 * times):
        s = Snapshot.from_tables(tables)
        gc.collect()
        gc.disable()
        start = time.process_time()
        run(s)
        seconds.append(time.process_time() - start)
        gc.enable()
    return min(seconds)


def main(hosts: int = 64, guests: int = 4000) -> None:
    """Print both times and their ratio."""
    tables = made_up(hosts, guests)
    ours, theirs = best(judge_all, tables, 7), best(plain_loop, tables, 2)
    sys.stdout.write(
        f"{hosts} hosts x {guests} guests: all reasons {ours * 1000:.1f} ms, plain loop {theirs * 1000:.0f} ms,"
    )
    sys.stdout.write(f" ratio {theirs / ours:.1f}\n")


def measure(quick: bool) -> Iterator[Measured]:
    """Pools of growing size; the plain loop gives up beyond 256 hosts."""
    goals = {64: Goal(0.050, "ours"), 1_024: Goal(1.0, "ours")}
    for hosts, guests in SIZES[: 1 if quick else None]:
        tables = made_up(hosts, guests)
        yield Measured(
            what="all reasons for all pairs",
            size=named(hosts, guests),
            ours=best(judge_all, tables, 3 if hosts > 256 else 7),
            unit="s",
            against="a plain loop with 13 of the questions",
            theirs=best(plain_loop, tables, 1) if hosts <= 256 else None,
            goal=goals.get(hosts),
            hosts=hosts,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
