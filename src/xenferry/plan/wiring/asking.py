"""What a person has to decide, because the pool does not tell."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from xenferry.plan.wiring.wires import Renaming, Wires
from xenferry.pool.cables import could_join, rivals
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot


class Question(Struct, frozen=True):
    """Something undecided."""

    nic: Ref
    text: str
    choices: tuple[str, ...]
    """Options of `xenferry nics`, each of them an answer."""


def questions(s: Snapshot, wires: Wires, made: Renaming) -> tuple[Question, ...]:
    """Everything that would have to be guessed."""
    asked = (*_which_nic(s, wires, made), *_without_link(s, wires), *_which_name(s, wires, made))
    return asked or tuple(_which_cable(s, wires, made))


def option(s: Snapshot, nic: Ref, name: str) -> str:
    """How a person says that the cable of this NIC shall have this name."""
    return f"--name {s.name(s.PIF[nic].host)}:{s.PIF[nic].device}={name}"


def _which_nic(s: Snapshot, wires: Wires, made: Renaming) -> Iterator[Question]:
    for each in made.renames:
        if each.cable is None or len(each.cable.nics) == 1 or wires.of(each.nic) in wires.names:
            continue
        others = rivals(s, each.cable, each.nic, wires.cables)
        if others:
            host, both = s.name(s.PIF[each.nic].host), (each.nic, *others)
            names = " and ".join(s.PIF[nic].device for nic in both)
            text = f"{names} of {host} fit the cable that is to be {each.new} equally well ({each.cable.why})"
            yield Question(each.nic, text, tuple(option(s, nic, each.new) for nic in both))


def _without_link(s: Snapshot, wires: Wires) -> Iterator[Question]:
    """A NIC without link among others that have one, in use by guests, while another NIC of the host has no partner."""
    for number, cable in enumerate(wires.cables):
        for nic in cable.nics:
            pif = s.PIF[nic]
            if len(cable.nics) == 1 or number in wires.names or not (_dead(s, nic) and _used(s, pif.network)):
                continue
            spare = [each.nics[0] for each in wires.cables if len(each.nics) == 1 and _spare(s, each.nics[0], pif.host)]
            if spare:
                names = " or ".join(s.PIF[other].device for other in spare)
                text = (
                    f"{pif.device} of {s.name(pif.host)} has no link, and guests on its network would be cut off "
                    f"there; is {names}, which has a link and no partner, on that cable?"
                )
                answers = [option(s, other, pif.device) for other in spare]
                yield Question(nic, text, (*answers, f"{option(s, nic, pif.device)} (leave it as it is)"))


def _which_cable(s: Snapshot, wires: Wires, made: Renaming) -> Iterator[Question]:
    """A NIC with a link and without a partner has to give its name away, and another cable has no NIC of its host."""
    for each in made.renames:
        pif = s.PIF[each.nic]
        if each.cable is None or len(each.cable.nics) > 1 or wires.of(each.nic) in wires.names or _dead(s, each.nic):
            continue
        fitting = [number for number, cable in enumerate(wires.cables) if could_join(s, cable, each.nic)]
        names = [made.chosen.names[number] for number in fitting]
        if names:
            where = " or ".join(_where(s, wires.cables[number].nics) for number in fitting)
            text = (
                f"{pif.device} of {s.name(pif.host)} has to give its name away, and nothing tells its cable: is it the "
                f"one that is {where}?"
            )
            answers = [option(s, each.nic, name) for name in names]
            yield Question(each.nic, text, (*answers, f"{option(s, each.nic, each.new)} (no, a cable of its own)"))


def _where(s: Snapshot, nics: tuple[Ref, ...]) -> str:
    return ", ".join(f"{s.PIF[nic].device} on {s.name(s.PIF[nic].host)}" for nic in nics)


def _spare(s: Snapshot, nic: Ref, host: Ref) -> bool:
    pif = s.PIF[nic]
    metrics = s.PIF_metrics.get(pif.metrics)
    return pif.host == host and pif.bond_slave_of == NULL and not pif.IP and bool(metrics and metrics.carrier)


def _dead(s: Snapshot, nic: Ref) -> bool:
    """No carrier on a NIC that is up: one that is down shows none either."""
    metrics = s.PIF_metrics.get(s.PIF[nic].metrics)
    return s.PIF[nic].currently_attached and metrics is not None and not metrics.carrier


def _used(s: Snapshot, network: Ref) -> bool:
    record = s.network.get(network)
    return record is not None and any(s.VIF[ref].VM in s.VM for ref in record.VIFs if ref in s.VIF)


def _which_name(s: Snapshot, wires: Wires, made: Renaming) -> Iterator[Question]:
    """Two renamings of the same size."""
    rival = made.chosen.rival
    if rival is None:
        return
    for cable, name, other in zip(wires.cables, made.chosen.names, rival, strict=True):
        if name != other:
            where = ", ".join(f"{s.PIF[nic].device} on {s.name(s.PIF[nic].host)}" for nic in cable.nics)
            text = (
                f"the cable that is {where} may as well be called {name} as {other}: as many hosts and guests are "
                "concerned"
            )
            yield Question(cable.nics[0], text, tuple(option(s, cable.nics[0], each) for each in (name, other)))
            return
