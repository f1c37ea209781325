"""A share is tried in dom0 itself, and whatever happens nothing is left there or in the share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from xenferry.lab.clock import ScaledLoop
from xenferry.lab.dom0.command import Shell, carry_out
from xenferry.lab.dom0.server import LOADED
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.world import Export
from xenferry.probe.dom0 import Answer, Dom0Unreachable
from xenferry.probe.dom0_told import tried
from xenferry.probe.dom0_trial import Tried, attempt
from xenferry.probe.share import Share
from xenferry.probe.view import (
    ADMITS,
    LINKS,
    MAKES,
    MOUNTS,
    MOUNTS_BELOW,
    ROOM,
    STEPS,
    VERSION,
    WRITES,
    HostView,
    Outcome,
    Step,
    named,
)

POOL = """
pool P
server nas address=198.51.100.200 {server}
  export /vol {export}
host a
  nic eth0 network=lan management ip=198.51.100.11/24
"""
ALL = (MOUNTS, MAKES, MOUNTS_BELOW, WRITES, LINKS)
assert LOADED


class Session:
    """Commands of a lab's dom0, and what a test does before each."""

    def __init__(self, server: str = "", export: str = "", before: Callable[[str], None] | None = None) -> None:
        self.lab = Lab.from_scenario(parse(POOL.format(server=server, export=export)))
        self.shell = Shell(self.lab, next(iter(self.lab.db.all("host"))))
        self.before = before
        self.lines: list[str] = []
        self.stored = self.state()

    def state(self) -> tuple[object, ...]:
        dom0, export = self.shell.dom0, self.export
        return (
            set(dom0.directories),
            dict(dom0.mounts),
            {k: set(v) for k, v in export.directories.items()},
            set(export.files),
        )

    @property
    def export(self) -> Export:
        return self.lab.world.servers["nas"].exports["/vol"]

    async def run(self, *words: str, stdin: str = "") -> Answer:
        assert words[0] == "timeout", "every command ends by itself"
        line = " ".join(words)
        self.lines.append(line)
        if self.before:
            self.before(line)
        done = await carry_out(self.shell, line, stdin)
        return Answer(done.status, done.out, done.err)

    def attempt(self, path: str = "/vol", version: str = "3") -> Tried:
        with asyncio.Runner(loop_factory=lambda: ScaledLoop(1000.0)) as runner:
            return runner.run(attempt(self, Share("nas", path), version))


def test_a_good_share_passes_every_step_and_is_as_it_was() -> None:
    session = Session()
    session.export.directories["foreign"] = {"disk.vhd"}
    session.stored = session.state()
    assert session.attempt() == Tried(went=ALL)
    assert session.state() == session.stored


@pytest.mark.parametrize(
    ("server", "export", "failed", "why"),
    [
        ("", "root-squash", MAKES, "Permission denied"),
        ("", "read-only", MAKES, "Read-only file system"),
        ("", "no-subdirs", MOUNTS_BELOW, "access denied by server"),
        ("", "full", ROOM, "No space left on device"),
        ("", "errno=122", ROOM, "Disk quota exceeded"),
        ("", "to=203.0.113.0/24", MOUNTS, "access denied by server"),
        ("versions=4", "", MOUNTS, "requested NFS version"),
        ("unreachable=a", "", MOUNTS, "Connection timed out"),
        ("unresolvable=a", "", MOUNTS, "Name or service not known"),
    ],
)  # fmt: skip
def test_the_step_that_fails_is_the_true_one(server: str, export: str, failed: str, why: str) -> None:
    session = Session(server, export)
    trial = session.attempt()
    assert (trial.failed, trial.left) == (failed, ())
    assert why in trial.reason
    assert session.state() == session.stored


def test_a_session_that_breaks_tells_what_is_left_and_how_to_remove_it() -> None:
    def cut(line: str) -> None:
        if "below -o" in line:
            raise Dom0Unreachable("the line went dead")

    session = Session(before=cut)
    trial = session.attempt()
    assert (trial.failed, trial.reason) == ("", "the line went dead")
    assert [line.split()[0] for line in trial.left] == ["umount", "rmdir", "umount", "rmdir", "rmdir", "rmdir"]
    session.before = None
    for line in trial.left:
        asyncio.run(carry_out(session.shell, line))
    assert session.state() == session.stored, "the lines told take everything away"


@pytest.mark.parametrize("at", ["mount.nfs", "mkdir /run/", "of=", "ln "])
def test_stopped_by_a_person_it_tidies_up_first(at: str) -> None:
    session = Session()

    async def main() -> None:
        task = asyncio.ensure_future(attempt(session, Share("nas", "/vol"), "3"))
        session.before = lambda line: task.cancel() if at in line else None
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert session.state() == session.stored


def test_a_mount_that_is_busy_is_detached() -> None:
    session = Session()
    session.shell.dom0.busy_mounts = True
    assert session.attempt().left == ()
    assert any("umount -l" in line for line in session.lines)
    assert session.state() == session.stored


def test_a_directory_that_cannot_be_removed_is_told() -> None:
    session = Session()

    def turn(line: str) -> None:
        if "rm -f" in line:
            session.export.read_only = True

    session.before = turn
    left = session.attempt().left
    assert left
    assert any(line.startswith("rmdir") and ".xenferry-trial-" in line for line in left)


def view() -> HostView:
    steps = tuple(Step(name=name, outcome=Outcome.UNSEEN, seen="nobody looked") for name in STEPS)
    return HostView(host="h", address="198.51.100.11", steps=steps)


def test_the_trial_is_told_in_the_steps() -> None:
    seen = tried(view(), Tried(went=ALL))
    assert {named(seen.steps, name).outcome for name in ALL} == {Outcome.PASSED}
    refused = tried(view(), Tried(failed=MOUNTS, reason="mount.nfs: access denied by server"))
    assert refused.failed == Step(
        name=ADMITS, outcome=Outcome.FAILED, seen="dom0 tried it: mount.nfs: access denied by server"
    )
    assert named(refused.steps, LINKS).seen == "an earlier step failed"
    old = tried(view(), Tried(failed=MOUNTS, reason="mount.nfs: requested NFS version is not supported"))
    assert named(old.steps, VERSION).outcome is Outcome.FAILED
    broken = tried(view(), Tried(went=(MOUNTS,), reason="the line went dead", left=("umount /run/x",)))
    assert (broken.failed, broken.left) == (None, ("umount /run/x",))
    assert named(broken.steps, WRITES).seen == "dom0 could not try it: the line went dead"
