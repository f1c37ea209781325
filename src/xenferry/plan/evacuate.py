"""The wish "empty this host": every guest to the host that suits it, or what a person chose for those that cannot go.

XAPI's own planner drops a guest when any one enabled host refuses it, and stops at the first failure. This one asks per
guest and host, keeps the account of memory itself, and leaves nobody out because of somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from xenferry.plan import forecast, placement, room
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge, Mobility, Reason, doubts, in_words, network_refusal, obstacles, refusals
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.words import arg

Choice = Literal["move", "shutdown", "suspend", "eject", "leave"]
CHOICES: tuple[Choice, ...] = ("move", "shutdown", "suspend", "eject", "leave")
"""What a person may choose for a guest: `eject` takes CDs out first and then moves it."""


class Leaving(Struct, frozen=True):
    """How each guest of a host goes; the guests not named here stay."""

    moves: Mapping[Ref, Ref]
    """Guest -> host."""
    shutdown: tuple[Ref, ...]
    suspend: tuple[Ref, ...]


def evacuate(
    snapshot: Snapshot,
    host: Ref,
    choices: Mapping[Ref, Choice] | None = None,
    *,
    network: Ref | None = None,
    judge: Judge = usual,
    model: forecast.Model = forecast.ASSUMED,
) -> s.Plan:
    """Plan to empty a host. It is disabled first, so that nothing starts there meanwhile, and stays so.

    Args:
        snapshot: the pool now.
        host: the host to empty.
        choices: what shall happen to single guests; the others are moved.
        network: the network that migrations shall use.
        judge: makes the judgement of a snapshot.
        model: how long moves take on this pool.

    Raises:
        KeyError: a reference is not in the snapshot.
        ValueError: a choice is none of `CHOICES`, or is made for a guest that is not on the host.
    """
    record = snapshot.host[host]
    draft = Draft(snapshot, f"evacuate host {record.name_label}", network, empties=host, model=model)
    leaving = decide(draft, host, choices or {}, judge(snapshot))
    disabled = (draft.add(s.Disable(key=f"disable-{record.uuid}", host=draft.host(host))),)
    enable = f"`xenferry maintenance leave {arg(record.name_label)}` enables it"
    draft.note(f"host {record.name_label} stays disabled afterwards; {enable}")
    carry(draft, host, leaving, choices or {}, disabled)
    return draft.finish()


def residents(snapshot: Snapshot, host: Ref) -> list[r.VM]:
    """The guests on a host, control domains aside, in XAPI's order."""
    return [vm for vm in snapshot.VM.values() if vm.resident_on == host and not vm.is_control_domain]


def decide(draft: Draft, host: Ref, choices: Mapping[Ref, Choice], mobility: Mobility) -> Leaving:
    """Find a place for everybody who moves; guests that cannot go are left behind in the draft, with their choices."""
    snapshot = draft.snapshot
    guests = residents(snapshot, host)
    _check(snapshot, host, choices, {vm.ref for vm in guests})
    movers = [vm for vm in guests if choices.get(vm.ref, "move") in ("move", "eject")]
    items = [_item(draft, mobility, vm, host, choices.get(vm.ref) == "eject") for vm in movers]
    placed = placement.place([item for item in items if item.may], draft.free)
    for vm, item in zip(movers, items, strict=True):
        if vm.ref not in placed:
            _leave(draft, mobility, vm, host, item)
        for text in doubts(mobility, vm, snapshot.hosts[placed[vm.ref]]) if vm.ref in placed else ():
            draft.note(f"not known from here: {text}")
    for vm in guests:
        if choices.get(vm.ref) == "leave":
            draft.leave(vm, f"guest {vm.name_label} stays on the host because that was chosen", ())
    return Leaving(
        moves={vm.ref: snapshot.hosts[placed[vm.ref]].ref for vm in movers if vm.ref in placed},
        shutdown=_stopping(draft, guests, choices, "shutdown"),
        suspend=_stopping(draft, guests, choices, "suspend"),
    )


def _stopping(draft: Draft, guests: list[r.VM], choices: Mapping[Ref, Choice], how: Choice) -> tuple[Ref, ...]:
    """The guests for which this was chosen; those to whom XAPI would refuse it are left behind."""
    chosen = [vm for vm in guests if choices.get(vm.ref) == how]
    for vm in chosen:
        possible = _choices(draft.snapshot, vm)
        if how not in possible:
            verb = "shut down cleanly" if how == "shutdown" else "suspended"
            text = f"guest {vm.name_label} cannot be {verb} by XAPI now; usually its guest tools do not run"
            inside = ("shut it down from inside",) if how == "shutdown" else ()
            draft.leave(vm, text, (*inside, *possible))
    return tuple(vm.ref for vm in chosen if how in _choices(draft.snapshot, vm))


