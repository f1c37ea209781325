"""The one exception of the lab: an error that XAPI would answer, as a code and its parameters in order."""

from __future__ import annotations


class LabError(Exception):
    """An XAPI error, e.g. `LabError("HANDLE_INVALID", "VM", ref)`."""

    def __init__(self, code: str, *params: str) -> None:
        super().__init__(code, *params)
        self.code = code
        self.params = params

    @property
    def description(self) -> list[str]:
        """`[code, param, ...]`, the form XAPI puts on the wire and into a task's `error_info`."""
        return [self.code, *self.params]

    def __str__(self) -> str:
        return f"{self.code} {list(self.params)}"


def internal(text: str) -> LabError:
    """XAPI's catch-all; clients see the text of the OCaml exception, e.g. `Failure("Int64.of_string")`."""
    return LabError("INTERNAL_ERROR", text)
