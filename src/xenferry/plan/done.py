"""Is a step already true of the pool? The answer comes from a snapshot alone, never from a task or from our own notes.

That is what makes a run repeatable: before each call the pool is asked, and what is already so is not done again.
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.plan import cabling_state, disks, ticket
from xenferry.plan import steps as s
from xenferry.plan.crossing import state as cross_state
from xenferry.plan.things import guest, host, seek
from xenferry.pool import records as r
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot


def visible(step: s.AnyStep) -> bool:
    """Can a snapshot show that the step was done? Where not, the call's success is all there is.

    A NIC's new name is dom0's business until the host boots; a scan leaves no trace when nothing was found; what a
    person's command does only that person knows. All may be repeated without harm.
    """
    return not isinstance(step, s.RenameNics | s.ScanPIFs | s.Hook)


def done(step: s.AnyStep, snapshot: Snapshot) -> bool:
    """Is what the step wants already so in this snapshot?"""
    match step:
        case s.Move() | s.Start() | s.Resume():
            wanted = step.target if isinstance(step, s.Move) else step.host
            return runs_on(snapshot, step.guest, wanted)
        case s.MoveWithDisks():
            return _moved_with_disks(step, snapshot)
        case s.Cross():
            return cross_state.crossed(step, snapshot)
        case s.StartThere():
            return cross_state.started_there(step, snapshot)
        case s.MoveDisk():
            vm = guest(snapshot, step.guest)
            return vm is not None and disks.in_place(snapshot, vm, (step.disk,))
        case s.Shutdown():
            return _state(snapshot, step.guest) == "Halted"
        case s.Suspend():
            return _state(snapshot, step.guest) == "Suspended"
        case s.MoveVIF():
            vif = snapshot.VIF.get(seek(snapshot, step.vif) or NULL)
            return vif is None or vif.network == seek(snapshot, step.network)
        case s.Eject():
            vbd = snapshot.VBD.get(seek(snapshot, step.drive) or NULL)
            return vbd is None or vbd.empty
        case _:
            return _done_to_host(step, snapshot)


def _done_to_host(step: s.AnyStep, snapshot: Snapshot) -> bool:
    match step:
        case s.Disable() | s.Enable():
            record = host(snapshot, step.host)
            return record is not None and record.enabled is isinstance(step, s.Enable)
        case s.SetTicket():
            return ticket.entries(step).items() <= _other_config(snapshot, step.host).items()
        case s.ClearTicket():
            return not any(key in _other_config(snapshot, step.host) for key in ticket.KEYS)
        case s.PlugPBD():
            pbd = snapshot.PBD.get(seek(snapshot, step.pbd) or NULL)
            return pbd is not None and pbd.currently_attached
        case s.CreateSR():
            return _connected(step, snapshot) and _default(step, snapshot)
        case s.ForgetPIF():
            return seek(snapshot, step.pif) is None
        case s.Reboot():
            return _rebooted(step, snapshot)
        case _:
            return _put_right(step, snapshot)


def _put_right(step: s.AnyStep, snapshot: Snapshot) -> bool:
    match step:
        case s.PlugPIF():
            pif = snapshot.PIF.get(seek(snapshot, step.pif) or NULL)
            return pif is not None and pif.currently_attached
        case s.CreatePBD():
            at = (seek(snapshot, step.host), seek(snapshot, step.sr))
            return any((pbd.host, pbd.SR) == at and pbd.currently_attached for pbd in snapshot.PBD.values())
        case s.Set():
            return seek(snapshot, step.what) is not None and value(step, snapshot) == step.value
        case s.SetMemory():
            vm = guest(snapshot, step.guest)
            return vm is not None and (vm.memory_dynamic_min, vm.memory_dynamic_max) == (step.low, step.high)
        case s.SetTracking():
            disk = snapshot.VDI.get(seek(snapshot, step.vdi) or NULL)
            return disk is not None and disk.cbt_enabled is step.on
        case s.SetDefaultSR():
            return snapshot.pool.default_SR == seek(snapshot, step.sr)
        case (
            s.DropVLAN() | s.DropBond() | s.DropTunnel() | s.MakeBond() | s.MakeVLAN() | s.MakeTunnel()
            | s.SetUpPIF() | s.FollowNIC()
        ):  # fmt: skip
            return cabling_state.done(step, snapshot)
        case _:
            return False


def value(step: s.Set, snapshot: Snapshot) -> s.Value:
    """What the field, or the entry of the map, holds now."""
    record = snapshot.tables[step.what.kind][seek(snapshot, step.what) or NULL]
    held = getattr(record, step.field)
    found: s.Value = held.get(step.entry) if step.entry else held
    return found


def runs_on(snapshot: Snapshot, wanted: s.Thing, place: s.Thing) -> bool:
    """Does the guest run there, and is it not about to go elsewhere?"""
    vm, at = guest(snapshot, wanted), host(snapshot, place)
    if vm is None or at is None:
        return False
    return vm.power_state == "Running" and vm.resident_on == at.ref and leaving_for(vm) in (NULL, at.ref)


def leaving_for(vm: r.VM) -> str:
    """The host that has memory reserved for the guest's arrival, or the null reference."""
    return vm.scheduled_to_be_resident_on or NULL


