"""Runs the benchmarks, each in a process of its own, and writes docs/benchmarks.md with its pictures.

    python benchmarks [--quick] [--page FILE] [NAME...]

With names only those are measured, and a table is printed instead of written unless --page says where: there, what is
said of the others stays. A benchmark is
a file beside this one with `measure`; the first line of its docstring is its title. XENFERRY_DATA names the folder with
measured data that some compare with; without it they say so. `--rows NAME` is what this program calls itself with.
"""

from __future__ import annotations

import argparse
import inspect
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import msgspec
from paper import Result, table, write

import data

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
PATIENCE_SECONDS = 1800


def names() -> list[str]:
    """The benchmarks there are, found by reading files."""
    return sorted(path.stem for path in HERE.glob("*.py") if "\ndef measure(" in path.read_text("utf-8"))


def rows(name: str, quick: bool) -> None:
    """Measure in this process; JSON on standard output."""
    module = import_module(name)
    try:
        found = tuple(module.measure(quick))
        result = Result(_title(module.__doc__ or name), found)
    except data.Missing as missing:
        result = Result(_title(module.__doc__ or name), not_run=missing.why)
    sys.stdout.buffer.write(b"\n" + msgspec.json.encode(result))


def _title(text: str) -> str:
    return " ".join(inspect.cleandoc(text).split("\n\n")[0].split()).rstrip(".")


def measured(name: str, quick: bool) -> Result:
    """One benchmark in a process of its own, so that memory and imports of others are not counted."""
    order = [sys.executable, str(HERE), "--rows", name, *(["--quick"] if quick else [])]
    ended = subprocess.run(order, stdout=subprocess.PIPE, timeout=PATIENCE_SECONDS, check=False)
    if ended.returncode:
        raise SystemExit(f"the benchmark {name} failed with status {ended.returncode}")
    return msgspec.json.decode(ended.stdout.splitlines()[-1], type=Result)


def main(argv: list[str]) -> None:
    """Measure, then write or print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    parser.add_argument("--page", type=Path, help="where to write the page (without names: docs/benchmarks.md)")
    parser.add_argument("--rows", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    if unknown := set(asked.names) - set(names()):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    if asked.rows:
        return rows(asked.names[0], asked.quick)
    results = {name: _told(name, asked.quick) for name in asked.names or names()}
    page = asked.page or (None if asked.names or asked.quick else PAGE)
    if page:
        write(results, page)
    late = [f"{name}: {row.what}" for name, result in results.items() for row in result.rows if row.met is False]
    sys.stdout.write("".join(f"goal not reached yet: {each}\n" for each in late))
    return None


def _told(name: str, quick: bool) -> Result:
    """Measure, and show it at once."""
    begin = time.perf_counter()
    result = measured(name, quick)
    shown = [f"Not run: {result.not_run}"] if result.not_run else table(result.rows)
    sys.stdout.write(f"\n{result.title} ({name}, {time.perf_counter() - begin:.0f} s)\n" + "\n".join(shown) + "\n")
    sys.stdout.flush()
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
