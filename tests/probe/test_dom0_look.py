"""Each host's own tools, asked over ssh, name what `SR.probe` only calls an error."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from xenferry.lab.clock import ScaledLoop
from xenferry.lab.dom0.server import serve_dom0
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.dom0 import Login, open_dom0
from xenferry.probe.dom0_look import Dom0Look, last_refusal, look
from xenferry.probe.dom0_told import told
from xenferry.probe.nfs import probe_nfs
from xenferry.probe.share import Share
from xenferry.probe.view import (
    ADMITS,
    ANSWERS,
    DAEMONS,
    MOUNTS,
    PACKETS,
    RESOLVES,
    ROUTE,
    VERSION,
    HostView,
    Outcome,
    named,
)
from xenferry.xapi import XapiError

POOL = """
pool P
server nas address=198.51.100.200 {server}
  export /vol {export}
host a
  nic eth0 network=lan management ip=192.0.2.11/24 gateway=192.0.2.254 dns=192.0.2.1
  nic eth1 network=storage ip=198.51.100.11/24
host b
  nic eth0 network=lan management ip=192.0.2.12/24 gateway=192.0.2.254
  nic eth1 network=storage ip=198.51.100.12/24
host c
  nic eth0 network=lan management ip=192.0.2.13/24 gateway=192.0.2.254
  nic eth1 network=storage
"""


class Calls:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    async def call(self, method: str, *params: Any) -> Any:
        try:
            return await self._lab.call(method, *params)
        except LabError as error:
            raise XapiError(error.code, tuple(error.params)) from None


def seen(
    server: str = "", export: str = "", *, path: str = "/vol", version: str = "3", **hidden: Any
) -> dict[str, HostView]:
    """What each host sees, with what its dom0 says."""
    lab = Lab.from_scenario(parse(POOL.format(server=server, export=export)))
    for name, value in hidden.items():
        setattr(lab.world.servers["nas"], name, value)

    async def main() -> dict[str, HostView]:
        snapshot, share = Snapshot.from_tables(lab.db.tables), Share("nas", path)
        views = await probe_nfs(Calls(lab), snapshot, share, version=version, at="198.51.100.200")
        found = {}
        async with serve_dom0(lab) as servers:
            for view in views:
                at = servers[view.host]
                login = Login(address=at.address, port=at.port, password=lambda: "lab", key=at.fingerprint)
                async with open_dom0(login) as dom0:
                    found[snapshot.name(view.host)] = told(view, await look(dom0, share), version)
        return found

    with asyncio.Runner(loop_factory=lambda: ScaledLoop(1000.0)) as runner:
        return runner.run(main())


def failures(views: dict[str, HostView]) -> dict[str, str]:
    return {name: view.failed.name if view.failed else "" for name, view in views.items()}


def test_what_works_is_seen_by_dom0_itself() -> None:
    views = seen()
    assert failures(views) == {"a": "", "b": "", "c": ""}
    a, c = views["a"], views["c"]
    assert named(a.steps, RESOLVES).seen == "198.51.100.200"
    assert named(a.steps, ROUTE).seen == "dom0 sends from 198.51.100.11 by xenbr1, MTU 1500"
    assert named(c.steps, ROUTE).seen == "dom0 sends from 192.0.2.13 by xenbr0, MTU 1500, by 192.0.2.254"
    assert a.driver == "4.1.12-1"
    assert (a.address, c.address) == ("198.51.100.11", "192.0.2.13")
    assert {named(view.steps, name).outcome for view in views.values() for name in (DAEMONS, PACKETS)} == {
        Outcome.PASSED
    }


def test_a_name_is_resolved_as_dom0_does_it() -> None:
    views = seen("unresolvable=a")
    assert failures(views) == {"a": RESOLVES, "b": "", "c": ""}
    assert "dom0 finds no address for nas; it asks 192.0.2.1" in named(views["a"].steps, RESOLVES).seen


def test_large_packets_that_get_lost_are_found_although_the_mount_works() -> None:
    views = seen(mtu=1400)
    assert set(failures(views).values()) == {PACKETS}
    assert "those of 1500 bytes, which xenbr1 sends, are not" in named(views["a"].steps, PACKETS).seen
    assert named(views["a"].steps, MOUNTS).outcome is Outcome.PASSED


def test_a_server_that_is_not_reached_says_nothing_of_packets() -> None:
    views = seen("unreachable=b")
    assert failures(views) == {"a": "", "b": ANSWERS, "c": ""}
    step = named(views["b"].steps, PACKETS)
    assert (step.outcome, step.seen) == (Outcome.UNSEEN, "the server answers no ping")


def test_port_111_is_what_fails_and_not_the_version() -> None:
    views = seen("no-rpcbind")
    assert set(failures(views).values()) == {DAEMONS}
    assert "port 111 does not answer to dom0, which NFSv3 needs" in named(views["a"].steps, DAEMONS).seen
    assert set(failures(seen("no-rpcbind", version="4")).values()) == {""}


def test_a_version_that_is_not_served_is_named() -> None:
    assert set(failures(seen("versions=3", version="4")).values()) == {VERSION}


def test_the_log_tells_a_refusal_from_a_path_that_is_not_there() -> None:
    """The list says that c's management address may, and the log says what came of it."""
    views = seen(export="to=198.51.100.0/24")
    assert failures(views) == {"a": "", "b": "", "c": ADMITS}
    views = seen(path="/vol/none")
    assert set(failures(views).values()) == {MOUNTS}
    assert "SMlog says: mounting failed, reason given by server: No such file" in named(views["b"].steps, MOUNTS).seen


DENIED = "mount.nfs: access denied by server while mounting "


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"SM: [9] FAILED in util.pread: (rc 32) stdout: '', stderr: '{DENIED}nas:/vol'", "access denied by server"),
        ("SM: [9] stderr: 'mount.nfs: Connection timed out while mounting [fd00::1]:/vol'", ""),
        ("SM: [9] stderr: 'mount.nfs: access denied by server while mounting nas:/volume'", ""),
        ("nothing of that kind", ""),
    ],
)  # fmt: skip
def test_only_what_is_about_this_share_is_taken_from_the_log(line: str, why: str) -> None:
    assert last_refusal(f"first\n{line}\nlast", Share("nas", "/vol")) == why


def test_an_ipv6_share_is_found_in_the_log() -> None:
    line = "stderr: 'mount.nfs: access denied by server while mounting [fd00::1]:/vol'"
    assert last_refusal(line, Share("fd00::1", "/vol")) == "access denied by server"


def test_a_dom0_that_says_nothing_changes_nothing() -> None:
    view = next(iter(seen().values()))
    assert told(view, Dom0Look(), "3").failed is None
