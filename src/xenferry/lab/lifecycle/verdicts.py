"""What stands against each operation of one object: the first objection to an operation is the one that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts

Listing = Callable[[Facts, str], list[str]]
"""allowed_operations of an object, as XAPI computes them."""


class Verdicts:
    """Begins with everything allowed. The order of `operations` is the order in which XAPI lists them."""

    def __init__(self, operations: Iterable[str]) -> None:
        self._errors: dict[str, LabError | None] = dict.fromkeys(operations)

    def refuse(self, operations: Iterable[str], code: str, *params: str) -> None:
        """This stands against these operations, unless something did before; operations not listed do not matter."""
        for operation in operations:
            if operation in self._errors and self._errors[operation] is None:
                self._errors[operation] = LabError(code, *params)

    def error(self, operation: str) -> LabError | None:
        return self._errors[operation]

    @property
    def allowed(self) -> list[str]:
        return [operation for operation, error in self._errors.items() if error is None]
