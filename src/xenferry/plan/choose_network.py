"""The wish "let migrations go over this network": kept in the pool, where Xen Orchestra looks, too."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.pool.migration_network import KEY, road
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def choose_network(snapshot: Snapshot, network: Ref) -> s.Plan:
    """Plan to make it the pool's choice; hosts that could not use it are in the way."""
    way = road(snapshot, network)
    draft = Draft(snapshot, f"let migrations go over network {way.name}", deed="used")
    for host, end in zip(snapshot.hosts, way.ends, strict=True):
        if end.against:
            give = "give its interface there an address (`xe pif-reconfigure-ip`), plug it, and look at its cable"
            draft.leave_thing(thing(snapshot, "host", host.ref), f"{end.host}: {end.against}", (give,))
    for doubt in way.doubts:
        draft.note(doubt)
    before = snapshot.pool.other_config.get(KEY)
    uuid = snapshot.network[network].uuid
    if way.usable and before != uuid:
        what = thing(snapshot, "pool", snapshot.pool.ref)
        draft.add(s.Set(key="migration-network", what=what, field="other_config", entry=KEY, value=uuid, before=before))
    return draft.finish()
