"""The only module that calls a method of XAPI that changes something: each kind of step, one small function.

Long work is started as a task tagged with run and step, so that whoever comes after a crash finds it again; what XAPI
does at once is simply called, for it may be repeated without harm.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from xenferry.plan import disks, ticket
from xenferry.plan import steps as s
from xenferry.plan.things import find
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.runs import hook, sr
from xenferry.runs.crossing import calls as cross
from xenferry.runs.mend import Unable, mend
from xenferry.runs.port import Beyond, Dom0, PoolPort, TaskPort
from xenferry.runs.recable import recable

RUN_TAG, STEP_TAG = "xenferry-run", "xenferry-step"


class Doing(Struct, frozen=True):
    """What carrying out a step needs."""

    pool: PoolPort
    snapshot: Snapshot
    tags: Mapping[str, str]
    dom0: Dom0 | None
    beyond: Beyond | None = None

    def ref(self, thing: s.Thing) -> Ref:
        return find(self.snapshot, thing)

    async def start(self, method: str, *params: object) -> TaskPort:
        return await self.pool.start(method, *params, tags=dict(self.tags))


METHODS: Mapping[type[s.Step], str] = {
    s.Move: "VM.pool_migrate",
    s.MoveWithDisks: "VM.migrate_send",
    s.MoveDisk: "VDI.pool_migrate",
    s.Shutdown: "VM.clean_shutdown",
    s.Suspend: "VM.suspend",
    s.Start: "VM.start_on",
    s.Resume: "VM.resume_on",
    s.Eject: "VBD.eject",
    s.MoveVIF: "VIF.move",
    s.PlugPBD: "PBD.plug",
    s.CreateSR: "SR.create",
    s.PlugPIF: "PIF.plug",
    s.Cross: "VM.migrate_send",
    s.StartThere: "VM.start_on",
}
"""The steps that run as a task, and of which call."""


async def begin(step: s.AnyStep, doing: Doing) -> TaskPort | None:
    """Start what the step wants; the task that does it, or None when it is done already on return.

    Raises:
        Gone: an object of the step is not in the pool.
        Unable: the step cannot be begun.
        XapiError, Unreachable: from the pool.
    """
    match step:
        case s.Move():
            options = {"live": "true"} | ({"network": doing.ref(step.network)} if step.network else {})
            options |= {"compress": "true"} if step.compress else {}
            return await doing.start(METHODS[s.Move], doing.ref(step.guest), doing.ref(step.target), options)
        case s.MoveWithDisks():
            return await _move_with_disks(step, doing)
        case s.MoveDisk():
            return await _move_disk(step, doing)
        case s.Shutdown() | s.Suspend():
            return await doing.start(METHODS[type(step)], doing.ref(step.guest))
        case s.Start() | s.Resume():
            guest, host = doing.ref(step.guest), doing.ref(step.host)
            return await doing.start(METHODS[type(step)], guest, host, False, False)
        case s.Eject():
            return await doing.start(METHODS[s.Eject], doing.ref(step.drive))
        case s.MoveVIF():
            return await doing.start(METHODS[s.MoveVIF], doing.ref(step.vif), doing.ref(step.network))
        case s.PlugPBD():
            return await doing.start(METHODS[s.PlugPBD], doing.ref(step.pbd))
        case s.CreateSR():
            return await sr.make(step, doing.pool, doing.snapshot, dict(doing.tags))
        case s.PlugPIF():
            return await doing.start(METHODS[s.PlugPIF], doing.ref(step.pif))
        case s.Cross():
            return await cross.send(step, doing.pool, doing.snapshot, doing.beyond, dict(doing.tags))
        case s.StartThere():
            return await cross.start(step, doing.snapshot, doing.beyond, dict(doing.tags))
        case s.SetTracking():
            return await doing.start("VDI.enable_cbt" if step.on else "VDI.disable_cbt", doing.ref(step.vdi))
        case _:
            await _switch(step, doing)
            return None


async def _switch(step: s.AnyStep, doing: Doing) -> None:
    """Steps that XAPI does at once."""
    match step:
        case s.Disable():
            await _disable(step, doing)
        case s.Enable():
            await doing.pool.call("host.enable", doing.ref(step.host))
        case s.SetTicket():
            await _clear_keys(doing, doing.ref(step.host), tuple(ticket.entries(step)))
            for key, value in ticket.entries(step).items():
                await doing.pool.call("host.add_to_other_config", doing.ref(step.host), key, value)
        case s.ClearTicket():
            await _clear_keys(doing, doing.ref(step.host), ticket.KEYS)
        case s.ForgetPIF():
            await doing.pool.call("PIF.forget", doing.ref(step.pif))
        case s.ScanPIFs():
            await doing.pool.call("PIF.scan", doing.ref(step.host))
        case s.RenameNics():
            await _rename(step, doing)
        case s.Reboot():
            if not step.ordered:
                await doing.pool.call("host.reboot", doing.ref(step.host))
        case s.Hook():
            await hook.run(step, doing.snapshot.host[doing.ref(step.host)].address)
        case s.CreatePBD() | s.Set() | s.SetMemory() | s.SetDefaultSR():
            await mend(step, doing.pool, doing.snapshot)
        case (
            s.DropVLAN() | s.DropBond() | s.DropTunnel() | s.MakeBond() | s.MakeVLAN() | s.MakeTunnel()
            | s.SetUpPIF() | s.FollowNIC()
        ):  # fmt: skip
            await recable(step, doing.pool, doing.snapshot)
        case _:  # a test holds that every kind of AnyStep is carried out here or in begin()
            raise Unable(f"this version cannot carry out a step of kind {type(step).__name__}")


async def _clear_keys(doing: Doing, host: Ref, keys: tuple[str, ...]) -> None:
    for key in keys:
        await doing.pool.call("host.remove_from_other_config", host, key)


async def _disable(step: s.Disable, doing: Doing) -> None:
    host = doing.ref(step.host)
    lasting = step.stays and version.xapi(doing.snapshot) >= (25, 31)  # auto_enable came with 25.31
    await doing.pool.call("host.disable", host, *([False] if lasting else []))


async def _move_with_disks(step: s.MoveWithDisks, doing: Doing) -> TaskPort:
    guest, target = doing.ref(step.guest), doing.ref(step.target)
    network = doing.ref(step.network) if step.network else _management_network(doing.snapshot, target)
    present = disks.by_device(doing.snapshot, doing.snapshot.VM[guest])
    lost = [disk.device for disk in step.disks if disk.device not in present]
    if lost:
        raise Unable(f"guest {step.guest.name} has no disk at position {lost[0]} any more; make the plan anew")
    where = {present[disk.device].ref: doing.ref(disk.target) for disk in step.disks} | _inserted(doing.snapshot, guest)
    # The token holds a session of the target; it goes from one call into the next and nowhere else.
    token = await doing.pool.call("host.migrate_receive", target, network, {})
    return await doing.start(METHODS[s.MoveWithDisks], guest, token, True, where, {}, {}, {})


def _inserted(snapshot: Snapshot, guest: Ref) -> dict[Ref, Ref]:
    """CDs in the guest's drives, with the SR where they are: XAPI takes out each that it is not told to leave."""
    drives = [vbd for vbd in snapshot.VBD.values() if guest == vbd.VM and vbd.type == "CD" and not vbd.empty]
    return {vbd.VDI: snapshot.VDI[vbd.VDI].SR for vbd in drives if vbd.VDI in snapshot.VDI}


def _management_network(snapshot: Snapshot, host: Ref) -> Ref:
    for pif in snapshot.PIF.values():
        if pif.host == host and pif.management:
            return pif.network
    raise Unable(f"host {snapshot.name(host)} has no management NIC in XAPI's database; name a migration network")


async def _move_disk(step: s.MoveDisk, doing: Doing) -> TaskPort:
    vm = doing.snapshot.VM[doing.ref(step.guest)]
    vdi = disks.by_device(doing.snapshot, vm).get(step.disk.device)
    if vdi is None:
        raise Unable(f"guest {step.guest.name} has no disk at position {step.disk.device} any more")
    return await doing.start(METHODS[s.MoveDisk], vdi.ref, doing.ref(step.disk.target), {})


async def _rename(step: s.RenameNics, doing: Doing) -> None:
    if doing.dom0 is None:
        raise Unable("NICs are renamed in dom0 over ssh, and no access to dom0 is configured for this pool")
    address = doing.snapshot.host[doing.ref(step.host)].address
    await doing.dom0.rename_nics(step.host, address, dict(step.names), step.management)
