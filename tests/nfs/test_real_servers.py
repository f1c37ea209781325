"""The NFS driver's errors are consequences of what real servers refuse, and each host sees its own."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ganesha import Ganesha, Share, serving
from hosts import SERVER, SOURCES, Pool

from xenferry.probe.nfs import ADMITS, ANSWERS, MOUNTS, RESOLVES, VERSION, HostView
from xenferry.xapi import XapiError


@contextmanager
def nas(folder: Path, *shares: str, versions: tuple[int, ...] = (3, 4), **wrong: Any) -> Iterator[list[Path]]:
    """A server with directories of these names, all with what is `wrong`; their paths."""
    paths = [folder / name for name in shares]
    for path in paths:
        path.mkdir(mode=0o755, exist_ok=True)
    (folder / "server").mkdir()
    listed = tuple(Share(path, **wrong) for path in paths)
    with serving(Ganesha(SERVER, listed, folder / "server", versions)):
        yield paths


def failures(views: dict[str, HostView]) -> dict[str, str]:
    return {name: view.failed.name for name, view in views.items() if view.failed}


def seen(view: HostView, step: str) -> str:
    return next(one.outcome.value for one in view.steps if one.name == step)


def test_a_good_share_is_seen_made_and_connected_everywhere(tmp_path: Path) -> None:
    with nas(tmp_path, "vol") as (path,):
        pool = Pool()
        views = pool.views(str(path))
        assert failures(views) == {}
        assert all(seen(view, MOUNTS) == "passed" for view in views.values())
        assert pool.create(str(path)) == ()
        assert pool.plugged == {"a", "b", "c"}
        (sr,) = pool.lab.db.find("SR", type="nfs")
        uuid = pool.lab.db.get("SR", sr)["uuid"]
        assert (path / uuid).is_dir()
        assert {view.srs for view in Pool().views(str(path)).values()} == {(uuid,)}


def test_a_directory_of_another_owner_is_no_hindrance_to_root(tmp_path: Path) -> None:
    with nas(tmp_path, "vol") as (path,):
        os.chown(path, 1000, 1000)
        assert Pool().create(str(path)) == ()


def test_a_path_below_the_export_can_be_mounted(tmp_path: Path) -> None:
    with nas(tmp_path, "vol") as (path,):
        (path / "deep").mkdir()
        pool = Pool()
        assert failures(pool.views(f"{path}/deep")) == {}
        assert pool.create(f"{path}/deep") == ()


def test_root_squash_lets_nobody_make_the_directory(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", root_squash=True) as (path,):
        pool = Pool()
        assert failures(pool.views(str(path))) == {}
        assert pool.create(str(path)) == ("88", "NFS SR creation error [opterr=remote directory creation error is 13]")
        assert list(path.iterdir()) == []
        assert not pool.lab.db.find("SR", type="nfs")


def test_a_directory_that_root_may_not_write_for_squash_but_nobody_may_is_fine(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", root_squash=True) as (path,):
        path.chmod(0o777)
        assert Pool().create(str(path)) == ()


def test_a_share_that_is_read_only(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", read_only=True) as (path,):
        pool = Pool()
        assert failures(pool.views(str(path))) == {}
        assert pool.create(str(path))[0] == "461"


def test_a_path_that_is_not_exported(tmp_path: Path) -> None:
    with nas(tmp_path, "vol"):
        pool = Pool()
        assert set(failures(pool.views(f"{tmp_path}/other")).values()) == {ADMITS}
        assert pool.create(f"{tmp_path}/other")[0] == "73"


def test_a_share_for_one_host_only(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", clients=(SOURCES["a"],)) as (path,):
        pool = Pool()
        views = pool.views(str(path))
        assert set(failures(views)) == {"b", "c"}
        assert pool.create(str(path)) == ()
        assert pool.plugged == {"a"}


def test_a_share_for_other_machines(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", clients=("127.77.0.99",)) as (path,):
        pool = Pool()
        assert set(failures(pool.views(str(path)))) == {"a", "b", "c"}
        assert pool.create(str(path))[0] == "73"


def test_a_server_of_version_4_asked_for_3(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", versions=(4,)) as (path,):
        pool = Pool()
        assert set(failures(pool.views(str(path), version="3")).values()) == {VERSION}
        assert pool.create(str(path))[0] == "72"


def test_a_server_of_version_4_asked_for_4(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", versions=(4,)) as (path,):
        pool = Pool()
        assert failures(pool.views(str(path), version="4")) == {}
        assert pool.create(str(path), version="4") == ()
        assert pool.plugged == {"a", "b", "c"}


def test_root_squash_with_version_4(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", versions=(4,), root_squash=True) as (path,):
        assert Pool().create(str(path), version="4")[1].endswith("error is 13]")


def test_a_server_of_version_3_asked_for_4(tmp_path: Path) -> None:
    with nas(tmp_path, "vol", versions=(3,)) as (path,):
        assert set(failures(Pool().views(str(path), version="4")).values()) == {VERSION}


def test_a_name_that_does_not_resolve() -> None:
    views = Pool().views("/vol", server="no-such-nas.invalid")
    assert {view.failed.error[0] for view in views.values() if view.failed} == {"SR_BACKEND_FAILURE_140"}
    assert set(failures(views).values()) == {RESOLVES}


def test_nothing_listens() -> None:
    assert set(failures(Pool().views("/vol", server="127.77.0.2")).values()) == {ANSWERS}


def test_a_server_that_accepts_and_never_answers() -> None:
    with socket.create_server(("127.77.0.3", 2049)):
        assert set(failures(Pool().views("/vol", server="127.77.0.3")).values()) == {ANSWERS}


def test_a_share_whose_directory_has_gone(tmp_path: Path) -> None:
    with nas(tmp_path, "vol") as (path,):
        path.rmdir()
        assert Pool().create(str(path))[1].endswith("directory creation error is 116]")


def test_a_full_file_system(tmp_path: Path) -> None:
    path = tmp_path / "vol"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "nr_inodes=1", "full", str(path)]
    subprocess.run(command, check=True)
    try:
        with nas(tmp_path, "vol"):
            assert Pool().create(str(path)) == (
                "88",
                "NFS SR creation error [opterr=remote directory creation error is 28]",
            )
    finally:
        subprocess.run(["umount", str(path)], check=True)


def test_a_directory_with_files_is_not_deleted_with_its_sr(tmp_path: Path) -> None:
    with nas(tmp_path, "vol") as (path,):
        pool = Pool()
        pool.create(str(path))
        (sr,) = pool.lab.db.find("SR", type="nfs")
        home = path / pool.lab.db.get("SR", sr)["uuid"]
        (home / "disk.vhd").touch()
        for pbd in list(pool.lab.db.get("SR", sr)["PBDs"]):
            asyncio.run(pool.call("PBD.unplug", pbd))
        with pytest.raises(XapiError) as refused:
            asyncio.run(pool.call("SR.destroy", sr))
        assert refused.value.code == "SR_NOT_EMPTY"
        assert home.is_dir()
