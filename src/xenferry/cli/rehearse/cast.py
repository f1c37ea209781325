"""Who is on the stage of a rehearsal: guests by their UUIDs, which they keep when they change pools, and all hosts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xenferry.lab.history import History
from xenferry.plan.steps import Thing

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


class Cast:
    """The guests and hosts of one pool's twin, or of two."""

    def __init__(self, labs: Sequence[Lab]) -> None:
        self._labs = labs
        self._known: dict[str, str] = {}
        self.guests: dict[str, Thing] = {}
        """UUID -> how a plan names the guest."""
        self.hosts: dict[str, str] = {}
        """Reference -> name; the pool's too for hosts of the second pool."""
        self.meet()

    def meet(self) -> None:
        """Take in everybody who is there now; who has left stays known."""
        for place, lab in enumerate(self._labs):
            pool = next(iter(lab.db.all("pool").values()))["name_label"] if place else ""
            for ref, host in lab.db.all("host").items():
                self.hosts[ref] = f"{host['name_label']} ({pool})" if pool else host["name_label"]
            for ref, uuid, name in _guests(lab):
                self._known[ref] = uuid
                self.guests.setdefault(uuid, Thing("VM", uuid, name))

    def history(self) -> History:
        """What happened to everybody, in both pools, with the guests by UUID."""
        told, known = History(), self._known
        for own in (lab.history for lab in self._labs):
            told.runs += [replace(each, guest=known[each.guest]) for each in own.runs if each.guest in known]
            told.pauses += [replace(each, guest=known[each.guest]) for each in own.pauses if each.guest in known]
            told.moves += [replace(each, guest=known[each.guest]) for each in own.moves if each.guest in known]
        return told


def _guests(lab: Lab) -> Iterator[tuple[str, str, str]]:
    for ref, vm in lab.db.all("VM").items():
        if not (vm["is_a_template"] or vm["is_a_snapshot"] or vm["is_control_domain"]):
            yield ref, vm["uuid"], vm["name_label"]
