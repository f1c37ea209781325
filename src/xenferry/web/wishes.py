"""What may be wished for in a browser, and the plan that a form asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from xenferry.plan.consolidate import consolidate
from xenferry.plan.drain import drain
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
from xenferry.web.order import hosts, natural

Form = Mapping[str, list[str]]
DIGITS_MAX = 4
IMMOBILE: tuple[Choice, ...] = ("leave", "shutdown", "suspend")


class Unclear(ValueError):
    """The form does not say what is wanted; the message says what is missing."""


class Wish(Struct, frozen=True):
    """One kind of plan."""

    of: str
    """What it is about; wishes about the same stand together."""
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


def _hosts(s: Snapshot, form: Form) -> list[Ref]:
    """Those that are ticked, by name."""
    found = [host.ref for host in hosts(s) if host.uuid in form.get("hosts", [])]
    if not found:
        raise Unclear("Choose at least one host.")
    if len(found) == len(s.hosts):
        raise Unclear("These are all hosts of the pool; somebody has to take their guests. Leave one out.")
    return found


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


def _choices(s: Snapshot, form: Form, without: Callable[[], Plan]) -> dict[Ref, Choice]:
    """What to do with the guests that the plan without choices leaves where they are: the same for all."""
    how = _immobile(form)
    if how == "leave":
        return {}
    names = {left.guest.uuid for left in without().left if how in left.choices}
    return {vm.ref: how for vm in s.guests if vm.uuid in names}


def _evacuate(s: Snapshot, form: Form, model: Model) -> Plan:
    host = _host(s, form)
    return evacuate(s, host, _choices(s, form, lambda: evacuate(s, host)), model=model, network=chosen(s))


def _enter(s: Snapshot, form: Form, model: Model) -> Plan:
    host = _host(s, form)
    return enter(s, host, _choices(s, form, lambda: evacuate(s, host)), model=model, network=chosen(s))


def _drain(s: Snapshot, form: Form, model: Model) -> Plan:
    emptied = _hosts(s, form)
    return drain(s, emptied, _choices(s, form, lambda: drain(s, emptied)), model=model, network=chosen(s))


def _consolidate(s: Snapshot, form: Form, model: Model) -> Plan:
    spare = one(form, "spare") or "1"
    if not spare.isdecimal() or len(spare) > DIGITS_MAX:
        raise Unclear("How many of the hosts that stay on may fail? Give a number, such as 1.")
    return consolidate(s, spare=int(spare), model=model, network=chosen(s))


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


GROUPS = {"hosts": "Hosts", "guests": "Guests", "pool": "The whole pool"}
WISHES = {
    wish.name: wish
    for wish in (
        Wish(
            "hosts",
            "enter",
            "Maintenance: enter",
            "Empty a host and keep it empty; a ticket says who comes back.",
            _enter,
        ),
        Wish("hosts", "leave", "Maintenance: leave", "Enable a host again and bring its guests home.", _leave),
        Wish("hosts", "evacuate", "Evacuate", "Disable a host and move all its guests away.", _evacuate),
        Wish(
            "hosts",
            "drain",
            "Empty several hosts",
            "A rack, a switch, hosts that go back: planned together, so that no guest moves to a host that is next.",
            _drain,
        ),
        Wish(
            "guests", "migrate", "Migrate guests", "Move some guests to a host, or to the best one for each.", _migrate
        ),
        Wish(
            "guests", "disks", "Move disks", "Bring guests' disks to another SR; guests that run go on running.", _disks
        ),
        Wish(
            "pool",
            "rolling",
            "Rolling reboot",
            "Empty, reboot and enable every host in turn, the coordinator first.",
            _rolling,
        ),
        Wish(
            "pool", "rebalance", "Rebalance", "Even out the hosts' load with as few moves as are worth it.", _rebalance
        ),
        Wish(
            "pool",
            "consolidate",
            "Use as few hosts as possible",
            "Empty as many hosts as can be; they stay disabled and could be switched off.",
            _consolidate,
        ),
    )
}
"""Name -> wish, in the order in which they are offered."""
