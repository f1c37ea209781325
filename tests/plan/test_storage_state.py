"""Every SR is shown on every host: where it is not connected, how it is mounted, what its disks may grow to."""

from __future__ import annotations

from pools import GIB, pool

from xenferry.plan.storage_state import Link, SrState, states

POOL = """
pool P
host a
host b
host c dead
server nas
  export /vol
sr store nfs server=nas path=/vol size=100GiB unplugged=b
sr own lvm on=a size=500GiB
guest web on=a
  disk root size=80GiB sr=store layers=3 waiting
guest db on=a
  disk root size=60GiB sr=store
"""


def found(name: str, text: str = POOL) -> SrState:
    return next(state for state in states(pool(text)) if state.sr.name == name)


def test_a_shared_sr_is_shown_on_every_host_with_its_path() -> None:
    store = found("store")
    sides = {side.host.name: (side.link, side.path) for side in store.hosts}
    path = f"/run/sr-mount/{store.sr.uuid}"
    assert sides == {"a": (Link.CONNECTED, path), "b": (Link.UNPLUGGED, ""), "c": (Link.DOWN, "")}
    assert not store.everywhere


def test_a_local_sr_misses_nobody() -> None:
    own = found("own")
    assert [side.link for side in own.hosts] == [Link.CONNECTED, Link.MISSING, Link.DOWN]
    assert own.everywhere
    assert own.hosts[0].path == "", "LVM is not mounted"


def test_disks_that_may_outgrow_the_sr_are_told_by_what_guests_may_write() -> None:
    store = found("store")
    assert store.may_grow_to >= 140 * GIB
    assert store.promised_too_much
    assert not found("store", POOL.replace("size=100GiB", "size=1TiB")).promised_too_much


def test_layers_that_wait_and_the_longest_chain_are_counted() -> None:
    store = found("store")
    assert (store.waiting, store.longest) == (2, 3)


def test_a_mount_is_soft_unless_every_host_is_told_otherwise() -> None:
    mount = found("store").mount
    assert mount is not None
    assert (mount.share, mount.versions, mount.soft) == ("nas:/vol", ("3",), True)
    assert found("own").mount is None
