"""Codes of findings as people type them."""

from __future__ import annotations

from xenferry.cli.frame.failure import Wrong


def check_code(code: str) -> None:
    """Is this the code of a rule?

    Raises:
        Wrong: it is not; the nearest are named.
    """
    import difflib

    from xenferry.rules import catalogue

    if code in catalogue.modules():
        return
    near = difflib.get_close_matches(code, catalogue.modules(), n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`xenferry check` shows the findings of a pool."
    raise Wrong(f"There is no finding {code!r}. {hint}")
