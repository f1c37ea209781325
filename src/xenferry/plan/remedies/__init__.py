"""What software can do about a finding: a module for each rule's code, found by name.

`mend(draft, finding)` adds the steps that would cure the finding and returns True; or returns False, having added
nothing, where in this pool only a person can. A rule without a module here is cured by people alone.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import cast

from xenferry.plan.draft import Draft
from xenferry.rules.finding import Finding

Mend = Callable[[Draft, Finding], bool]


@cache
def codes() -> frozenset[str]:
    """The codes of the rules that have a remedy."""
    return frozenset(each.name.replace("_", "-") for each in pkgutil.iter_modules(__path__) if each.name[0] != "_")


def find(code: str) -> Mend | None:
    """The remedy of a rule, None where there is none."""
    if code not in codes():
        return None
    return cast(Mend, import_module(f"{__name__}.{code.replace('-', '_')}").mend)
