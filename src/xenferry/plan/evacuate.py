"""The wish "empty this host": every guest to the host that suits it, or what a person chose for those that cannot go.

XAPI's own planner drops a guest when any one enabled host refuses it, and stops at the first failure. This one asks per
guest and host, keeps the account of memory itself, moves guests that live on the targets aside where that makes room,
and leaves nobody out because of somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from xenferry.plan import evacuate_room as tight
from xenferry.plan import forecast, placement
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.evacuate_policy import ANYWHERE, ASK, CHOICES, Choice, Targets, by_tags, tagged
from xenferry.plan.failover import refused
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge, Mobility, Reason, doubts, in_words, network_refusal, obstacles, refusals
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.words import arg


class Leaving(Struct, frozen=True):
    """How each guest of a host goes; the guests not named here stay."""

    moves: Mapping[Ref, Ref]
    """Guest -> host."""
    hops: tuple[placement.Hop, ...]
    """The moves in order, those of guests that go aside to make room among them."""
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
    targets: Targets = ANYWHERE,
) -> s.Plan:
    """Plan to empty a host. It is disabled first, so that nothing starts there meanwhile, and stays so.

    Args:
        snapshot: the pool now.
        host: the host to empty.
        choices: what shall happen to single guests; for the others their tags say it, else they are moved.
        network: the network that migrations shall use.
        judge: makes the judgement of a snapshot.
        model: how long moves take on this pool.
        targets: hosts that are preferred, or take nobody.

    Raises:
        KeyError: a reference is not in the snapshot.
        ValueError: a choice is none of `CHOICES`, or is made for a guest that is not on the host.
    """
    record = snapshot.host[host]
    draft = Draft(snapshot, f"evacuate host {record.name_label}", network, empties=host, model=model)
    choices = by_tags(residents(snapshot, host), choices or {})
    leaving = decide(draft, host, choices, judge(snapshot), targets)
    if silent(draft, host) or refused(draft, host):
        return draft.finish()
    disabled = (draft.add(s.Disable(key=f"disable-{record.uuid}", host=draft.host(host))),)
    enable = f"`xenferry maintenance leave {arg(record.name_label)}` enables it"
    draft.note(f"host {record.name_label} stays disabled afterwards; {enable}")
    carry(draft, leaving, choices, disabled)
    return draft.finish()


def silent(draft: Draft, host: Ref) -> bool:
    """Whether the coordinator has no contact with the host: nothing can be asked of it then, which the draft says."""
    record = draft.snapshot.host[host]
    metrics = draft.snapshot.host_metrics.get(record.metrics)
    if metrics is None or metrics.live:
        return False
    name = record.name_label
    cures = (
        f"look at the console of {name}: restart its toolstack (`xe-toolstack-restart`), or start it",
        "if it is dead for good, and only then: `xe vm-reset-powerstate` for its guests, so that they can be started "
        "elsewhere; one that still ran there would run twice and destroy its disks",
    )
    text = f"{name} is out of the coordinator's reach: nothing can be asked of it now"
    draft.leave_thing(draft.host(host), (s.Hindrance(text, cures),))
    return True


def residents(snapshot: Snapshot, host: Ref) -> list[r.VM]:
    """The guests on a host, control domains aside, in XAPI's order."""
    return [vm for vm in snapshot.VM.values() if vm.resident_on == host and not vm.is_control_domain]


def decide(
    draft: Draft, host: Ref, choices: Mapping[Ref, Choice], mobility: Mobility, targets: Targets = ANYWHERE
) -> Leaving:
    """Find a place for everybody who moves; guests that cannot go are left behind in the draft, with their choices."""
    return decide_all(draft, (host,), choices, mobility, targets)


def decide_all(
    draft: Draft, hosts: Sequence[Ref], choices: Mapping[Ref, Choice], mobility: Mobility, targets: Targets = ANYWHERE
) -> Leaving:
    """The same for several hosts that are emptied at once; none of them takes a guest of another."""
    snapshot = draft.snapshot
    guests = [vm for host in hosts for vm in residents(snapshot, host)]
    _check(snapshot, hosts, choices, {vm.ref for vm in guests})
    asked = [vm for vm in guests if vm.ref not in choices and tagged(vm) == ASK]
    movers = [vm for vm in guests if vm not in asked and choices.get(vm.ref, "move") in ("move", "eject")]
    slow = {vm.ref: why for vm in movers if not _insisted(vm, choices) and (why := draft.too_long(vm))}
    movers = [vm for vm in movers if vm.ref not in slow]
    for ref, why in slow.items():
        vm = snapshot.VM[ref]
        draft.leave(vm, why, (f"move it all the same: --move {arg(vm.name_label)}", *_choices(snapshot, vm)))
    found = _placed(draft, hosts, movers, choices, mobility, targets)
    for vm in guests:
        if choices.get(vm.ref) == "leave":
            draft.leave(vm, f"guest {vm.name_label} stays on the host because that was chosen", ())
    for vm in asked:
        draft.leave(vm, f"guest {vm.name_label} is tagged xenferry:ask: somebody has to choose", _choices(snapshot, vm))
    ends = {hop.key: snapshot.hosts[hop.target].ref for hop in found.hops}
    return Leaving(
        moves={vm.ref: ends[vm.ref] for vm in movers if vm.ref in ends},
        hops=found.hops,
        shutdown=_stopping(draft, guests, choices, "shutdown"),
        suspend=_stopping(draft, guests, choices, "suspend"),
    )


