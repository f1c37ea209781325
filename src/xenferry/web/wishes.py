"""What may be wished for in a browser, and the plan that a form asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from xenferry.plan.evacuate import evacuate
from xenferry.plan.evacuate_policy import Choice
from xenferry.plan.forecast import Model
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.migrate import migrate
from xenferry.plan.move_storage import move_storage, of_sr
from xenferry.plan.rebalance import rebalance
from xenferry.plan.rolling import Deed, rolling
from xenferry.plan.steps import Plan
from xenferry.pool.migration_network import chosen
from xenferry.pool.records import SR, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.web.order import natural

Form = Mapping[str, list[str]]
IMMOBILE: tuple[Choice, ...] = ("leave", "shutdown", "suspend")


class Unclear(ValueError):
    """The form does not say what is wanted; the message says what is missing."""


class Wish(Struct, frozen=True):
    """One kind of plan."""

    name: str
    title: str
    about: str
    make: Callable[[Snapshot, Form, Model], Plan]
    """Raises Unclear."""


def one(form: Form, field: str) -> str:
    """What stands in a field that has one value."""
    return "".join(form.get(field, [])[:1]).strip()


def _host(s: Snapshot, form: Form) -> Ref:
    wanted = one(form, "host")
    for host in s.hosts:
        if wanted == host.uuid:
            return host.ref
    raise Unclear("Choose a host.")


def guests_of(s: Snapshot, form: Form) -> list[Ref]:
    """By UUID from a list, or by name, one a line. Raises Unclear."""
    wanted = [
        word.strip() for field in ("guest", "guests") for text in form.get(field, []) for word in text.splitlines()
    ]
    found = [_guest(s, word) for word in wanted if word]
    if not found:
        raise Unclear("Name at least one guest, one a line.")
    return list(dict.fromkeys(found))


def _guest(s: Snapshot, word: str) -> Ref:
    same = [vm.ref for vm in s.guests if word in (vm.uuid, vm.name_label)]
    if len(same) == 1:
        return same[0]
    several = f"{len(same)} guests are called {word!r}: give the UUID." if same else f"There is no guest {word!r}."
    raise Unclear(several)


def _immobile(form: Form) -> Choice:
    wanted = one(form, "immobile")
    return next((each for each in IMMOBILE if each == wanted), "leave")


def _choices(s: Snapshot, form: Form, host: Ref) -> dict[Ref, Choice]:
    """What to do with the guests of a host that cannot move: the same for all."""
    how = _immobile(form)
    if how == "leave":
        return {}
    stuck = evacuate(s, host).left
    names = {left.guest.uuid for left in stuck if how in left.choices}
    return {vm.ref: how for vm in s.guests if vm.uuid in names}


def _evacuate(s: Snapshot, form: Form, model: Model) -> Plan:
    host = _host(s, form)
    return evacuate(s, host, _choices(s, form, host), model=model, network=chosen(s))


def _enter(s: Snapshot, form: Form, model: Model) -> Plan:
    host = _host(s, form)
    return enter(s, host, _choices(s, form, host), model=model, network=chosen(s))


def _leave(s: Snapshot, form: Form, model: Model) -> Plan:
    return leave(s, _host(s, form), model=model, network=chosen(s))


def _rolling(s: Snapshot, form: Form, model: Model) -> Plan:
    together = 1 if one(form, "together") else None
    home = bool(one(form, "home"))
    return rolling(
        s, (), Deed(reboot=True), together=together, home=home, network=chosen(s), model=model, immobile=_immobile(form)
    )


def _rebalance(s: Snapshot, form: Form, model: Model) -> Plan:
    return rebalance(s, model=model, network=chosen(s))


def _migrate(s: Snapshot, form: Form, model: Model) -> Plan:
    target = _host(s, form) if one(form, "host") else None
    return migrate(s, guests_of(s, form), target=target, network=chosen(s), cold=bool(one(form, "cold")), model=model)


def _disks(s: Snapshot, form: Form, model: Model) -> Plan:
    """All disks of some guests, or of all that have one on an SR."""
    origin = _sr(s, one(form, "from")) if one(form, "from") else None
    target = _sr(s, one(form, "to"))
    return move_storage(s, of_sr(s, origin) if origin else guests_of(s, form), target)


def _sr(s: Snapshot, uuid: str) -> Ref:
    for sr in s.SR.values():
        if uuid and sr.uuid == uuid:
            return sr.ref
    raise Unclear("Choose the SR where the disks shall be.")


def disk_srs(s: Snapshot) -> list[SR]:
    """Those that hold disks of guests, by name."""
    found = (sr for sr in s.SR.values() if sr.content_type != "iso" and sr.type not in ("iso", "udev"))
    return sorted(found, key=lambda sr: natural(sr.name_label))


WISHES = {
    wish.name: wish
    for wish in (
        Wish("enter", "Maintenance: enter", "Empty a host and keep it empty; a ticket says who comes back.", _enter),
        Wish("leave", "Maintenance: leave", "Enable a host again and bring its guests home.", _leave),
        Wish("evacuate", "Evacuate", "Disable a host and move all its guests away.", _evacuate),
        Wish("migrate", "Migrate guests", "Move some guests to a host, or to the best one for each.", _migrate),
        Wish(
            "rolling", "Rolling reboot", "Empty, reboot and enable every host in turn, the coordinator first.", _rolling
        ),
        Wish("disks", "Move disks", "Bring guests' disks to another SR; guests that run go on running.", _disks),
        Wish("rebalance", "Rebalance", "Even out the hosts' load with as few moves as are worth it.", _rebalance),
    )
}
"""Name -> wish, in the order in which they are offered."""
