"""The codes and causes that were once published: programs may depend on them, so none may go or change its meaning.

    python tests/errors/published.py > tests/data/errors-published.txt

writes the list anew after something was added. A line is a code and the keys of its causes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path

from xenferry.errors import shelf

LIST = Path(__file__).parent.parent / "data" / "errors-published.txt"


def present() -> dict[str, set[str]]:
    """Every code with the causes that its articles know now."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in shelf.modules():
        module = import_module(name)
        for code in shelf.codes_of(module):
            found[code] |= set(shelf.causes_of(module, code))
    return found


def published() -> dict[str, set[str]]:
    """What the list holds."""
    lines = (line.split() for line in LIST.read_text("utf-8").splitlines())
    return {code: set(causes) for code, *causes in lines}


if __name__ == "__main__":
    for code, causes in sorted(present().items()):
        sys.stdout.write(" ".join((code, *sorted(causes))) + "\n")
