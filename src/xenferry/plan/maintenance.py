"""Maintenance of a host: empty it and remember who lived there; afterwards bring everybody home.

The return ticket is written before anybody moves, so that it is there whatever happens then. "Not home but running" is
a note and no failure: what matters is that a guest runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.plan import forecast, ticket
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.evacuate import Leaving, carry, decide, residents, silent
from xenferry.plan.evacuate_policy import ANYWHERE, Choice, Targets, by_tags
from xenferry.plan.failover import refused
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge, Mobility, Reason, network_refusal, obstacles, supposing_enabled
from xenferry.plan.things import seek
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot


def enter(
    snapshot: Snapshot,
    host: Ref,
    choices: Mapping[Ref, Choice] | None = None,
    *,
    network: Ref | None = None,
    judge: Judge = usual,
    model: forecast.Model = forecast.ASSUMED,
    targets: Targets = ANYWHERE,
) -> s.Plan:
    """Plan to put a host into maintenance: disable it, remember its guests, empty it.

    Entering again (after a failure, or for guests that were left) keeps whom an earlier ticket names.

    Args, raises: as `evacuate.evacuate`.
    """
    record = snapshot.host[host]
    draft = Draft(snapshot, f"put host {record.name_label} into maintenance", network, empties=host, model=model)
    choices = by_tags(residents(snapshot, host), choices or {})
    leaving = decide(draft, host, choices, judge(snapshot), targets)
    if silent(draft, host) or refused(draft, host):
        return draft.finish()
    own = draft.host(host)
    disabled = draft.add(s.Disable(key=f"disable-{record.uuid}", host=own, stays=True))
    noted = draft.add(_ticket(draft, record, leaving, disabled))
    carry(draft, leaving, choices, (noted,))
    return draft.finish()


def leave(
    snapshot: Snapshot,
    host: Ref,
    *,
    network: Ref | None = None,
    judge: Judge = usual,
    model: forecast.Model = forecast.ASSUMED,
) -> s.Plan:
    """Plan to end a host's maintenance: enable it, bring home, start and resume whom its ticket names.

    Raises:
        KeyError: the host is not in the snapshot.
    """
    record = snapshot.host[host]
    after = supposing_enabled(snapshot, host)
    draft = Draft(after, f"end maintenance of host {record.name_label}", network, model=model)
    if silent(draft, host):
        return draft.finish()
    own = draft.host(host)
    enabled = draft.add(s.Enable(key=f"enable-{record.uuid}", host=own))
    found = ticket.read(record.other_config)
    if found is None:
        draft.note(f"host {record.name_label} carries no return ticket: it is enabled, no guest is brought back")
        return draft.finish()
    mobility = judge(after)
    home = [_home(draft, mobility, record, uuid, enabled) for uuid in _everybody(found)]
    draft.add(s.ClearTicket(key=f"clear-ticket-{record.uuid}", after=(enabled, *filter(None, home)), host=own))
    return draft.finish()


def _everybody(found: ticket.Ticket) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*found.migrated, *found.suspended, *found.halted)))


def _ticket(draft: Draft, host: r.Host, leaving: Leaving, after: str) -> s.SetTicket:
    earlier = ticket.read(host.other_config) or ticket.Ticket()
    now = {draft.snapshot.VM[ref].uuid for ref in (*leaving.moves, *leaving.shutdown, *leaving.suspend)}

    def merged(refs: tuple[Ref, ...], before: tuple[str, ...]) -> tuple[s.Thing, ...]:
        kept = [s.Thing("VM", uuid, _name(draft.snapshot, uuid)) for uuid in before if uuid not in now]
        return (*kept, *(draft.guest(draft.snapshot.VM[ref]) for ref in refs))

    return s.SetTicket(
        key=f"ticket-{host.uuid}",
        after=(after,),
        host=draft.host(host.ref),
        migrated=merged(tuple(leaving.moves), earlier.migrated),
        halted=merged(leaving.shutdown, earlier.halted),
        suspended=merged(leaving.suspend, earlier.suspended),
    )


def _name(snapshot: Snapshot, uuid: str) -> str:
    ref = seek(snapshot, s.Thing("VM", uuid, ""))
    return snapshot.VM[ref].name_label if ref else uuid


def _home(draft: Draft, mobility: Mobility, host: r.Host, uuid: str, after: str) -> str | None:
    """The key of the step that brings a guest of the ticket home; None where it needs or can have none."""
    vm = draft.snapshot.VM.get(seek(draft.snapshot, s.Thing("VM", uuid, uuid)) or NULL)
    if vm is None:
        draft.note(f"the ticket names guest {uuid}, which is not in the pool any more")
        return None
    if vm.resident_on == host.ref:
        draft.note(f"guest {vm.name_label} is home already")
        return None
    against = [*obstacles(mobility, vm, host)]
    if vm.power_state == "Running":
        against += network_refusal(draft.snapshot, draft.network, host)
        against += [Reason((), slow)] if (slow := draft.too_long(vm)) else []
    if against or not draft.has_room(vm, host.ref):
        reason = "; ".join(each.text for each in against) or f"{host.name_label} has not enough memory left"
        _away(draft, vm, reason)
        return None
    return _bring(draft, vm, host, after)


def _away(draft: Draft, vm: r.VM, reason: str) -> None:
    if vm.power_state == "Running":
        where = draft.snapshot.name(vm.resident_on)
        draft.note(f"guest {vm.name_label} is not home but runs on {where}; {reason}")
    else:
        draft.leave(vm, reason, ("start it elsewhere",))


def _bring(draft: Draft, vm: r.VM, host: r.Host, after: str) -> str | None:
    guest, own = draft.guest(vm), draft.host(host.ref)
    cost = s.Forecast(seconds=forecast.START_SECONDS)
    match vm.power_state:
        case "Running":
            return draft.move(vm, host.ref, (after,))
        case "Halted":
            draft.take(vm, host.ref)
            return draft.add(s.Start(key=f"start-{vm.uuid}", after=(after,), guest=guest, host=own, forecast=cost))
        case "Suspended":
            draft.take(vm, host.ref)
            return draft.add(s.Resume(key=f"resume-{vm.uuid}", after=(after,), guest=guest, host=own, forecast=cost))
        case state:
            draft.leave(vm, f"guest {vm.name_label} is {state.lower()}; only running guests can be moved", ())
            return None
