"""The rules' matrix in the shape that planners ask for."""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan.mobility import Mobility, Reason
from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot


class _Judgement:
    def __init__(self, snapshot: Snapshot) -> None:
        raise NotImplementedError

    def why(self, vm: r.VM, host: r.Host) -> Sequence[Reason]:
        return ()

    def why_start(self, vm: r.VM, host: r.Host) -> Sequence[Reason]:
        return ()


def judge(snapshot: Snapshot) -> Mobility:
    """What the rules say of this snapshot."""
    return _Judgement(snapshot)
