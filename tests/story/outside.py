"""xenferry and its lab as others meet them: programs in processes of their own, and somebody else's XenAPI client.

Nothing here imports xenferry. Every wait has a limit.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import XenAPI

PROGRAM = (sys.executable, "-m", "xenferry")
SECONDS_MAX = 40.0
"""No single program of these stories may take longer."""


class Started:
    """A program that runs; its output is read as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.output = ""
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def wait_for(self, words: str) -> str:
        """The first line from now on that holds these words; a program that ends without saying them has failed."""
        end = time.monotonic() + SECONDS_MAX
        while True:
            line = self._lines.get(timeout=max(0.01, end - time.monotonic()))
            self.output += line
            if words in line:
                return line
            assert line, f"ended without saying {words!r}:\n{self.output}"

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        self.process.kill()
        assert self.process.wait(SECONDS_MAX) == -signal.SIGKILL, f"was over before it was killed:\n{self.output}"

    def end(self) -> int:
        """Ctrl-C, and its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(SECONDS_MAX)


@dataclass
class Place:
    """A user's home: configuration and journal of their own, and the password in the environment."""

    folder: Path
    password: str = "lab"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XENFERRY", "XDG_"))}
        homes = {name: str(self.folder / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME")}
        return kept | homes | {"HOME": str(self.folder), "POOL_PASSWORD": self.password}

    @property
    def journal(self) -> Path:
        return self.folder / "xdg_state_home" / "xenferry" / "journal.db"

    @property
    def config(self) -> Path:
        return self.folder / "xdg_config_home" / "xenferry" / "config.toml"

    def xenferry(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )

    def done(self, *arguments: str) -> str:
        """Run one command, which must succeed; its output with every break of a line a blank."""
        ended = self.xenferry(*arguments)
        assert ended.returncode == 0, f"{arguments}: status {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        return flat(ended.stdout)

    @contextmanager
    def start(self, *arguments: str) -> Iterator[Started]:
        """Start one command; whatever happens, it does not outlive the block."""
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started = Started(process)
        try:
            yield started
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait(SECONDS_MAX)
            started._reader.join(SECONDS_MAX)
            assert process.stdout is not None
            process.stdout.close()

    @contextmanager
    def lab(self, *what: str, speed: float = 1.0) -> Iterator[Pool]:
        """A lab, served by `xenferry lab up`."""
        with self.start("lab", "up", *what, "--speed", str(speed)) as server:
            addresses, fingerprint = [], ""
            while not (line := server.wait_for("")).startswith("Ctrl-C"):
                words = line.split()
                addresses += [word.removeprefix("https://") for word in words if word.startswith("https://")]
                fingerprint = next((word for word in words if len(word) == 64), fingerprint)
            yield Pool(server, tuple(addresses), fingerprint)

    def add(self, pool: Pool, name: str = "home") -> None:
        """Remember the pool with its certificate pinned."""
        how = ("--fingerprint", pool.fingerprint, "--password-env", "POOL_PASSWORD")
        self.done("pool", "add", name, pool.addresses[0], *how)

    def last_run(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = json.loads(self.xenferry("runs", "list", "--json").stdout)
        return found[0]


@dataclass(frozen=True)
class Pool:
    """A served lab: `address:port` of its hosts, the coordinator first."""

    server: Started
    addresses: tuple[str, ...]
    fingerprint: str

    @contextmanager
    def session(self, host: int = 0) -> Iterator[Any]:
        """Logged in with the XenAPI client of PyPI."""
        with XenAPI.Session(f"https://{self.addresses[host]}", ignore_ssl=True) as session:
            session.login_with_password("root", "lab", "2.23", "tests")
            yield session.xenapi
            session.xenapi.session.logout()

    def guests(self) -> dict[str, dict[str, Any]]:
        """The records of all guests by name, each with `at`: the names of the hosts that list it as resident."""
        with self.session() as xapi:
            hosts = xapi.host.get_all_records().values()
            found = {}
            for ref, record in xapi.VM.get_all_records().items():
                if not (record["is_a_template"] or record["is_control_domain"] or record["is_a_snapshot"]):
                    at = [host["name_label"] for host in hosts if ref in host["resident_VMs"]]
                    found[record["name_label"]] = {**record, "ref": ref, "at": at}
            return found

    def where(self) -> dict[str, list[str]]:
        """Of each guest, on which hosts it is: one that runs exactly once has exactly one."""
        return {name: record["at"] for name, record in self.guests().items()}

    def migrations(self) -> Counter[str]:
        """How often each guest was migrated, by the pool's own messages."""
        with self.session() as xapi:
            names = {record["uuid"]: record["name_label"] for record in xapi.VM.get_all_records().values()}
            messages = xapi.message.get_all_records().values()
        return Counter(names[one["obj_uuid"]] for one in messages if one["name"] == "VM_MIGRATED")

    def moving(self) -> list[str]:
        """Guests that XAPI is migrating now."""
        return [name for name, one in self.guests().items() if "pool_migrate" in one["current_operations"].values()]

    def host(self, name: str) -> dict[str, Any]:
        with self.session() as xapi:
            (record,) = [one for one in xapi.host.get_all_records().values() if one["name_label"] == name]
        return dict(record)


def flat(text: str) -> str:
    """A text with every break of a line a blank, as wrapped lines are compared."""
    return " ".join(text.split())


def wait_until(true: Callable[[], Any], what: str, seconds: float = 20.0) -> None:
    """Until it is so; a limit, not a hope."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)
