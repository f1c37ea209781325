"""The wish "put an NFS share into the pool": one SR for all hosts, created once and plugged everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft, timed
from xenferry.plan.storage_state import path_of
from xenferry.plan.things import thing
from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot

CREATE_SECONDS = 10.0
"""What SR.create is assumed to take: one mount on every host."""


def add_nfs(
    snapshot: Snapshot,
    device_config: Mapping[str, str],
    name: str,
    *,
    make_default: bool = False,
    iso: bool = False,
    uuid: str = "",
) -> s.Plan:
    """The plan that makes an SR of the share.

    The driver creates it on the coordinator; XAPI then connects every host and answers success even where that failed,
    so the step is done only when every host is connected. An SR of the same share that is in the pool already is not
    made a second time: the plan then connects the hosts that lack it, and is empty when none does.

    Args:
        snapshot: the pool.
        device_config: what the NFS driver is told: `server`, `serverpath`, perhaps `nfsversion` and `options`.
        name: what the SR shall be called.
        make_default: new disks go there from now on.
        iso: for installation media instead of disks.
        uuid: of an SR that lies in the share and is to be attached with all its disks; empty: a new one is made.
    """
    draft = Draft(snapshot, f"add NFS storage {name}")
    config = _iso(device_config) if iso else dict(device_config)
    existing = _known(snapshot, uuid) or (None if uuid else _in_pool(snapshot, config, iso))
    if existing is not None:
        connections = _connect(draft, existing)
        if make_default and not iso and snapshot.pool.default_SR != existing.ref:
            draft.add(_default(snapshot, existing, connections))
        return draft.finish()
    step = s.CreateSR(
        key="create-sr",
        host=draft.host(snapshot.pool.master),
        name=name,
        kind="iso" if iso else "nfs",
        device_config=tuple(sorted(config.items())),
        content="iso" if iso else "user",
        make_default=make_default,
        uuid=uuid,
    )
    draft.add(timed(step, CREATE_SECONDS))
    if uuid:
        draft.note(
            f"the share holds SR {uuid} already: it is attached as it is, nothing in it is overwritten; make sure that"
            " no other pool uses it, because two pools on one SR destroy its disks"
        )
        draft.note(f"dom0 of every host mounts it at {path_of(uuid)}")
    return draft.finish()


def _iso(device_config: Mapping[str, str]) -> dict[str, str]:
    """The ISO driver's words for the same share (sm, ISOSR.py).

    It takes an IPv6 address in brackets, and only where no type is given: with one it looks for a host of the name
    `[fd00` and ends with error 140.
    """
    kept = {key: value for key, value in device_config.items() if key not in ("server", "serverpath")}
    server, path = device_config["server"], device_config["serverpath"]
    if ":" in server:
        return kept | {"location": f"[{server}]:{path}"}
    return kept | {"location": f"{server}:{path}", "type": "nfs_iso"}


def _connect(draft: Draft, sr: r.SR) -> tuple[str, ...]:
    """Plug what an SR that is there already lacks. Returns the keys of the steps."""
    snapshot = draft.snapshot
    draft.note(f"the share is in the pool already, as SR {sr.name_label}; nothing is created")
    draft.note(f"dom0 of every host mounts it at {path_of(sr.uuid)}")
    for ref in sr.PBDs:
        pbd = snapshot.PBD.get(ref)
        if pbd is not None and not pbd.currently_attached and pbd.host in snapshot.place:
            host, place = draft.host(pbd.host), thing(snapshot, "SR", sr.ref)
            draft.add(s.PlugPBD(key=f"plug-{pbd.uuid}", pbd=thing(snapshot, "PBD", ref), host=host, sr=place))
    return draft.keys_since(0)


def _default(snapshot: Snapshot, sr: r.SR, after: tuple[str, ...]) -> s.SetDefaultSR:
    """Once every host has it: a default SR that a host does not reach keeps new guests off that host."""
    old = snapshot.SR.get(snapshot.pool.default_SR)
    former = thing(snapshot, "SR", old.ref) if old else None
    return s.SetDefaultSR(key="default-sr", sr=thing(snapshot, "SR", sr.ref), former=former, after=after)


def _known(snapshot: Snapshot, uuid: str) -> r.SR | None:
    return next((sr for sr in snapshot.SR.values() if uuid and sr.uuid == uuid), None)


def _in_pool(snapshot: Snapshot, config: Mapping[str, str], iso: bool) -> r.SR | None:
    """The SR that has this share already, as far as server and path are written alike."""
    for pbd in snapshot.PBD.values():
        sr = snapshot.SR.get(pbd.SR)
        if sr is not None and sr.type == ("iso" if iso else "nfs") and _place(config) == _place(pbd.device_config):
            return sr
    return None


def _place(config: Mapping[str, str]) -> tuple[str, str]:
    """Server and path, however the driver is told them."""
    server, _, path = config.get("location", "").rpartition(":/")
    return config.get("server", server).strip("[]"), config.get("serverpath", f"/{path}").rstrip("/")
