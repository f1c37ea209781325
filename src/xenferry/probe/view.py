"""What a look at an NFS server consists of: the steps, in the order in which an SR needs them, and how each went."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from xenferry.probe.exports import Export
from xenferry.probe.route import Way


class Outcome(StrEnum):
    """What became of a step."""

    PASSED = "passed"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """No host tried it; from this machine it does not work."""
    UNSEEN = "not looked at"


class Step(Struct, frozen=True, kw_only=True):
    """One thing that must work before an SR can live on the share."""

    name: str
    outcome: Outcome
    seen: str = ""
    """What was seen, or why nobody looked."""
    error: tuple[str, ...] = ()
    """XAPI's answer where it failed: code and parameters."""


STEPS = (
    "the server's name resolves",
    "a NIC leads to the server",
    "the NFS port answers (TCP 2049)",
    "port 111 and the mount daemon answer (NFSv3)",
    "the server lists its exports",
    "an export admits this host",
    "the NFS version is served",
    "the path can be mounted",
    "there is room",
    "root may make a directory there",
    "that directory can be mounted",
    "full-size packets get through (MTU)",
    "it can be written to",
    "files can have hard links",
)
(
    RESOLVES, ROUTE, ANSWERS, DAEMONS, LISTS, ADMITS, VERSION, MOUNTS, ROOM, MAKES, MOUNTS_BELOW, PACKETS, WRITES,
    LINKS,
) = STEPS  # fmt: skip


class HostView(Struct, frozen=True, kw_only=True):
    """One host's view of the server."""

    host: str
    """The host's reference."""
    address: str
    """The address under which the server sees the host, as far as the pool's records tell."""
    steps: tuple[Step, ...]
    exports: tuple[Export, ...] = ()
    srs: tuple[str, ...] = ()
    """UUIDs of SRs that already live in the share."""
    way: Way | None = None
    """The host's NIC on the way to the server."""
    driver: str = ""
    """The version of dom0's package sm, which is the NFS driver; empty: dom0 was not asked."""
    left: tuple[str, ...] = ()
    """Commands that remove what a trial in dom0 could not remove again; to be typed there, in this order."""

    @property
    def doubtful(self) -> Step | None:
        """The first step that failed, or is likely to."""
        bad = (Outcome.FAILED, Outcome.DOUBTFUL)
        return next((step for step in self.steps if step.outcome in bad), None)

    @property
    def failed(self) -> Step | None:
        """The first step that failed."""
        return next((step for step in self.steps if step.outcome is Outcome.FAILED), None)


def with_step(steps: tuple[Step, ...], new: Step) -> tuple[Step, ...]:
    """The steps, with another outcome of one of them."""
    return tuple(new if step.name == new.name else step for step in steps)


def named(steps: tuple[Step, ...], name: str) -> Step:
    """The step of this name."""
    return next(step for step in steps if step.name == name)


def moved(steps: tuple[Step, ...], failed: Step, name: str, seen: str) -> tuple[Step, ...]:
    """The failure of one step, ascribed to the step that explains it; `seen` is what shows that."""
    rest = Step(name=failed.name, outcome=Outcome.UNSEEN, seen="an earlier step failed")
    told = replace(failed, name=name, seen=f"{seen}; the driver said: {failed.seen}")
    return with_step(with_step(steps, rest), told)
