"""A step in words, for whoever approves a plan or watches a run. Names come from the pool: escape before showing."""

from __future__ import annotations

from xenferry.plan import cabling_state
from xenferry.plan import steps as s


def size(count: int) -> str:
    """Bytes as people read them: `3.5 GiB`."""
    amount, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"


def span(seconds: float) -> str:
    """Seconds as people read them: `0.3 s`, `45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def summary(step: s.AnyStep) -> str:
    """What the step does, in one line without a full stop."""
    match step:
        case s.Move():
            way = f" over network {step.network.name}" if step.network else ""
            how = ", compressed" if step.compress else ""
            return f"move guest {step.guest.name} from {step.source.name} to {step.target.name}{way}{how}"
        case s.MoveWithDisks():
            return _with_disks(step)
        case s.Cross():
            return _crossing(step)
        case s.StartThere():
            return f"start guest {step.guest.name} on {step.there.host.name} in pool {step.there.pool.name}"
        case s.MoveDisk():
            return f"move disk {_disk(step.disk)} of guest {step.guest.name}"
        case s.Shutdown():
            return f"shut down guest {step.guest.name} on {step.host.name}"
        case s.Suspend():
            return f"suspend guest {step.guest.name} on {step.host.name}"
        case s.Start():
            return f"start guest {step.guest.name} on {step.host.name}"
        case s.Resume():
            return f"resume guest {step.guest.name} on {step.host.name}"
        case s.Eject():
            return f"take the CD out of {step.drive.name} of guest {step.guest.name}"
        case _:
            return _of_host(step)


def _of_host(step: s.AnyStep) -> str:
    match step:
        case s.Disable():
            return f"disable host {step.host.name}{', also after a reboot' if step.stays else ''}"
        case s.Enable():
            return f"enable host {step.host.name}"
        case s.SetTicket():
            return f"remember on host {step.host.name} whom to bring home: {_ticket(step)}"
        case s.ClearTicket():
            return f"drop the return ticket of host {step.host.name}"
        case s.PlugPBD():
            return f"connect host {step.host.name} to SR {step.sr.name}"
        case s.CreateSR():
            default = " and make it the default" if step.make_default else ""
            how = f"attach the {step.kind} SR {step.uuid} as" if step.uuid else f"create {step.kind} SR"
            return f"{how} {step.name} and connect every host{default}"
        case s.RenameNics():
            return f"rename NICs of host {step.host.name}: " + ", ".join(
                f"{mac} becomes {to}" for mac, to in step.names
            )
        case s.MoveVIF():
            return f"move network interface {step.vif.name} of guest {step.guest.name} to {step.network.name}"
        case s.ForgetPIF():
            return f"forget NIC {step.pif.name} of host {step.host.name}"
        case s.ScanPIFs():
            return f"look for NICs of host {step.host.name}"
        case s.Reboot():
            return f"reboot host {step.host.name}"
        case s.Hook():
            return f"run for host {step.host.name}: {step.command}"
        case _:
            return _put_right(step)


def _put_right(step: s.AnyStep) -> str:
    match step:
        case s.PlugPIF():
            return f"bring up {step.pif.name} of host {step.host.name} on network {step.network.name}"
        case s.CreatePBD():
            return f"give host {step.host.name} a connection to SR {step.sr.name} like that of the other hosts"
        case s.Set():
            return _set(step)
        case s.SetMemory():
            before = " to ".join(map(size, step.was))
            return f"let guest {step.guest.name} have {size(step.low)} to {size(step.high)} of memory (now {before})"
        case s.SetTracking():
            switch = "on" if step.on else "off"
            return f"switch changed block tracking of disk {step.vdi.name} of guest {step.guest.name} {switch}"
        case s.SetDefaultSR():
            before = f" (now {step.former.name})" if step.former else ""
            return f"make SR {step.sr.name} the default, where new disks go{before}"
        case (
            s.DropVLAN() | s.DropBond() | s.DropTunnel() | s.MakeBond() | s.MakeVLAN() | s.MakeTunnel()
            | s.SetUpPIF() | s.FollowNIC()
        ):  # fmt: skip
            return cabling_state.words(step)
        case _:  # every kind of AnyStep is named above or in summary(); a test holds that
            raise TypeError(f"no words for {type(step).__name__}")


KINDS = {"VM": "guest", "host": "host", "pool": "pool"}


def _set(step: s.Set) -> str:
    whose = f"of {KINDS[step.what.kind]} {step.what.name}"
    what = f"{step.field} {whose}: {step.entry}" if step.entry else f"{step.field} {whose}"
    if step.value is None:
        return f"take out of {what} (now {step.before!r})"
    return f"set {what} to {step.value!r} (now {'not there' if step.before is None else repr(step.before)})"


def _with_disks(step: s.MoveWithDisks) -> str:
    moving = [_disk(disk) for disk in step.disks if disk.source != disk.target]
    what = f"move guest {step.guest.name}"
    if step.source is None:
        return f"{what}'s disks while it does not run: {'; '.join(moving)}"
    if step.source == step.target:
        return f"{what}'s disks, the guest stays on {step.target.name}: {'; '.join(moving)}"
    return f"{what} from {step.source.name} to {step.target.name} with disks {'; '.join(moving) or 'staying'}"


def _crossing(step: s.Cross) -> str:
    via = f" over network {step.there.network.name}" if step.there.network else ""
    whence = f" from {step.source.name}" if step.source else " (not running)"
    return f"move guest {step.guest.name}{whence} to {step.there.host.name} in pool {step.there.pool.name}{via}"


def details(step: s.AnyStep) -> tuple[str, ...]:
    """What a plan says of a step besides: where each disk and each interface goes that changes pools."""
    if not isinstance(step, s.Cross):
        return ()
    cargo = (
        f"disk {_disk(each)}" if each.bytes else f"disk {each.disk.name} stays on {each.target.name}"
        for each in step.cargo
    )
    return (*cargo, *(f"NIC {link.device} {_network(link)}" for link in step.links if not link.of_snapshot))


def _network(link: s.Link) -> str:
    here, there = link.source.name, link.target.name
    return f"on {there}" if here == there else f"from {here} to {there}"


def _disk(disk: s.Disk | s.Cargo) -> str:
    return f"{disk.disk.name} from {disk.source.name} to {disk.target.name} (at most {size(disk.bytes)})"


def _ticket(step: s.SetTicket) -> str:
    counts = (
        (len(step.migrated), "moved away"),
        (len(step.halted), "shut down"),
        (len(step.suspended), "suspended"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nobody"


def cost(forecast: s.Forecast) -> str:
    """What a step or plan is expected to cost, e.g. `4.0 GiB of memory, about 20 s, pause 0.3 s`."""
    parts = []
    if forecast.memory_bytes:
        parts.append(f"{size(forecast.memory_bytes)} of memory")
    if forecast.disk_bytes:
        parts.append(f"at most {size(forecast.disk_bytes)} of disks")
    if forecast.seconds:
        parts.append(f"about {span(forecast.seconds)}")
    if forecast.pause_seconds:
        parts.append(f"pause {span(forecast.pause_seconds)}")
    return ", ".join(parts) or "a few seconds"


def together(plan: s.Plan) -> str:
    """What the whole plan is expected to cost, between which times it should end, and how good its order is."""
    totals, text = plan.totals, cost(plan.totals)
    if totals.seconds_high:
        text += f"; likely between {span(totals.seconds_low)} and {span(totals.seconds_high)}"
    if sum(step.forecast.bits_per_second > 0 for step in plan.steps) > 1:
        text += _quality(totals.seconds, plan.at_least_seconds)
    return text


def _quality(seconds: float, at_least: float) -> str:
    """How far the order is from the best, as far as that is known."""
    if at_least <= 0:
        return ""
    gap = seconds / at_least - 1
    return (
        "; no order is shorter"
        if gap < 0.001
        else f"; no order takes less than {span(at_least)} (this one takes {gap:.1%} more)"
    )
