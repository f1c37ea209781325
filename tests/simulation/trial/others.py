"""Other people at work on the pool while a run is driven: at its guests, their disks, its hosts and connections."""

from __future__ import annotations

import asyncio
from typing import Any

from trial.mischief import Mischief

BLOCKS = ("pool_migrate", "migrate_send", "clean_shutdown", "suspend", "start_on", "resume_on")
GiB = 2**30


def meddle(now: Mischief) -> None:
    """Somebody starts, stops, suspends or moves a guest, switches a host on or off, or empties it."""

    async def work() -> None:
        vm, host = now.guest(), now.host()
        state = now.lab.db.get("VM", vm)["power_state"]
        call, *params = now.chance.choice(_deeds(state, vm, host))
        cls, ref = ("host", host) if call.startswith("host.") else ("VM", vm)
        now.tell(f"somebody else asks for {call} of {now.name(cls, ref)}")
        await now.do(now.uuid(cls, ref), call, *params)

    now.later(work)


def rename(now: Mischief) -> None:
    """A guest, a host or an SR has another name from now on."""

    async def work() -> None:
        cls = now.chance.choice(("VM", "VM", "host", "SR"))
        ref = {"VM": now.guest, "host": now.host}.get(cls, lambda: now.chance.choice(list(now.lab.db.all("SR"))))()
        now.tell(f"somebody renames {cls} {now.name(cls, ref)}")
        await now.do(now.uuid(cls, ref), f"{cls}.set_name_label", ref, f"{now.name(cls, ref)} renamed")

    now.later(work)


def snapshot(now: Mischief) -> None:
    """A guest gets a snapshot, as backups make them, now and then with its memory."""

    async def work() -> None:
        vm, deed = now.guest(), now.chance.choice(("snapshot", "snapshot", "checkpoint"))
        now.tell(f"somebody asks for VM.{deed} of {now.name('VM', vm)}")
        params = ([],) if deed == "snapshot" else ()
        await now.do(now.uuid("VM", vm), f"VM.{deed}", vm, "backup", *params)

    now.later(work)


def delete(now: Mischief) -> None:
    """Somebody deletes a guest and its disks, as a program that offers this does."""

    async def work() -> None:
        vm = now.guest()
        uuid = now.uuid("VM", vm)
        now.tell(f"somebody deletes {now.name('VM', vm)}")
        if "migrate_send" in now.lab.db.get("VM", vm)["current_operations"].values():
            now.orphaned.add(now.name("VM", vm))
        if now.lab.db.get("VM", vm)["power_state"] != "Halted":
            await now.do(uuid, "VM.hard_shutdown", vm)
        vbds = map(_reader(now, "VBD"), now.lab.db.get("VM", vm)["VBDs"])
        vdis = [vbd["VDI"] for vbd in vbds if vbd["type"] == "Disk"]
        await now.do(uuid, "VM.destroy", vm)
        if now.lab.db.exists("VM", vm):
            return
        for vdi in vdis:
            if now.lab.db.exists("VDI", vdi):
                now.made.add(now.uuid("VDI", vdi))
                await now.do(uuid, "VDI.destroy", vdi)

    now.later(work)


def block(now: Mischief) -> None:
    """An operation of a guest is blocked, for a while or for good."""

    async def work() -> None:
        vm, operation = now.guest(), now.chance.choice(BLOCKS)
        name, uuid = now.name("VM", vm), now.uuid("VM", vm)
        now.tell(f"somebody blocks {operation} of {name}")
        await now.do(uuid, "VM.add_to_blocked_operations", vm, operation, "not now")
        if now.chance.random() < 0.5:
            await asyncio.sleep(now.chance.uniform(10.0, 200.0))
            now.tell(f"{operation} of {name} is allowed again")
            await now.do(uuid, "VM.remove_from_blocked_operations", vm, operation)

    now.later(work)


def disconnect(now: Mischief) -> None:
    """A host loses an SR or a network, as far as XAPI lets somebody take it, for a while or for good."""

    async def work() -> None:
        cls = now.chance.choice(("PBD", "PIF"))
        ref = now.chance.choice(list(now.lab.db.all(cls)))
        host = now.lab.db.get(cls, ref)["host"]
        now.tell(f"somebody unplugs a {cls} of {now.name('host', host)}")
        await now.do(now.uuid("host", host), f"{cls}.unplug", ref)
        if cls == "PIF" and now.chance.random() < 0.3:
            await now.do(now.uuid("host", host), "PIF.forget", ref)
        elif now.chance.random() < 0.5:
            await asyncio.sleep(now.chance.uniform(10.0, 400.0))
            now.tell(f"the {cls} is plugged again")
            await now.do(now.uuid("host", host), f"{cls}.plug", ref)

    now.later(work)


