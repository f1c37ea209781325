"""The pool that other people's clients meet, and where their programs have been put by tools/get-clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from outside import Place, Pool

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / ".venv" / "clients"
SPEED = 60.0
SCENARIO = """\
pool for-clients
host north memory=64GiB cpus=16
host south memory=64GiB cpus=16
sr pool-disks nfs default
guest mail on=north memory=8GiB
  disk root
guest wiki on=north memory=4GiB
  disk root
guest base halted template memory=1GiB
  disk root size=20GiB
server nas
  export /srv/closed root-squash
  export /srv/vms
"""


@contextmanager
def served(folder: Path) -> Iterator[Pool]:
    """The lab, served over TLS on a free port."""
    (folder / "pool.txt").write_text(SCENARIO)
    with Place(folder).lab(str(folder / "pool.txt"), speed=SPEED) as pool:
        yield pool


def fetched(name: str) -> Path:
    """The folder of a client. Skips the test where it could not be fetched, which fails in CI."""
    folder = CLIENTS / name
    if not (folder / "done").exists():
        pytest.skip(f"{name} was not fetched: run `make clients` and read what it says")
    return folder
