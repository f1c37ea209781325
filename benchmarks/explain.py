"""How long `explain` takes for a long log, against reading the file line by line and doing nothing with it.

    python benchmarks/explain.py [MEBIBYTES]

The log is made of the lines that XAPI, xenopsd and the storage drivers write most, with some hundred failures among
them. Shown are the best of three runs of each and their ratio, which is what carries over to other machines.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from uuid import UUID

from measured import Measured

from xenferry.errors import explain
from xenferry.errors.reading.sieve import pick_stream

NOISE = (
    "xcp1 xapi: [debug||{n} UNIX /var/lib/xcp/xapi|VBD.create R:{h}|audit] VBD.create: VM = '{u} (web)'; VDI = '{u}'",
    'xcp1 xenopsd-xc: [debug||{n} |queue|xenops_server] Queue.push ["VM_migrate",["{u}",{{}},{{}}]] onto {u}:[  ]',
    "xcp1 SM: [{n}] lock: opening lock file /var/lock/sm/{u}/sr",
    "xcp1 SM: [{n}] ['/usr/sbin/td-util', 'query', 'vhd', '-vpf', '/var/run/sr-mount/{u}/{u}.vhd']",
    "xcp1 xapi: [ info||{n} INET :::80|session.login_with_password D:{h}|xapi_session] Session.create uname=root",
)
FAILURE = (
    "xcp1 xapi: [error||{n} :::80|Async.VM.pool_migrate R:{h}|backtrace] "
    "Raised Server_error(VM_REQUIRES_SR, [ OpaqueRef:{u}; OpaqueRef:00000000-0000-0000-0000-000000000000 ])"
)


def lines(bytes_: int, random: Random) -> Iterator[str]:
    """Lines until there are so many bytes; about one in ten thousand is a failure."""
    written = number = 0
    while written < bytes_:
        number += 1
        form = FAILURE if number % 10_000 == 0 else random.choice(NOISE)
        handle = UUID(int=random.getrandbits(128))
        said = form.format(n=number % 400_000, h=handle.hex[:12], u=handle)
        line = f"Jun  7 13:{number // 60 % 60:02}:{number % 60:02} {said}\n"
        written += len(line)
        yield line


def plain(path: Path) -> int:
    """Read the file line by line, as a program that looks at every line must at least do."""
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def explained(path: Path) -> int:
    """Explain the file as the command does, and count the errors."""
    with path.open("rb") as stream:
        return len(explain(pick_stream(iter(lambda: stream.read(1 << 20), b""))))


def best(what: Callable[[Path], int], path: Path) -> tuple[float, int]:
    """The shortest of three runs in seconds, and what was counted."""
    runs = []
    for _ in range(3):
        began = time.perf_counter()
        count = what(path)
        runs.append((time.perf_counter() - began, count))
    return min(runs)


def main(mebibytes: int) -> None:
    """Make the log, measure both, print."""
    reading, explaining, count, errors = both(mebibytes)
    print(f"{mebibytes} MiB, {count} lines, {errors} errors shown")
    print(f"read line by line {reading:6.2f} s")
    print(f"explained         {explaining:6.2f} s  {explaining / reading:5.1f} x")


def both(mebibytes: int) -> tuple[float, float, int, int]:
    """Seconds of reading and of explaining, lines, errors."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "xensource.log"
        with path.open("w") as stream:
            stream.writelines(lines(mebibytes << 20, Random(7)))  # noqa: S311
        reading, count = best(plain, path)
        explaining, errors = best(explained, path)
    return reading, explaining, count, errors


def measure(quick: bool) -> Iterator[Measured]:
    """One long log."""
    mebibytes = 2 if quick else 100
    reading, explaining, count, errors = both(mebibytes)
    yield Measured(
        what=f"all failures of a log found and explained ({errors} of them)",
        size=f"{mebibytes} MiB, {count:,} lines",
        ours=explaining,
        unit="s",
        against="reading it line by line",
        theirs=reading,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
