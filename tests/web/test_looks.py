"""A look at a share in the browser: told host by host as it is seen, cured, and never added before all hosts see it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from visitor import Visitor, live_visit

SCENARIO = """\
pool shares
server nas address=192.0.2.50
  export /srv/vm
server lost address=192.0.2.51 unresolvable
  export /srv/vm
host alpha
  nic eth0 ip=192.0.2.11/24 management
host beta
  nic eth0 ip=192.0.2.12/24 management
sr pool-disks nfs default
guest mail on=alpha memory=1GiB
  disk root
"""


def visiting(folder: Path, work: Callable[[Visitor], Awaitable[None]]) -> None:
    live_visit(folder, work, SCENARIO)


async def look(visitor: Visitor, share: str, version: str = "") -> str:
    """Begin a look; its path."""
    answer = await visitor.post("/pools/pool/storage/look", share=share, version=version)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def told(visitor: Visitor, path: str) -> list[str]:
    """Everything that the page is sent while the hosts are asked."""
    stream = await visitor.get(f"{path}/live")
    assert stream.status_code == 200
    return [piece for piece in stream.text.split("\n\n") if piece.startswith("id:")]


def test_what_each_host_sees_appears_as_it_is_seen(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        path = await look(visitor, "nas:/srv/vm")
        pieces = await told(visitor, path)
        assert "is asked" in pieces[0], "at first no host has answered"
        assert any("just now" in piece for piece in pieces), "some steps are known before others"
        assert "Every host that was asked can mount the share" in pieces[-1]
        assert pieces[-1].count("✓ yes") == 16, "eight steps on two hosts; SR.probe tries no more"
        assert "that no host has looked at" in pieces[-1]
        assert pieces[-1].count("SR.probe does not try it") == 5, "each of them is told once, not for each host"
        assert "asked all hosts about nas:/srv/vm" in visitor.deeds()

    visiting(tmp_path, work)


def test_look_is_whole_for_whoever_comes_when_it_is_over(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        path = await look(visitor, "nas:/srv/vm")
        await told(visitor, path)
        sheet = (await visitor.get(path)).text
        assert "hx-sse" not in sheet, "nothing comes any more"
        assert sheet.count("✓ yes") == 16
        assert len(await told(visitor, path)) == 1

    visiting(tmp_path, work)


def test_share_that_a_host_cannot_use_is_cured_and_not_added(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        path = await look(visitor, "lost:/srv/vm")
        last = (await told(visitor, path))[-1]
        assert "At least one host cannot use the share" in last
        assert "So that the server's name resolves" in last.replace("&#39;", "'")
        assert "SR_BACKEND_FAILURE_140" in last
        assert 'name="name"' not in last, "there is no form to add it"
        refused = await visitor.post(f"{path}/add", name="disks")
        assert refused.status_code == 409

    visiting(tmp_path, work)


@pytest.mark.parametrize(("what", "kind"), [("user", "nfs"), ("iso", "iso")])
def test_share_that_all_hosts_see_becomes_a_plan(tmp_path: Path, what: str, kind: str) -> None:
    async def work(visitor: Visitor) -> None:
        path = await look(visitor, "nas:/srv/vm", "4.1")
        await told(visitor, path)
        answer = await visitor.post(f"{path}/add", name="new disks", what=what, default="1")
        assert answer.status_code == 303
        plan = visitor.house.drafts.find(answer.headers["location"].rpartition("/")[2])
        assert plan is not None
        (step,) = plan.plan.steps
        assert (step.kind, step.name) == (kind, "new disks")  # type: ignore[union-attr]
        assert dict(step.device_config)["nfsversion"] == "4.1"  # type: ignore[union-attr]
        assert re.search("planned: add NFS storage new disks", visitor.deeds()[0])

    visiting(tmp_path, work)


@pytest.mark.parametrize(
    ("share", "said"),
    [("nas:relative", "does not begin with a slash"), ("", "is no NFS share"), ("a b", "no NFS share")],
)
def test_share_that_is_none_is_answered_with_what_is_expected(tmp_path: Path, share: str, said: str) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.post("/pools/pool/storage/look", share=share)
        assert answer.status_code == 400
        assert said in answer.text

    visiting(tmp_path, work)


def test_who_wants_to_write_names_the_path(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.post("/pools/pool/storage/look", share="nas", **{"try": "1"})
        assert answer.status_code == 400
        assert "name the path, too: nas:/PATH" in answer.text

    visiting(tmp_path, work)


def test_server_that_ends_ends_its_looks(tmp_path: Path) -> None:
    begun: list[asyncio.Task[None]] = []

    async def work(visitor: Visitor) -> None:
        await look(visitor, "nas:/srv/vm")
        begun.extend(visitor.house.bench._tasks)

    visiting(tmp_path, work)
    assert begun
    assert all(task.done() for task in begun)
