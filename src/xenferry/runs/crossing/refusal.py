"""When a guest is not sent into another pool, or not started there: what was found, and what a person has to do.

What an earlier try left in the other pool is for a person to look at, because only one of the two may ever run.
"""

from __future__ import annotations

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.crossing import state as cross_state
from xenferry.plan.crossing.state import Where
from xenferry.plan.things import guest, host
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.crossing.look import Away
from xenferry.runs.outcome import NeedsPerson, Outcome, RetryLater


def refusal(step: Away, here: Snapshot, *, accepted: bool) -> Outcome | None:
    """Why the step is not begun now; None when it may be. `accepted`: a person said yes to more bytes."""
    match cross_state.where(step, here):
        case Where.NOWHERE:
            return NeedsPerson(
                f"guest {step.guest.name} ({step.guest.uuid}) is in neither pool any more; nothing is done before "
                "somebody has found out what became of it"
            )
        case Where.BOTH:
            return NeedsPerson(_twofold(step, here))
        case Where.THERE if isinstance(step, s.Cross):
            return NeedsPerson(_otherwise(step, here))
        case Where.HERE if isinstance(step, s.StartThere):
            return NeedsPerson(f"guest {step.guest.name} is not in pool {step.there.pool.name}: it was not taken there")
        case Where.HERE if isinstance(step, s.Cross):
            return _changed(step, here, accepted=accepted)
        case _:
            return None


WAIT_SECONDS = 30.0
"""Before a host of the other pool is looked at again."""


def unready(there: s.Destination, here: Snapshot) -> Outcome | None:
    """Why a guest is not shut down for its move now: the host that shall take it could not."""
    pool = cross_state.beside(here, there)
    record = host(pool, there.host) if pool else None
    metrics = pool.host_metrics.get(record.metrics) if pool and record else None
    if record is None or metrics is None or not metrics.live:
        state = "is not live"
    elif not record.enabled:
        state = "is disabled"
    else:
        return None
    text = f"host {there.host.name} of pool {there.pool.name} {state}: the guest goes on running until it can be taken"
    return RetryLater(text, WAIT_SECONDS, counted=False)


def _twofold(step: Away, here: Snapshot) -> str:
    """Records in both pools, and nobody at work: a move broke off before its end, or right behind it."""
    mine, theirs = guest(here, step.guest), cross_state.arrived(step, here)
    assert mine is not None
    assert theirs is not None
    name, pool, uuid = step.guest.name, step.there.pool.name, step.guest.uuid
    at_home = f"{mine.power_state.lower()} here"
    there = cross_state.beside(here, step.there) or here
    if theirs.power_state == "Halted" and mine.power_state != "Halted":
        return (
            f"guest {name} is {at_home}, and records of it are halted in pool {pool}: a move broke off before. It is "
            f"not sent again before they are gone: on pool {pool} `xe vm-destroy uuid={uuid}`{_copies(there, theirs)}"
        )
    if mine.power_state == "Halted" and theirs.power_state != "Halted":
        return (
            f"guest {name} is {theirs.power_state.lower()} in pool {pool}, and halted records of it were left here: do "
            f"NOT start it here. When it is well there: on this pool `xe vm-destroy uuid={uuid}`{_copies(here, mine)}"
        )
    if mine.power_state == theirs.power_state == "Running":
        hosts = here.name(mine.resident_on), there.name(theirs.resident_on)
        return (
            f"XAPI calls guest {name} running in both pools: here on {hosts[0]}, in pool {pool} on {hosts[1]}. One of "
            "the two is only a record (the toolstack that should have removed it broke off): look with `xl list` in "
            "both control domains, and restart the toolstack of the host that does not have it"
        )
    return (
        f"guest {name} is {at_home} and {theirs.power_state.lower()} in pool {pool}: start neither before somebody has "
        f"found out which of the two has the whole disks; then remove the other's records, `xe vm-destroy uuid={uuid}`"
    )


def _copies(at: Snapshot, vm: r.VM) -> str:
    found = [vdi.uuid for _, vdi in disks.drives(at, vm)]
    return f", then the disks left over with it: `xe vdi-destroy uuid={' / '.join(found)}`" if found else ""


def _otherwise(step: s.Cross, here: Snapshot) -> str:
    """It has left, and is there, but not as it was promised."""
    there, vm = cross_state.beside(here, step.there), cross_state.arrived(step, here)
    assert there is not None
    assert vm is not None
    on = f" on {there.name(vm.resident_on)}" if vm.resident_on not in (NULL, "") else ""
    text = (
        f"guest {step.guest.name} has arrived in pool {step.there.pool.name} and is {vm.power_state.lower()} there{on}"
    )
    if vm.power_state == "Running":
        return f"{text}, not on {step.there.host.name} as planned; move it within that pool, if that matters"
    return f"{text}, although it was to go on running: it was shut down or crashed on its way; start it there"


def _changed(step: s.Cross, here: Snapshot, *, accepted: bool) -> Outcome | None:
    """The plan stated what goes and how much of it; anything else only after somebody said yes."""
    vm = guest(here, step.guest)
    if vm is None:
        return None
    if (step.source is not None) is not (vm.power_state == "Running"):
        was = "running" if step.source else "not running"
        return NeedsPerson(f"guest {vm.name_label} is {vm.power_state.lower()} now, planned was: {was}; plan anew")
    if new := next(cross_state.new_disks(step, here, vm), ""):
        return NeedsPerson(f"guest {vm.name_label} has disk {new}, which the plan does not know; plan anew")
    if new := next(cross_state.new_links(step, here, vm), ""):
        return NeedsPerson(f"guest {vm.name_label} has interface {new}, which the plan does not know; plan anew")
    would, stated = _would_move(step, here, vm), sum(cargo.bytes for cargo in step.cargo)
    if would > stated and not accepted:
        text = f"{size(would)} of disks of guest {vm.name_label} would move, the plan states at most {size(stated)}"
        return NeedsPerson(f"{text}; resume with this step accepted, or plan anew")
    return None


def _would_move(step: s.Cross, here: Snapshot, vm: r.VM) -> int:
    present = disks.by_device(here, vm)
    counted = [cargo.device for cargo in step.cargo if cargo.bytes and cargo.device in present]
    return sum(disks.present_bytes(here, present[device]) for device in counted)