def fill(now: Mischief) -> None:
    """An SR is full, for a while or for good: another pool on the same array takes the space."""

    async def work() -> None:
        sr = now.chance.choice([ref for ref, sr in now.lab.db.all("SR").items() if sr["physical_size"] > 0])
        record = now.lab.db.get("SR", sr)
        taken = record["physical_size"] - record["physical_utilisation"]
        now.tell(f"SR {record['name_label']} is full")
        now.lab.db.update("SR", sr, physical_utilisation=record["physical_size"])
        if now.chance.random() < 0.5:
            await asyncio.sleep(now.chance.uniform(10.0, 400.0))
            left = now.lab.db.get("SR", sr)["physical_utilisation"] - taken
            now.lab.db.update("SR", sr, physical_utilisation=max(0, left))

    now.later(work)


def add_disk(now: Mischief) -> None:
    """A guest gets one more disk, plugged where it runs."""

    async def work() -> None:
        vm = now.guest()
        uuid = now.uuid("VM", vm)
        sr = _share(now)
        now.tell(f"somebody gives {now.name('VM', vm)} a disk on {now.name('SR', sr)}")
        vdi = await now.do(uuid, "VDI.create", _disk(sr))
        if vdi is None:
            return
        now.made.add(now.uuid("VDI", vdi))
        vbd = await now.do(uuid, "VBD.create", _drive(vm, vdi))
        if vbd is not None and now.lab.db.exists("VM", vm) and now.lab.db.get("VM", vm)["power_state"] == "Running":
            await now.do(uuid, "VBD.plug", vbd)

    now.later(work)


def move_disk(now: Mischief) -> None:
    """Somebody brings a running guest's disk to another SR."""

    async def work() -> None:
        vm = now.guest()
        drives = [vbd for vbd in map(_reader(now, "VBD"), now.lab.db.get("VM", vm)["VBDs"]) if vbd["type"] == "Disk"]
        if not drives:
            return
        sr = _share(now)
        now.tell(f"somebody moves a disk of {now.name('VM', vm)} to {now.name('SR', sr)}")
        vdi = now.chance.choice(drives)["VDI"]
        await now.do(now.uuid("VM", vm), "VDI.pool_migrate", vdi, sr, {}, target=now.uuid("SR", sr))

    now.later(work)


def _share(now: Mischief) -> str:
    """An SR of all hosts, at random."""
    every = now.lab.db.all("SR").items()
    return now.chance.choice([ref for ref, sr in every if sr["shared"] and sr["type"] == "nfs"])


def _reader(now: Mischief, cls: str) -> Any:
    return lambda ref: now.lab.db.get(cls, ref)


def _disk(sr: str) -> dict[str, Any]:
    return {
        "name_label": "added", "name_description": "", "SR": sr, "virtual_size": str(GiB), "type": "user",
        "sharable": False, "read_only": False, "other_config": {}, "xenstore_data": {}, "sm_config": {}, "tags": [],
    }  # fmt: skip


def _drive(vm: str, vdi: str) -> dict[str, Any]:
    return {
        "VM": vm, "VDI": vdi, "userdevice": "7", "bootable": False, "mode": "RW", "type": "Disk", "empty": False,
        "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
    }  # fmt: skip


def _deeds(state: str, vm: str, host: str) -> list[tuple[Any, ...]]:
    deeds: list[tuple[Any, ...]] = [("host.disable", host), ("host.enable", host), ("host.evacuate", host)]
    if state == "Running":
        deeds += [("VM.clean_shutdown", vm), ("VM.suspend", vm), ("VM.hard_shutdown", vm), ("VM.clean_reboot", vm)]
        deeds += [("VM.pool_migrate", vm, host, {}), ("VM.pause", vm)]
    if state == "Halted":
        deeds += [("VM.start", vm, False, False), ("VM.start_on", vm, host, False, False)]
    if state == "Suspended":
        deeds += [("VM.resume", vm, False, False)]
    if state == "Paused":
        deeds += [("VM.unpause", vm)]
    return deeds
