"""The texts from public threads, and how often the true cause comes first: `make wild` prints it.

A thread's texts are for building (the reader and the articles may be made to fit them) or for judging, by the first
hexadecimal digit of the SHA-256 of its address: 0 to 7 is for building. Texts that the project began with (`built`) are
never for judging; those of the second collection (`second`) are for nothing else.

Both were looked at when reader and articles were improved in general (no text has a rule of its own): their numbers are
those of texts that are known by now. What the second collection gave before that stands at its head.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from xenferry.errors import Explanation, explain

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Seen:
    """One text. `cause` is the key of the article's cause that the thread found, or empty; `about` names its error.

    `later`: it was collected when the articles were written already, and annotated before anything read it.
    """

    where: str
    text: str
    codes: tuple[str, ...]
    cause: str = ""
    found: str = ""
    about: str = ""
    part: str = ""
    built: bool = False
    later: bool = False
    second: bool = False

    @property
    def name(self) -> str:
        """The thread, and which of its texts."""
        return f"{self.where}{' ' + self.part if self.part else ''}"

    @property
    def judging(self) -> bool:
        """Whether it is of the half of the first collection that is kept for judging."""
        return not self.built and not self.second and int(sha256(self.where.encode()).hexdigest()[0], 16) >= 8

    def is_read(self, found: tuple[Explanation, ...]) -> bool:
        """Whether exactly its errors were read, in whatever order they are told."""
        return sorted(each.code for each in found) == sorted(self.codes)

    def place(self, found: tuple[Explanation, ...]) -> int | None:
        """At which place, from 1, the true cause stands; None if it does not."""
        code = self.about or (self.codes[0] if self.codes else "")
        for one in found:
            keys = [cause.key for cause in one.causes]
            if one.code == code:
                return keys.index(self.cause) + 1 if self.cause in keys else None
        return None


def load() -> tuple[Seen, ...]:
    """All texts, in the order of the files."""
    return tuple(
        Seen(**{**entry, "codes": tuple(entry["codes"])})
        for path in sorted(DATA.glob("errors-in-the-wild*.toml"))
        for entry in tomllib.loads(path.read_text("utf-8"))["seen"]
    )


@dataclass(frozen=True)
class Score:
    """Counts over some texts: read as they should be, and the place of the cause where one was found."""

    texts: int
    read: int
    with_cause: int
    first: int
    first_two: int

    def __str__(self) -> str:
        return (
            f"{self.texts} texts, {share(self.read, self.texts)} read right; of {self.with_cause} with a known cause "
            f"{share(self.first, self.with_cause)} have it first, {share(self.first_two, self.with_cause)} among the "
            "first two"
        )


def share(part: int, whole: int) -> str:
    """`41 (82 %)`."""
    return f"{part} ({100 * part / whole:.0f} %)" if whole else "none"


def score(texts: list[Seen]) -> Score:
    """How well these texts are read and explained."""
    explained = [(one, explain(one.text)) for one in texts]
    places = [one.place(found) for one, found in explained if one.cause]
    return Score(
        texts=len(texts),
        read=sum(one.is_read(found) for one, found in explained),
        with_cause=len(places),
        first=places.count(1),
        first_two=places.count(1) + places.count(2),
    )


def misses(texts: list[Seen]) -> list[str]:
    """One line for each text that is not read right, or whose cause is not among the first two."""
    lines = []
    for one in texts:
        found = explain(one.text)
        codes = tuple(each.code for each in found)
        if not one.is_read(found):
            lines.append(
                f"{one.name}: read as {', '.join(codes) or 'nothing'}, not {', '.join(one.codes) or 'nothing'}"
            )
        elif one.cause and (place := one.place(found)) not in (1, 2):
            lines.append(f"{one.name}: {one.codes[0]} {one.cause} at place {place}")
    return lines


def main() -> None:
    """Print the score of either half, and what is missed in the half for building (with `--all` in both)."""
    texts = load()
    parts = {
        "building": [one for one in texts if not one.judging and not one.second],
        "judging": [one for one in texts if one.judging],
        "second judging": [one for one in texts if one.second],
    }
    for name, part in parts.items():
        sys.stdout.write(f"{name}: {score(part)}\n")
        if name == "building" or "--all" in sys.argv:
            for line in misses(part):
                sys.stdout.write(f"  {line}\n")
    sys.stdout.write(f"of the first two, collected after the articles: {score([one for one in texts if one.later])}\n")


if __name__ == "__main__":
    main()