def created(step: s.CreateSR, snapshot: Snapshot) -> r.SR | None:
    """The SR that the step makes, if it is there: same name, type and device configuration; or the one of its UUID."""
    if step.uuid:
        return next((sr for sr in snapshot.SR.values() if sr.uuid == step.uuid), None)
    wanted = dict(step.device_config).items()
    for sr in snapshot.SR.values():
        pbds = [snapshot.PBD[ref] for ref in sr.PBDs if ref in snapshot.PBD]
        alike = any(wanted <= pbd.device_config.items() for pbd in pbds)
        if sr.name_label == step.name and sr.type == step.kind.lower() and alike:
            return sr
    return None


def unplugged(step: s.CreateSR, snapshot: Snapshot) -> tuple[r.PBD, ...]:
    """The new SR's connections that are not plugged; SR.create answers success in spite of them."""
    sr = created(step, snapshot)
    pbds = [snapshot.PBD[ref] for ref in sr.PBDs if ref in snapshot.PBD] if sr else []
    return tuple(pbd for pbd in pbds if not pbd.currently_attached)


def _connected(step: s.CreateSR, snapshot: Snapshot) -> bool:
    """Is the SR there, with every connection plugged? One that was introduced has none until they are made."""
    sr = created(step, snapshot)
    if sr is None or unplugged(step, snapshot):
        return False
    joined = {snapshot.PBD[ref].host for ref in sr.PBDs if ref in snapshot.PBD}
    return not step.uuid or all(host.ref in joined for host in snapshot.hosts)


def _default(step: s.CreateSR, snapshot: Snapshot) -> bool:
    sr = created(step, snapshot)
    return not step.make_default or (sr is not None and snapshot.pool.default_SR == sr.ref)


def _moved_with_disks(step: s.MoveWithDisks, snapshot: Snapshot) -> bool:
    vm = guest(snapshot, step.guest)
    if vm is None or not disks.in_place(snapshot, vm, step.disks):
        return False
    return step.source is None or runs_on(snapshot, step.guest, step.target)


def _rebooted(step: s.Reboot, snapshot: Snapshot) -> bool:
    """Another boot time than before; where none was known before, nothing proves that the host was rebooted."""
    record = host(snapshot, step.host)
    if not step.booted or record is None or record.other_config.get("boot_time", "") in ("", step.booted):
        return False
    metrics = snapshot.host_metrics.get(record.metrics)
    return metrics is not None and metrics.live


def _state(snapshot: Snapshot, wanted: s.Thing) -> str:
    vm = guest(snapshot, wanted)
    return vm.power_state if vm else "gone"


def _other_config(snapshot: Snapshot, wanted: s.Thing) -> Mapping[str, str]:
    record = host(snapshot, wanted)
    return record.other_config if record else {}
