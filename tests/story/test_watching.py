"""`xenferry watch` beside a served pool that others change: every change is one line, and Ctrl-C ends it cleanly."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path
from typing import Any

from outside import PROGRAM, SECONDS_MAX, Place, Pool, Started


def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def until(watching: Started, kind: str, **fields: Any) -> dict[str, Any]:
    """The first change from now on of this kind with these fields."""
    while True:
        said: dict[str, Any] = json.loads(watching.wait_for("{"))
        if said["kind"] == kind and all(said.get(name) == value for name, value in fields.items()):
            return said


def migrate(pool: Pool, guest: str, host: str) -> None:
    with pool.session() as xapi:
        (vm,) = xapi.VM.get_by_name_label(guest)
        (to,) = xapi.host.get_by_name_label(host)
        xapi.VM.pool_migrate(vm, to, {"live": "true"})


def test_every_change_is_told_over_a_restart_of_the_toolstack_too(tmp_path: Path) -> None:
    home = place(tmp_path)
    with home.lab("calm-pair", speed=20) as pool:
        home.add(pool)
        with home.start("watch", "--json") as watching:
            assert until(watching, "pool")["name"] == "calm-pair"
            assert until(watching, "readiness")["score"] == 100
            migrate(pool, "mail", "south")
            begun = until(watching, "task", after="pending")
            assert "mail" in begun["text"]
            moved = until(watching, "moved", name="mail")
            assert (moved["before"], moved["after"]) == ("north", "south")
            assert until(watching, "memory", name="north")["free_bytes"] > 0
            with pool.session() as xapi:
                (south,) = xapi.host.get_by_name_label("south")
                xapi.host.disable(south)
            assert until(watching, "host", name="south")["after"] == "disabled"
            weak = until(watching, "readiness")
            assert weak["score"] < 100
            assert "north" in weak["text"]
            with pool.session() as xapi:
                (north,) = xapi.host.get_by_name_label("north")
                xapi.host.restart_agent(north)
            assert until(watching, "connection")["after"] == "lost"
            assert until(watching, "connection")["after"] == "back"
            migrate_later(pool)
            assert until(watching, "state", name="wiki")["after"] == "halted"
            assert watching.end() == 0
            assert "Traceback" not in watching.output


def migrate_later(pool: Pool) -> None:
    with pool.session() as xapi:
        (vm,) = xapi.VM.get_by_name_label("wiki")
        xapi.VM.clean_shutdown(vm)


def test_without_a_terminal_it_is_one_line_for_each_change(tmp_path: Path) -> None:
    home = place(tmp_path)
    with home.lab("three-hosts", speed=20) as pool:
        home.add(pool)
        with home.start("watch") as watching:
            assert "Pool three-hosts with 3 hosts" in watching.wait_for("Pool three-hosts")
            watching.wait_for("Readiness 91 of 100")
            watching.wait_for("blocks internal-network: ")
            assert watching.end() == 0
            assert "\x1b" not in watching.output


def test_on_a_terminal_it_is_a_screen_that_is_given_back(tmp_path: Path) -> None:
    home = place(tmp_path)
    with home.lab("calm-pair", speed=20) as pool:
        home.add(pool)
        terminal, theirs = pty.openpty()
        environment = home.environment | {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
        environment.pop("NO_COLOR", None)
        process = subprocess.Popen([*PROGRAM, "watch"], env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            shown = read(terminal, "Readiness 100 of 100")
            assert "mail" in shown
            migrate(pool, "mail", "south")
            read(terminal, "moved from north to south")
            process.send_signal(2)
            rest = read(terminal, "\x1b[?1049l")
            assert "Traceback" not in rest
            assert process.wait(SECONDS_MAX) == 0
        finally:
            process.kill()
            process.wait(SECONDS_MAX)
            os.close(terminal)


def read(terminal: int, words: str) -> str:
    """What the terminal shows, until these words are there."""
    text, end = "", time.monotonic() + SECONDS_MAX
    while words not in text:
        assert time.monotonic() < end, text
        if select.select([terminal], [], [], 0.1)[0]:
            text += os.read(terminal, 65536).decode("utf-8", "replace")
    return text


def test_a_pool_that_does_not_answer_from_the_start_is_status_3(tmp_path: Path) -> None:
    home = place(tmp_path)
    with home.lab("calm-pair") as pool:
        home.add(pool)
    ended = home.xenferry("watch")
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
