"""Plans that nobody has approved yet, in files of their own: a link to one still works when the server starts anew.

Each file has two parts, a line about the plan and then the plan as `--save` writes it, so that a list of plans need
not read them whole. Only the owner may read them. Who takes a plan out to carry it out removes its file, which
succeeds only once, however many people press the button and however many servers share the folder.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from xenferry.plan import file
from xenferry.plan.steps import Plan

KEPT = 100
"""So many plans are kept for approval; the oldest goes first."""
NAME = re.compile(r"[0-9a-f]{12}")


class Head(Struct, frozen=True):
    """What a list of plans says of one."""

    desk: str
    """Name of its pool here."""
    who: str
    """Who made it."""
    wish: str
    steps: int
    left: int
    """So many guests cannot be helped by it."""


class Listed(Struct, frozen=True):
    """A plan in the list."""

    id: str
    head: Head
    made: float
    """Seconds since the epoch."""


class Draft(Struct, frozen=True):
    """A plan that somebody looks at."""

    id: str
    desk: str
    plan: Plan
    who: str


class Drafts:
    """All of them, in a folder that need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, desk: str, plan: Plan, who: str) -> Draft:
        """Keep a plan for approval.

        Raises:
            BadPlan: a step holds a secret.
            OSError: the folder cannot be written.
        """
        draft = Draft(secrets.token_hex(6), desk, plan, who)
        head = Head(desk, who, plan.wish, len(plan.steps), len(plan.left))
        self._write(draft.id, msgspec.json.encode(head) + b"\n" + file.dump(plan))
        self._prune()
        return draft

    def find(self, name: str) -> Draft | None:
        """The plan with this id; None where it was taken out, pruned, or never was.

        Raises:
            BadPlan: another version of xenferry made it, and this one cannot carry it out.
        """
        if not NAME.fullmatch(name):
            return None
        try:
            first, _, rest = (self._folder / name).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        head = _head(first)
        return Draft(name, head.desk, file.parse(rest, f"plan {name}"), head.who) if head else None

    def has(self, name: str) -> bool:
        """Whether it can still be approved."""
        return NAME.fullmatch(name) is not None and (self._folder / name).exists()

    def take(self, name: str) -> bool:
        """Take the plan out; only one taker succeeds."""
        if not NAME.fullmatch(name):
            return False
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def listed(self, desk: str) -> list[Listed]:
        """Those of a pool, the latest first."""
        found = []
        for path in self._paths()[::-1]:
            with suppress(FileNotFoundError), path.open("rb") as opened:  # another server may have taken it
                head = _head(opened.readline())
                if head is not None and head.desk == desk:
                    found.append(Listed(path.name, head, path.stat().st_mtime))
        return found

    def _write(self, name: str, content: bytes) -> None:
        """All of it or nothing; from the first byte on only for the owner."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as unfinished:
            unfinished.write(content)
        os.replace(unfinished.name, self._folder / name)

    def _prune(self) -> None:
        for path in self._paths()[:-KEPT]:
            self.take(path.name)

    def _paths(self) -> list[Path]:
        """The oldest first; whatever else lies in the folder is left alone."""
        dated: list[tuple[int, Path]] = []
        for path in self._folder.glob("*"):
            with suppress(FileNotFoundError):
                dated += [(path.stat().st_mtime_ns, path)] if NAME.fullmatch(path.name) else []
        return [path for _, path in sorted(dated)]


def _head(line: bytes) -> Head | None:
    try:
        return msgspec.json.decode(line, type=Head)
    except msgspec.DecodeError:
        return None  # no file of ours
