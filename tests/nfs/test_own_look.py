"""What this machine sees of real servers explains a driver's mount error, and doubts what nobody tried."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from ganesha import Ganesha, serving
from ganesha import Share as Shared
from hosts import SERVER as NAS
from hosts import Pool
from test_real_servers import nas

from xenferry.probe.nfs import MAKES, MOUNTS, STEPS, VERSION, HostView, Outcome, Step
from xenferry.probe.own_look import OwnLook, combined, in_words, look, within_reach
from xenferry.probe.share import Share

SERVER, HERE = "127.78.0.1", "127.78.0.11"


def seen(
    folder: Path, *shares: Shared, path: str = "", version: str = "3", versions: tuple[int, ...] = (3, 4)
) -> OwnLook:
    """What is seen of a server with these shares."""
    (folder / "server").mkdir()
    for share in shares:
        share.path.mkdir(exist_ok=True)
    with serving(Ganesha(SERVER, shares, folder / "server", versions)):
        return asyncio.run(look(Share(SERVER, path or str(shares[0].path)), version, HERE))


def mount_error() -> HostView:
    """A host whose driver said 73."""
    failed = Step(name=MOUNTS, outcome=Outcome.FAILED, seen="NFS mount error", error=("SR_BACKEND_FAILURE_73",))
    steps = tuple(failed if name == MOUNTS else Step(name=name, outcome=Outcome.PASSED) for name in STEPS)
    return HostView(host="a", address=HERE, steps=steps)


def fine() -> HostView:
    untried = STEPS[STEPS.index(MAKES) :]
    steps = [Step(name=name, outcome=Outcome.UNSEEN if name in untried else Outcome.PASSED) for name in STEPS]
    return HostView(host="a", address=HERE, steps=tuple(steps))


def test_a_good_share_is_seen_whole(tmp_path: Path) -> None:
    own = seen(tmp_path, Shared(tmp_path / "vol"))
    assert (own.address, own.versions, own.rpcbind, own.may_change) == (SERVER, (3, 4), True, True)
    assert own.mountd
    assert [export.path for export in own.exports] == [str(tmp_path / "vol")]
    assert own.free
    assert own.free > 0
    assert own.seconds > 0
    assert combined(fine(), own).doubtful is None


@pytest.mark.parametrize("version", ["3", "4"])
def test_root_that_is_squashed_is_a_doubt_before_anything_is_made(tmp_path: Path, version: str) -> None:
    own = seen(tmp_path, Shared(tmp_path / "vol", root_squash=True), version=version)
    assert own.may_change is False
    view = combined(fine(), own, version)
    assert view.failed is None, "no host has tried it"
    assert view.doubtful is not None
    assert view.doubtful.name == MAKES
    assert "root_squash" in view.doubtful.seen


def test_a_read_only_share_is_the_same_doubt(tmp_path: Path) -> None:
    own = seen(tmp_path, Shared(tmp_path / "vol", read_only=True))
    doubt = combined(fine(), own).doubtful
    assert doubt is not None
    assert doubt.name == MAKES


def test_a_server_of_version_4_alone_turns_a_mount_error_into_a_version_error(tmp_path: Path) -> None:
    own = seen(tmp_path, Shared(tmp_path / "vol"), versions=(4,))
    assert own.versions == (4,)
    step = combined(mount_error(), own, "3").failed
    assert step is not None
    assert step.name == VERSION
    assert "offers NFS version 4, not 3" in step.seen
    assert step.error == ("SR_BACKEND_FAILURE_73",), "what the driver said is kept"


def test_who_is_let_in_tells_whether_it_is_about_the_host(tmp_path: Path) -> None:
    own = seen(tmp_path, Shared(tmp_path / "vol", clients=(HERE,)))
    step = combined(mount_error(), own).failed
    assert step is not None
    assert "about the host's address" in step.seen


def test_a_share_for_others_refuses_this_machine_too(tmp_path: Path) -> None:
    own = seen(tmp_path, Shared(tmp_path / "vol", clients=("127.78.0.99",)))
    assert own.refused
    step = combined(mount_error(), own).failed
    assert step is not None
    assert "this machine" in step.seen


def test_a_path_that_is_not_exported_is_refused(tmp_path: Path) -> None:
    own = seen(tmp_path, Shared(tmp_path / "vol"), path="/no/such/path")
    assert own.refused in (2, 13)


def test_nobody_on_the_port_is_said() -> None:
    own = asyncio.run(look(Share("127.78.0.200", "/vol"), "3", HERE))
    assert "127.78.0.200 port 2049" in own.trouble
    assert own.versions == ()


def test_a_server_that_takes_connections_and_says_nothing_is_told_from_one_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from xenferry.onc import nfs3

    with socket.create_server(("127.78.0.2", 0)) as silent:
        answers = nfs3.answers

        async def soon(address: str, version: int, source: str) -> bool:
            async with asyncio.timeout(0.3):
                return await answers(address, version, source, silent.getsockname()[1])

        monkeypatch.setattr(nfs3, "answers", soon)
        own = asyncio.run(look(Share("127.78.0.2", "/vol"), "3", HERE))
    assert "does not answer" in own.trouble
    assert in_words(own) == (own.trouble,)


def test_a_labs_servers_are_not_looked_for_in_the_real_world() -> None:
    assert not within_reach(["127.0.0.1", "127.0.1.1"], "nas")
    assert within_reach(["127.0.0.1"], "127.77.0.1")
    assert within_reach(["192.0.2.1", "127.0.0.1"], "nas")


def together(path: Path, source: str) -> dict[str, HostView]:
    """Three lab hosts that ask a real server, with what this machine sees of it from an address."""
    own = asyncio.run(look(Share(NAS, str(path)), "3", source))
    return {name: combined(view, own) for name, view in Pool().views(str(path)).items()}


def test_squashed_root_is_doubted_for_every_host_before_anything_is_made(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", root_squash=True) as (path,):
        views = together(path, HERE)
        assert list(path.iterdir()) == [], "looking leaves nothing behind"
    assert {name: view.doubtful.name for name, view in views.items() if view.doubtful} == dict.fromkeys("abc", MAKES)
