"""VM.pool_migrate from the caller's wish to the message that it is done."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.guest.messages import tell
from xenferry.lab.motion import live
from xenferry.lab.motion.network import check_network
from xenferry.lab.placement import arrival, cpu
from xenferry.lab.reservation import reserved

COMPRESS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


async def pool_migrate(ctx: Context, vm: str, host: str, options: dict[str, str]) -> None:
    """Options read are `force`, `network` and `compress`; `live` and unknown ones make no difference."""
    force = options.get("force") == "true"
    facts = ctx.lab.hypervisor.facts
    facts.get("VM", vm), facts.get("host", host)
    if not force:
        cpu.check(facts, vm, host)
    source = facts.get("VM", vm)["resident_on"]
    async with locks.guest_operation(ctx, vm, "pool_migrate", strict=not force):
        source = ctx.db.get("VM", vm)["resident_on"]
        arrival.check_upgrade(ctx.lab.hypervisor.facts, vm, host)
        with reserved(ctx, vm, host, "vm_migrate"):
            await forward(ctx, source)
            check_sending(ctx, host, options)
            await live.migrate(ctx, vm, host, way_of(ctx, source, host, options))
    tell_migrated(ctx, vm, source, host)


def way_of(ctx: Context, source: str, target: str, options: Mapping[str, str]) -> live.Way:
    """Network and compression, by the caller's options; compression by the pool's setting if they do not say."""
    asked = COMPRESS.get(options.get("compress", "").lower())
    pool = next(iter(ctx.db.all("pool").values()))
    compress = asked if asked is not None else source != target and pool["migration_compression"]
    return live.Way(network=options.get("network", ""), compress=bool(compress))


def check_forwarding(ctx: Context, host: str) -> None:
    """Raises HOST_OFFLINE [host] when XAPI believes it dead, CANNOT_CONTACT_HOST [host] when it does not answer."""
    if not ctx.lab.hypervisor.facts.live(host):
        raise LabError("HOST_OFFLINE", host)
    if not ctx.lab.toolstacks.answers(host):
        raise LabError("CANNOT_CONTACT_HOST", host)


def check_sending(ctx: Context, target: str, options: dict[str, str]) -> None:
    """What the source host asks: the licence, the network, and whether the target answers."""
    if not ctx.lab.hypervisor.facts.licensed("xen_motion"):
        raise LabError("LICENCE_RESTRICTION", "Xen_motion")
    if "network" in options:
        check_network(ctx.db, options["network"], target)
    if not ctx.lab.toolstacks.answers(target):
        raise LabError("VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED")


def tell_migrated(ctx: Context, vm: str, source: str, target: str) -> None:
    """The message VM_MIGRATED, with names and uuids as XAPI writes them."""
    where = [ctx.db.get("host", ref) for ref in (source, target)]
    text = " to ".join(f"host '{host['name_label']}' (uuid: {host['uuid']})" for host in where)
    tell(ctx, vm, "VM_MIGRATED", f"migrated from {text}")
