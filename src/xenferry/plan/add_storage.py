"""The wish "put an NFS share into the pool": one SR for all hosts, created once and plugged everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft, timed
from xenferry.plan.things import thing
from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot

CREATE_SECONDS = 10.0
"""What SR.create is assumed to take: one mount on every host."""


def add_nfs(
    snapshot: Snapshot, device_config: Mapping[str, str], name: str, *, make_default: bool = False, iso: bool = False
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
    """
    draft = Draft(snapshot, f"add NFS storage {name}")
    existing = _in_pool(snapshot, device_config)
    if existing is not None:
        _connect(draft, existing)
        if make_default and not iso and snapshot.pool.default_SR != existing.ref:
            pool = snapshot.pool.uuid
            draft.note(
                f"SR {existing.name_label} is not the default SR yet, and this plan does not change that: "
                f"`xe pool-param-set uuid={pool} default-SR={existing.uuid}`"
            )
        return draft.finish()
    config = _iso(device_config) if iso else dict(device_config)
    step = s.CreateSR(
        key="create-sr",
        host=draft.host(snapshot.pool.master),
        name=name,
        kind="iso" if iso else "nfs",
        device_config=tuple(sorted(config.items())),
        content="iso" if iso else "user",
        make_default=make_default,
    )
    draft.add(timed(step, CREATE_SECONDS))
    return draft.finish()


def _iso(device_config: Mapping[str, str]) -> dict[str, str]:
    """The ISO driver's words for the same share (sm, ISOSR.py)."""
    kept = {key: value for key, value in device_config.items() if key not in ("server", "serverpath")}
    return kept | {"location": f"{device_config['server']}:{device_config['serverpath']}", "type": "nfs_iso"}


def _connect(draft: Draft, sr: r.SR) -> None:
    """Plug what an SR that is there already lacks."""
    snapshot = draft.snapshot
    draft.note(f"the share is in the pool already, as SR {sr.name_label}; nothing is created")
    for ref in sr.PBDs:
        pbd = snapshot.PBD.get(ref)
        if pbd is not None and not pbd.currently_attached and pbd.host in snapshot.place:
            host, place = draft.host(pbd.host), thing(snapshot, "SR", sr.ref)
            draft.add(s.PlugPBD(key=f"plug-{pbd.uuid}", pbd=thing(snapshot, "PBD", ref), host=host, sr=place))


def _in_pool(snapshot: Snapshot, device_config: Mapping[str, str]) -> r.SR | None:
    wanted = (device_config["server"], device_config["serverpath"].rstrip("/"))
    for pbd in snapshot.PBD.values():
        known = (pbd.device_config.get("server"), pbd.device_config.get("serverpath", "").rstrip("/"))
        sr = snapshot.SR.get(pbd.SR)
        if known == wanted and sr is not None and sr.type == "nfs":
            return sr
    return None
