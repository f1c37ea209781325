"""What surrounded the recorded pool and is told by the recording itself: quick simulated guests, its NFS servers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from replay.recording import Line
from xenferry.lab.calls import vdi, vm_records
from xenferry.lab.guest import agent, domain, power, sleep
from xenferry.lab.hosts import power as machines
from xenferry.lab.lab import Lab
from xenferry.lab.motion import live
from xenferry.lab.placement import cpu
from xenferry.lab.world import Dom0, Export, Server, World

EXPORT = re.compile(r"<Target>([^<]+)</Target>\s*<Path>([^<]+)</Path>\s*<Accesslist>([^<]*)</Accesslist>")
REFUSED = re.compile(r"mount failed on server `([^`]+)` with return code")
EVERYBODY = ("*", "(everyone)")
NO_VLANS = "stderr = Error: Unknown device type."

AGENT = agent.FIRST_REPORT | {
    "os_version": {"name": "Debian GNU/Linux 12 (bookworm)", "distro": "debian", "major": "12"},
    "PV_drivers_version": {"major": "8", "minor": "3", "micro": "60", "build": "1"},
    "can_use_hotplug_vbd": "unspecified",
    "can_use_hotplug_vif": "unspecified",
}


def _arrive(lab: Lab, vm: str, host: str) -> None:
    """The real hypervisor keeps a guest's features whatever host it is forced to."""
    ARRIVE(lab, vm, host)
    flags, offered = lab.db.get("VM", vm)["last_boot_CPU_flags"], lab.db.get("host", host)["cpu_info"]
    if flags.get("features") and offered.get("features_hvm_host"):
        lower = cpu.level([flags["features"], offered["features_hvm_host"]])
        lab.db.update("VM", vm, last_boot_CPU_flags=flags | {"features": lower})


ARRIVE = domain.arrive
QUICK = (
    (machines, "BOOT_S", 12.5, "a simulated machine boots as quickly as its daemons start"),
    (agent, "BOOT_S", 0.0, "the agents of simulated guests are there at once"),
    (power, "START_S", 0.1, "simulated guests start at once"),
    (power, "SHUTDOWN_S", 0.1, "simulated guests stop at once"),
    (power, "KILL_S", 0.05, "simulated guests stop at once"),
    (live, "PREPARE_S", 0.1, "a migration takes 0.3 to 0.5 s in all"),
    (live, "SWITCH_S", 0.1, "a migration takes 0.3 to 0.5 s in all"),
    (live, "CLEAN_S", 0.1, "a migration takes 0.3 to 0.5 s in all"),
    (live, "_memory", lambda _ctx, _vm: 0, "simulated guests have no memory to copy"),
    (sleep, "_seconds", lambda _ctx, _vm: 0.04, "simulated guests have no memory to write"),
    (vdi, "CLONE_S", 0.05, "disks of the simulated hypervisor are empty"),
    (vm_records, "PROVISION_S", 0.1, "disks of the simulated hypervisor are empty"),
    (domain, "truth", lambda _: False, "the simulated hypervisor never reports nested virtualisation"),
    (agent, "FIRST_REPORT", AGENT, "all simulated guests have the same agent"),
    (domain, "arrive", _arrive, "simulated guests have the features of the host that they are on"),
    (live, "BALLOON_MAX_S", 0.0, "simulated guests balloon at once"),
)
"""The lab's numbers for real hypervisors, replaced by the simulated one's, and why."""


@contextmanager
def simulated_hypervisor() -> Iterator[None]:
    """While it lasts, guests are as quick as those of the recording."""
    with ExitStack() as stack:
        for module, name, value, _reason in QUICK:
            stack.enter_context(patch.object(module, name, value))
        yield


def add_servers(world: World, hosts: Iterable[str], lines: Iterable[Line]) -> None:
    """NFS servers whose exports the recording lists were there; those it never saw mounted refuse all mounts."""
    for line in lines:
        text = str(line.get("body")).replace("&lt;", "<").replace("&gt;", ">").replace("\\n", "\n").replace("\\t", "\t")
        for name, path, clients in EXPORT.findall(text):
            server = world.servers.setdefault(name, Server(name, name))
            admitted = () if clients in EVERYBODY else tuple(clients.split(","))
            server.exports.setdefault(path, Export(path, admitted))
        for name in REFUSED.findall(text):
            world.servers.setdefault(name, Server(name, name)).unmountable |= set(hosts)


def add_kernels(world: World, hosts: Iterable[str], lines: Iterable[Line]) -> None:
    """The recorded kernel had no module for VLANs, if a PIF ever failed for that."""
    if any(NO_VLANS in str(line.get("body")) for line in lines):
        for host in hosts:
            world.dom0.setdefault(host, Dom0(host)).missing_modules.add("8021q")
