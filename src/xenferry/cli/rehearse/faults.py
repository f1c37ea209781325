"""What goes wrong in a rehearsal: ordered in the scenario language, noted when it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from xenferry.cli.frame.failure import Wrong
from xenferry.lab.change import SUBJECTS, change_world
from xenferry.lab.change_faults import order, read_order
from xenferry.lab.history import now
from xenferry.lab.scenario.error import ScenarioError
from xenferry.lab.world import Fault, Mishap

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

MOST = 50
"""Times of one fault that are kept: one that meets every call happens thousands of times."""


class Mischance(Struct, frozen=True, kw_only=True):
    """Something that was ordered to go wrong, or to be different."""

    order: str
    """As it was given; of a scenario's own, in its words."""
    struck: tuple[float, ...] = ()
    """When it happened, in seconds from the run's start; the first fifty times."""
    lasting: bool = False
    """It did not happen at a moment: the world was so from the start."""


class Mischief:
    """The faults of one rehearsal. `tell` hears of each when it happens, in words.

    A line concerns the first pool that has what it names.
    """

    def __init__(self, labs: Sequence[Lab], tell: Callable[[str], None]) -> None:
        self._labs = labs
        self._tell = tell
        self._start = 0.0
        self._due: list[tuple[Lab, Fault | Mishap]] = []
        self._ordered: list[tuple[Fault | Mishap | None, Mischance]] = []
        for lab in labs:
            own: list[Fault | Mishap] = [*lab.world.faults, *lab.world.mishaps]
            self._ordered += [(each, Mischance(order=words(lab, each))) for each in own]

    def prepare(self, lines: Sequence[str]) -> None:
        """Before the plan is made: understand all lines, and change the world where one says so.

        Raises:
            Wrong: a line cannot be understood; it says what was expected.
        """
        for line in lines:
            text = line.strip().removeprefix("fault ")
            wrong: ScenarioError | None = None
            for lab in self._labs:
                try:
                    self._prepare(lab, text)
                    break
                except ScenarioError as error:
                    wrong = wrong or error
            else:
                assert wrong is not None
                raise Wrong(f"--fault '{text}': {wrong.seen}; expected {wrong.expected}.") from None

    def _prepare(self, lab: Lab, text: str) -> None:
        if text.split(maxsplit=1)[:1] in [[subject] for subject in SUBJECTS]:
            change_world(lab, text)
            self._ordered.append((None, Mischance(order=text, lasting=True)))
            return
        ordered = read_order(lab, f"fault {text}")
        if isinstance(ordered, Fault) and not (ordered.error or ordered.drop or ordered.slow):
            raise Wrong(f"--fault '{text}': garble and drip spoil answers on a network, and a rehearsal has none.")
        self._ordered.append((ordered, Mischance(order=text)))
        self._due.append((lab, ordered))

    def begin(self) -> None:
        """The run starts now, and with it the clock of everything that was prepared."""
        self._start = now()
        for lab in self._labs:
            lab.faults.struck = partial(self._note, lab)
        for lab, ordered in self._due:
            order(lab, ordered)

    @property
    def seen(self) -> tuple[Mischance, ...]:
        """All of them, with when they happened."""
        return tuple(mischance for _, mischance in self._ordered)

    def _note(self, lab: Lab, what: Fault | Mishap) -> None:
        for place, (ordered, mischance) in enumerate(self._ordered):
            if ordered is what:
                if len(mischance.struck) < MOST:
                    struck = (*mischance.struck, now() - self._start)
                    self._ordered[place] = (ordered, replace(mischance, struck=struck))
                self._tell(words(lab, what))
                return


def words(lab: Lab, what: Fault | Mishap) -> str:
    """What happens, for people."""
    on = f" of {_name(lab, what.on)}" if what.on else ""
    if isinstance(what, Mishap):
        return f"{what.kind}{on}"
    effects = [
        f"answers {what.error[0]}" + (f" ({'in its task' if what.when else 'at once'})") if what.error else "",
        {"before": "is lost on the way", "after": "is done, and its answer lost"}.get(what.drop, ""),
        f"takes {what.slow:g} s longer" if what.slow else "",
    ]
    return f"{what.call}{on} {', '.join(filter(None, effects)) or 'is spoilt'}"


def _name(lab: Lab, ref: str) -> str:
    for cls in ("host", "VM", "SR", "network", "VDI"):
        if lab.db.exists(cls, ref):
            return str(lab.db.get(cls, ref)["name_label"])
    return ref
