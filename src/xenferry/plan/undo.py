"""The way back of a step, where there is one: what a person would do to have the pool as it was."""

from __future__ import annotations

from msgspec.structs import replace

from xenferry.plan import steps as s


def undo(step: s.AnyStep) -> s.AnyStep | None:
    """The step that takes this one back; None where nothing can (a CD's image, a reboot) or nothing needs to.

    Bytes are not stated: `back` states them as they are then.
    """
    key = f"undo-{step.key}"
    match step:
        case s.Move():
            return replace(step, key=key, after=(), source=step.target, target=step.source, forecast=s.Forecast())
        case s.Disable():
            return s.Enable(key=key, host=step.host)
        case s.Enable():
            return s.Disable(key=key, host=step.host)
        case s.SetTicket():
            return s.ClearTicket(key=key, host=step.host)
        case s.Shutdown():
            return s.Start(key=key, guest=step.guest, host=step.host)
        case s.Suspend():
            return s.Resume(key=key, guest=step.guest, host=step.host)
        case s.Start():
            return s.Shutdown(key=key, guest=step.guest, host=step.host)
        case s.Resume():
            return s.Suspend(key=key, guest=step.guest, host=step.host)
        case s.MoveDisk():
            return s.MoveDisk(key=key, guest=step.guest, disk=_back(step.disk))
        case s.MoveWithDisks():
            return _with_disks(step, key)
        case s.Set():
            return replace(step, key=key, after=(), value=step.before, before=step.value)
        case s.SetMemory():
            low, high = step.was
            return replace(step, key=key, after=(), low=low, high=high, was=(step.low, step.high))
        case s.SetTracking():
            return replace(step, key=key, after=(), on=not step.on)
        case s.SetDefaultSR():
            return replace(step, key=key, after=(), sr=step.former, former=step.sr) if step.former else None
        case _:
            return None


def _with_disks(step: s.MoveWithDisks, key: str) -> s.MoveWithDisks:
    return s.MoveWithDisks(
        key=key,
        guest=step.guest,
        source=step.target if step.source else None,
        target=step.source or step.target,
        disks=tuple(_back(disk) for disk in step.disks),
        network=step.network,
    )


def _back(disk: s.Disk) -> s.Disk:
    return s.Disk(disk=disk.disk, device=disk.device, source=disk.target, target=disk.source, bytes=disk.bytes)
