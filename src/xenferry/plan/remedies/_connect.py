"""Connecting a host to a shared SR: plug the connection it has, or make it one like the others'."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.pool.records import Ref


def plug(draft: Draft, sr: Ref, host: Ref) -> bool:
    """Add the step; False if no host of the pool shows what such a connection looks like."""
    snapshot = draft.snapshot
    if host not in snapshot.host or sr not in snapshot.SR:
        return False
    pbds = [pbd for pbd in snapshot.PBD.values() if sr == pbd.SR]
    own = next((pbd for pbd in pbds if pbd.host == host), None)
    there, storage = draft.host(host), thing(snapshot, "SR", sr)
    if own is not None:
        name = s.Thing("PBD", own.uuid, f"{storage.name} on {there.name}")
        draft.add_once(s.PlugPBD(key=f"plug-{own.uuid}", pbd=name, host=there, sr=storage))
        return True
    if not pbds:
        return False
    like = s.Thing("PBD", pbds[0].uuid, f"{storage.name} on {snapshot.name(pbds[0].host)}")
    draft.add_once(s.CreatePBD(key=f"connect-{storage.uuid}-{there.uuid}", host=there, sr=storage, like=like))
    return True
