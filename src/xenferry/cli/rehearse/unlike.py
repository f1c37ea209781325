"""What a twin does not do as the real pool does, as far as it concerns this plan; docs/lab.md has the whole list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xenferry.lab.hosts.power import BOOT_S
from xenferry.lab.motion.disks import DISK_STREAM_MAX
from xenferry.lab.motion.live import STREAM_MAX
from xenferry.lab.world import Load
from xenferry.plan import steps as s
from xenferry.plan.words import size, span
from xenferry.rules.words import count

if TYPE_CHECKING:
    from xenferry.cli.rehearse.twin import Twins
    from xenferry.pool.snapshot import Snapshot


def unlike(twins: Twins, before: Snapshot, plan: s.Plan) -> tuple[str, ...]:
    """Sentences, the weightiest first."""
    return tuple(_all(twins, before, plan))


def _all(twins: Twins, before: Snapshot, plan: s.Plan) -> Iterator[str]:
    kinds = {type(step) for step in plan.steps}
    complete = all(twin.complete for twin in twins.all)
    if kinds & {s.Move, s.MoveWithDisks, s.Cross}:
        yield _memory(complete)
    if s.Cross in kinds:
        yield "Every host of one pool reaches every host of the other: no firewall, no certificate is in the way."
    if kinds & {s.MoveWithDisks, s.MoveDisk, s.Cross}:
        yield (
            f"Disks are copied at {size(DISK_STREAM_MAX)} per second each, whatever the storage, and the mirror of a "
            "running guest never falls behind."
        )
    if s.Reboot in kinds:
        yield (
            f"A host boots in {span(BOOT_S)} and always comes back, with its storage and its networks; the forecast "
            "has what servers usually take."
        )
    if s.Hook in kinds:
        hooks = sum(isinstance(step, s.Hook) for step in plan.steps)
        yield f"The command of --hook was not run (for {count(hooks, 'host')}); it is taken as done at once."
    if kinds & {s.Shutdown, s.Suspend, s.Start, s.Resume}:
        yield "Every guest shuts down, suspends and starts as it should, unless a fault says otherwise."
    if kinds & {s.Move, s.MoveWithDisks, s.MoveDisk, s.Cross, s.Reboot}:
        yield "Nothing but migrations is on the wire: no storage traffic, no backup, no slow switch."
    if before.pool.ha_enabled:
        yield "High availability notices dead hosts, not hosts that hang or are cut off; nothing is fenced."
    ended = sum(twin.ended for twin in twins.all)
    if ended:
        yield f"What the pool was doing when it was read ({ended} tasks or objects at work) is taken as ended."
    if not complete:
        yield (
            "What goes wrong by itself in a real pool (a host, a switch, an agent) goes wrong here only if --fault "
            "says so."
        )


def _memory(complete: bool) -> str:
    words = f"Memory goes at {size(STREAM_MAX)} per second at most"
    if complete:
        return f"{words}; how fast guests rewrite it is what the scenario says."
    rate = size(Load().dirty)
    return (
        f"{words}, and every guest rewrites {rate} of it per second, for no pool tells how fast yours do: one that "
        "writes faster takes longer and stands still longer (--fault 'guest NAME dirty=400MiB/s' tries it)."
    )
