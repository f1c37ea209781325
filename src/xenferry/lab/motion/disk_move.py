"""VDI.pool_migrate: a disk goes to another SR of the pool. XAPI makes a migrate_send of it, memory and all."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.guest.migration import check_forwarding
from xenferry.lab.motion import destination, send
from xenferry.lab.motion.destination import Destination
from xenferry.lab.motion.receive import migrate_receive
from xenferry.lab.placement import core, leaving, reach
from xenferry.lab.placement.facts import Facts
from xenferry.lab.reservation import reserved


async def pool_migrate(ctx: Context, vdi: str, sr: str, options: Mapping[str, str]) -> str:
    """The disk's copy. Raises VDI_NEEDS_VM_FOR_MIGRATE [vdi] when no guest, running or not, has a drive with it."""
    drives = sorted(ctx.db.find("VBD", VDI=vdi))
    if not drives:
        raise LabError("VDI_NEEDS_VM_FOR_MIGRATE", vdi)
    vm = ctx.db.get("VBD", drives[-1])["VM"]
    async with locks.guest_operation(ctx, vm, "migrate_send"):
        host = _host(ctx, vm, sr, force=options.get("force") == "true")
        with reserved(ctx, vm, host, "vm_migrate"):
            async with locks.operation(ctx, ("VDI", vdi, "mirror")):
                check_forwarding(ctx, host)
                await _move(ctx, vm, vdi, sr, host, options)
    return str(ctx.db.get("VBD", drives[-1])["VDI"])


def _host(ctx: Context, vm: str, sr: str, *, force: bool) -> str:
    """The guest's own host; for one that does not run, any on which it could and that has the SR.

    Raises NO_HOSTS_AVAILABLE [].
    """
    facts, record = ctx.lab.hypervisor.facts, ctx.db.get("VM", vm)
    if send.is_live(ctx, vm):
        return str(record["resident_on"])
    if record["scheduled_to_be_resident_on"] != NULL:
        return str(record["scheduled_to_be_resident_on"])
    able = [
        host
        for host in facts.all("host")
        if core.refusal(core.check, facts, vm, host, with_cpu=not force) is None
        and sr in reach.plugged_srs(facts, host)
    ]
    return _any(ctx, able)


def _any(ctx: Context, able: list[str]) -> str:
    if not able:
        raise LabError("NO_HOSTS_AVAILABLE")
    return ctx.lab.hypervisor.random.choice(able)


async def _move(ctx: Context, vm: str, vdi: str, sr: str, host: str, options: Mapping[str, str]) -> None:
    disk = ctx.db.get("VDI", vdi)
    if disk["type"] == "cbt_metadata":
        raise LabError("VDI_INCOMPATIBLE_TYPE", vdi, "cbt_metadata")
    if disk["cbt_enabled"]:
        raise LabError("VDI_CBT_ENABLED", vdi)
    facts = ctx.lab.hypervisor.facts
    vbds = [ctx.db.get("VBD", ref) for ref in ctx.db.get("VM", vm)["VBDs"]]
    staying = {vbd["VDI"]: facts.get("VDI", vbd["VDI"])["SR"] for vbd in vbds if not vbd["empty"]}
    wish = leaving.Wish({**staying, vdi: sr}, formats={vdi: options.get("dest-img-format", "")})
    target = _nearest(ctx, facts, host, set(wish.vdis.values()))
    dest = _receive(ctx, host, target)
    leaving.check(facts, vm, dest.end, wish)
    await send.send(ctx, vm, dest, wish, host)


def _nearest(ctx: Context, facts: Facts, home: str, wanted: set[str]) -> str:
    """The same host if it has all the SRs: the guest then stays. Raises NO_HOSTS_AVAILABLE []."""
    if wanted <= reach.plugged_srs(facts, home):
        return home
    return _any(
        ctx, [host for host in facts.all("host") if facts.live(host) and wanted <= reach.plugged_srs(facts, host)]
    )


def _receive(ctx: Context, home: str, target: str) -> Destination:
    """As host.migrate_receive on the management network. Raises HOST_HAS_NO_MANAGEMENT_IP []."""
    pifs = [ctx.db.get("PIF", pif) for pif in ctx.db.get("host", home)["PIFs"]]
    network = next((pif["network"] for pif in pifs if pif["management"]), None)
    if network is None:
        raise LabError("HOST_HAS_NO_MANAGEMENT_IP")
    return destination.read(ctx.lab, migrate_receive(ctx, target, network))
