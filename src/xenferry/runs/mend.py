"""The calls behind steps that put a setting or a connection right; part of `do`, which alone changes a pool."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.things import find
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.port import PoolPort


class Unable(RuntimeError):
    """The step cannot be begun here and now; the message says why and what to do."""


async def mend(step: s.CreatePBD | s.Set | s.SetMemory | s.SetDefaultSR, pool: PoolPort, snapshot: Snapshot) -> None:
    """Carry the step out; on return it is done.

    Raises:
        Unable: the step asks for a field that plans do not touch.
        Gone, XapiError, Unreachable: as `do.begin`.
    """
    match step:
        case s.CreatePBD():
            await _connect(step, pool, snapshot)
        case s.Set():
            await _set(step, pool, find(snapshot, step.what))
        case s.SetMemory():
            await pool.call("VM.set_memory_dynamic_range", find(snapshot, step.guest), step.low, step.high)
        case s.SetDefaultSR():
            await pool.call("pool.set_default_SR", snapshot.pool.ref, find(snapshot, step.sr))


async def _connect(step: s.CreatePBD, pool: PoolPort, snapshot: Snapshot) -> None:
    """A connection that was made before and could not be plugged is plugged, not made again."""
    host, sr = find(snapshot, step.host), find(snapshot, step.sr)
    known = [pbd.ref for pbd in snapshot.PBD.values() if (pbd.host, pbd.SR) == (host, sr)]
    pbd = known[0] if known else await _create(pool, host, sr, find(snapshot, step.like))
    await pool.call("PBD.plug", pbd)


async def _create(pool: PoolPort, host: Ref, sr: Ref, like: Ref) -> Ref:
    """XAPI sets SRmaster by itself. The configuration is read here, because a snapshot holds no passwords."""
    config = await pool.call("PBD.get_device_config", like)
    own = {key: value for key, value in config.items() if key != "SRmaster"}
    made = await pool.call("PBD.create", {"host": host, "SR": sr, "device_config": own, "other_config": {}})
    return Ref(str(made))


async def _set(step: s.Set, pool: PoolPort, ref: Ref) -> None:
    kind, field = step.what.kind, step.field
    if (kind, field) not in s.SETTABLE:
        raise Unable(f"plans do not change {kind}.{field}; change it by hand if you mean it")
    if not step.entry:
        await pool.call(f"{kind}.set_{field}", ref, step.value)
        return
    await pool.call(f"{kind}.remove_from_{field}", ref, step.entry)
    if step.value is not None:
        await pool.call(f"{kind}.add_to_{field}", ref, step.entry, step.value)
