"""A PostgreSQL of its own on loopback, for as long as a test needs it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

READY_S = 20.0


def _program(name: str) -> str:
    """Where it is; Debian does not put it on the PATH. Skips the test where there is none, which fails in CI."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or next(map(str, debian), None)
    if found is None:
        pytest.skip("there is no PostgreSQL: apt-get install postgresql")
    return found


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database. PostgreSQL refuses to run as root, who therefore lets `nobody` run it."""
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="xenferry-pg-"))
    if user:
        shutil.chown(folder, user)
    name = pwd.getpwuid(os.geteuid()).pw_name if user is None else user
    environment = {"PATH": os.environ["PATH"], "USER": name, "LC_ALL": "C"}
    make = [_program("initdb"), "-D", folder / "data", "-U", "xenferry", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run(make, check=True, capture_output=True, user=user, cwd="/", env=environment)
    port = _free_port()
    options = ["-D", folder / "data", "-k", folder, "-h", "127.0.0.1", "-p", str(port), "-F"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([_program("postgres"), *options], user=user, cwd="/", stdout=log, stderr=log)
    try:
        _wait(port, server, folder / "log")
        yield f"postgresql://xenferry@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(READY_S)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    end = time.monotonic() + READY_S
    while True:
        try:
            psycopg.connect(f"postgresql://xenferry@127.0.0.1:{port}/postgres").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