def carry(draft: Draft, host: Ref, leaving: Leaving, choices: Mapping[Ref, Choice], after: tuple[str, ...]) -> None:
    """Add the steps by which they go; those that take longest first, so that nothing long is left for the end."""
    snapshot, own = draft.snapshot, draft.host(host)
    for ref in leaving.suspend:
        vm = snapshot.VM[ref]
        cost = forecast.memory_bytes(snapshot, vm)
        seconds = s.Forecast(seconds=forecast.OVERHEAD_SECONDS + cost * 8 / forecast.DISK_BITS)
        guest = draft.guest(vm)
        draft.add(s.Suspend(key=f"suspend-{vm.uuid}", after=after, guest=guest, host=own, forecast=seconds))
    for ref in leaving.shutdown:
        vm, seconds = snapshot.VM[ref], s.Forecast(seconds=forecast.SHUTDOWN_SECONDS)
        guest = draft.guest(vm)
        draft.add(s.Shutdown(key=f"shutdown-{vm.uuid}", after=after, guest=guest, host=own, forecast=seconds))
    for ref in sorted(leaving.moves, key=lambda each: -forecast.memory_bytes(snapshot, snapshot.VM[each])):
        vm = snapshot.VM[ref]
        ejected = _ejects(draft, vm, after) if choices.get(ref) == "eject" else ()
        draft.move(vm, leaving.moves[ref], (*after, *ejected))


def _check(snapshot: Snapshot, host: Ref, choices: Mapping[Ref, str], present: set[Ref]) -> None:
    for ref, choice in choices.items():
        name = snapshot.VM[ref].name_label
        if choice not in CHOICES:
            raise ValueError(f"choice {choice!r} for guest {name}: expected one of {', '.join(CHOICES)}")
        if ref not in present:
            raise ValueError(f"choice for guest {name}: it does not run on host {snapshot.host[host].name_label}")


def _item(draft: Draft, mobility: Mobility, vm: r.VM, host: Ref, eject: bool) -> placement.Item:
    hosts = enumerate(draft.snapshot.hosts)
    may = HostSet.of(
        place for place, other in hosts if other.ref != host and not _against(draft, mobility, vm, other, eject)
    )
    return placement.Item(vm.ref, room.needed(draft.snapshot, vm), room.held(vm), may)


def _against(draft: Draft, mobility: Mobility, vm: r.VM, host: r.Host, eject: bool) -> list[Reason]:
    cds = _cd_srs(draft.snapshot, vm) if eject else frozenset()
    reasons = [*obstacles(mobility, vm, host), *network_refusal(draft.snapshot, draft.network, host)]
    return [reason for reason in reasons if not (reason.error[:1] == ("VM_REQUIRES_SR",) and reason.error[-1] in cds)]


def _cds(snapshot: Snapshot, vm: r.VM) -> list[r.VBD]:
    vbds = [snapshot.VBD[ref] for ref in vm.VBDs if ref in snapshot.VBD]
    return [vbd for vbd in vbds if vbd.type == "CD" and not vbd.empty]


def _cd_srs(snapshot: Snapshot, vm: r.VM) -> frozenset[Ref]:
    return frozenset(snapshot.VDI[vbd.VDI].SR for vbd in _cds(snapshot, vm) if vbd.VDI in snapshot.VDI)


def _ejects(draft: Draft, vm: r.VM, after: tuple[str, ...]) -> tuple[str, ...]:
    keys = []
    for vbd in _cds(draft.snapshot, vm):
        drive = s.Thing("VBD", vbd.uuid, f"drive {vbd.userdevice}")
        cost = s.Forecast(seconds=forecast.SHORT_SECONDS)
        step = s.Eject(key=f"eject-{vbd.uuid}", after=after, guest=draft.guest(vm), drive=drive, forecast=cost)
        keys.append(draft.add(step))
    return tuple(keys)


def _leave(draft: Draft, mobility: Mobility, vm: r.VM, host: Ref, item: placement.Item) -> None:
    snapshot = draft.snapshot
    if vm.power_state != "Running":
        state = vm.power_state.lower()
        draft.leave(vm, f"guest {vm.name_label} is {state}; only running guests can be moved", ("unpause it",))
        return
    if item.may:
        names = ", ".join(each.name_label for each in snapshot.hosts_in(item.may))
        text = f"no memory: the guest needs {size(item.needs)}, and none of {names} has that left after the other moves"
        draft.leave(vm, text, (*_choices(snapshot, vm), f"free {size(item.needs)} of memory on one of {names}"))
        return
    others = [each for each in snapshot.hosts if each.ref != host]
    said = refusals(mobility, vm, HostSet.of(snapshot.place[each.ref] for each in others))
    own = in_words([(each.name_label, network_refusal(snapshot, draft.network, each)) for each in others])
    reasons = [*(s.Hindrance(reason.text, reason.cures) for reason in said), *([s.Hindrance(own)] if own else [])]
    draft.leave(vm, reasons or "the pool has no other host", _choices(snapshot, vm))


def _choices(snapshot: Snapshot, vm: r.VM) -> tuple[str, ...]:
    """The choices that this guest's own state allows, as XAPI lists them."""
    possible = [
        ("shutdown", "clean_shutdown" in vm.allowed_operations),
        ("suspend", "suspend" in vm.allowed_operations),
        ("eject", bool(_cds(snapshot, vm))),
        ("leave", True),
    ]
    return tuple(name for name, can in possible if can)


__all__ = ["CHOICES", "Choice", "Leaving", "carry", "decide", "evacuate", "residents"]