def _insisted(vm: r.VM, choices: Mapping[Ref, Choice]) -> bool:
    """Did a person, and not only a tag, say that it shall be moved?"""
    return choices.get(vm.ref) == "move" and tagged(vm) != "move"


def _placed(
    draft: Draft,
    emptied: Sequence[Ref],
    movers: list[r.VM],
    choices: Mapping[Ref, Choice],
    mobility: Mobility,
    targets: Targets,
) -> placement.Answer:
    """A place for each of these; what cannot be is told in the draft."""
    snapshot = draft.snapshot
    closed = HostSet.of(snapshot.place[host] for host in emptied)
    into = tight.open_hosts(snapshot, closed, draft.network, targets)
    items = [_item(draft, mobility, vm, into, choices.get(vm.ref) == "eject") for vm in movers]
    able = [item for item in items if item.may]
    others = tight.residents(snapshot, mobility, into, closed, draft.bound)
    found = placement.answer(able, draft.free, others, tight.taste(snapshot, targets))
    helps = tuple(tight.helps(snapshot, able, others(), draft.free, found.left)) if found.left else ()
    for vm, item in zip(movers, items, strict=True):
        if not item.may or vm.ref in found.left:
            _leave(draft, mobility, vm, closed, item, found.proof, helps)
    for hop in found.hops:
        vm = snapshot.VM[Ref(str(hop.key))]
        for text in doubts(mobility, vm, snapshot.hosts[hop.target]):
            draft.note(f"not known from here: {text}")
        if vm.resident_on not in emptied:
            draft.note(f"guest {vm.name_label} of {snapshot.name(vm.resident_on)} moves too, to make room for others")
    return found


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


def carry(draft: Draft, leaving: Leaving, choices: Mapping[Ref, Choice], after: tuple[str, ...]) -> None:
    """Add the steps by which they go; in which order, the schedule says."""
    snapshot = draft.snapshot
    for ref in leaving.suspend:
        vm = snapshot.VM[ref]
        own = draft.host(vm.resident_on)
        cost = forecast.memory_bytes(snapshot, vm)
        seconds = s.Forecast(seconds=forecast.OVERHEAD_SECONDS + cost * 8 / forecast.DISK_BITS)
        guest = draft.guest(vm)
        draft.add(s.Suspend(key=f"suspend-{vm.uuid}", after=after, guest=guest, host=own, forecast=seconds))
    for ref in leaving.shutdown:
        vm, seconds = snapshot.VM[ref], s.Forecast(seconds=forecast.SHUTDOWN_SECONDS)
        guest, own = draft.guest(vm), draft.host(vm.resident_on)
        draft.add(s.Shutdown(key=f"shutdown-{vm.uuid}", after=after, guest=guest, host=own, forecast=seconds))
    keys: list[str] = []
    for hop in leaving.hops:
        vm = snapshot.VM[Ref(str(hop.key))]
        ejected = _ejects(draft, vm, after) if choices.get(vm.ref) == "eject" and hop.source is None else ()
        source = vm.resident_on if hop.source is None else snapshot.hosts[hop.source].ref
        before = tuple(keys[number] for number in hop.after)
        keys.append(draft.move(vm, snapshot.hosts[hop.target].ref, (*after, *ejected, *before), source))


def _check(snapshot: Snapshot, hosts: Sequence[Ref], choices: Mapping[Ref, str], present: set[Ref]) -> None:
    for ref, choice in choices.items():
        name = snapshot.VM[ref].name_label
        if choice not in CHOICES:
            raise ValueError(f"choice {choice!r} for guest {name}: expected one of {', '.join(CHOICES)}")
        if ref not in present:
            names = ", ".join(snapshot.host[host].name_label for host in hosts)
            raise ValueError(f"choice for guest {name}: it does not run on host {names}")


def _item(draft: Draft, mobility: Mobility, vm: r.VM, into: HostSet, eject: bool) -> placement.Item:
    hosts = draft.snapshot.hosts
    may = mobility.may(vm) & into
    if eject:
        may = HostSet.of(place for place in into if not _against(draft, mobility, vm, hosts[place]))
    return tight.item(draft.snapshot, vm, may)


def _against(draft: Draft, mobility: Mobility, vm: r.VM, host: r.Host) -> list[Reason]:
    """What remains against this host once the guest's CDs are taken out."""
    cds, reasons = _cd_srs(draft.snapshot, vm), obstacles(mobility, vm, host)
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


def _leave(
    draft: Draft,
    mobility: Mobility,
    vm: r.VM,
    closed: HostSet,
    item: placement.Item,
    proof: str,
    helps: tuple[str, ...],
) -> None:
    snapshot = draft.snapshot
    if vm.power_state != "Running":
        state = vm.power_state.lower()
        draft.leave(vm, f"guest {vm.name_label} is {state}; only running guests can be moved", ("unpause it",))
        return
    if item.may:
        names = ", ".join(each.name_label for each in snapshot.hosts_in(item.may))
        text = f"no memory: the guest needs {size(item.needs)}, and none of {names} has that left after the other moves"
        proven = f"; no plan can change that: {proof}" if proof else ", nor can other guests make room as far as found"
        draft.leave(vm, text + proven, (*helps, *_choices(snapshot, vm)))
        return
    others = snapshot.hosts_in(snapshot.everywhere - closed)
    said = refusals(mobility, vm, snapshot.everywhere - closed)
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


__all__ = ["CHOICES", "Choice", "Leaving", "carry", "decide", "decide_all", "evacuate", "residents", "silent"]
