"""The page docs/benchmarks.md: the machine, the versions, a table for each benchmark, pictures of growth."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from measured import Measured
from msgspec import Struct
from picture import Curve, draw

LIBRARIES = ("msgspec", "httpx2", "SQLAlchemy", "ortools", "XenAPI")
HEAD = """# How fast, how big, how right

Written by `make bench`; do not edit. Both figures of a line were measured in the same run on the same machine, so their
*ratio* carries over to other machines; seconds do not. Less is better everywhere. A line that begins with **not yet**
has not reached its goal. `python benchmarks NAME` measures one of them, `--quick` with small sizes;
`python benchmarks/NAME.py` prints more of its details.
"""


class Result(Struct, frozen=True):
    """What became of one benchmark."""

    title: str
    rows: tuple[Measured, ...] = ()
    not_run: str = ""
    """Why there are no rows."""


def write(results: Mapping[str, Result], page: Path) -> None:
    """The page, and its pictures in a folder of the page's name; what it says of other benchmarks stays."""
    folder = page.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    said = sections(page.read_text("utf-8")) if page.exists() else {}
    for name, result in results.items():
        svg = draw(result.title, curves(result.rows))
        (folder / f"{name}.svg").unlink(missing_ok=True)
        if svg:
            (folder / f"{name}.svg").write_text(svg, "utf-8")
        said[name] = "\n".join(_section(name, result, f"{folder.name}/{name}.svg" if svg else ""))
    texts = [said[name] for name in sorted(said)]
    page.write_text("\n".join([HEAD, f"{machine()}\n", *texts]) + "\n", "utf-8")


def sections(text: str) -> dict[str, str]:
    """Benchmark -> what a page says of it."""
    parts = [f"## {part.rstrip()}\n" for part in text.split("\n## ")[1:]]
    return {named[1]: part for part in parts if (named := re.search(r"^`(\w+)`", part, re.MULTILINE))}


def curves(rows: Sequence[Measured]) -> list[Curve]:
    """The curves over hosts, ours and the others', of the rows that are points of one; three points at least."""
    found: dict[tuple[str, bool], dict[int, float]] = {}
    units: dict[str, str] = {}
    for row in rows:
        if not row.hosts:
            continue
        units[row.what] = row.unit
        found.setdefault((row.what, True), {})[row.hosts] = row.ours
        if row.theirs is not None:
            found.setdefault((f"{row.what}: {row.against}", False), {})[row.hosts] = row.theirs
            units[f"{row.what}: {row.against}"] = row.unit
    return [Curve(name, units[name], ours, points) for (name, ours), points in found.items() if len(points) > 2]


def _section(name: str, result: Result, picture: str) -> Iterator[str]:
    yield f"## {result.title}\n"
    yield f"`{name}`, measured on {_today()}\n"
    if result.not_run:
        yield f"Not run: {result.not_run}\n"
        return
    yield from table(result.rows)
    yield ""
    if picture:
        yield f"![{result.title}: growth with the number of hosts]({picture})\n"


def machine() -> str:
    """Where and with what it was measured."""
    known = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Last measured on {_today()}: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} "
        f"{platform.release().partition('-')[0]}; Python {platform.python_version()}, xenferry {version('xenferry')}, "
        f"{known}."
    )


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _processor() -> str:
    """The processor's own name, where Linux tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def table(rows: Sequence[Measured]) -> Iterator[str]:
    """Markdown."""
    yield "| what | size | xenferry | compared with | theirs | ratio | goal |"
    yield "|---|---|---:|---|---:|---:|---|"
    for row in rows:
        what = f"**not yet**: {row.what}" if row.met is False else row.what
        theirs = "" if row.theirs is None else figure(row.theirs, row.unit)
        cells = (what, row.size, figure(row.ours, row.unit), row.against, theirs, share(row.ratio), goal(row))
        yield f"| {' | '.join(cells)} |"


def figure(value: float, unit: str) -> str:
    """Three significant digits and the unit; seconds below one are shown in milliseconds."""
    if unit == "s" and value < 1:
        value, unit = value * 1000, "ms"
    if unit == "%":
        return f"{value:.1%}"
    shown = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{shown} {unit}".strip()


def share(ratio: float | None) -> str:
    """`1/29` of theirs, or `1.3`."""
    if ratio is None:
        return ""
    return f"1/{1 / ratio:,.0f}" if 0 < ratio < 0.095 else f"{ratio:.2f}"


def goal(row: Measured) -> str:
    """What was promised, in words."""
    if row.goal is None:
        return ""
    of_ratio = row.goal.of == "ratio"
    return f"at most {share(row.goal.at_most) if of_ratio else figure(row.goal.at_most, row.unit)}"
