"""A guest, and a whole pool, go to another pool: planned, carried out, killed, taken up by somebody else, proven."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from outside import Place, Pool, flat, wait_until

EAST = """\
pool East
host north memory=64GiB cpus=16
  nic eth0 speed=10000 management
  nic eth1 network=LAN
host south memory=64GiB cpus=16
  nic eth0 speed=10000 management
  nic eth1 network=LAN
sr disks nfs default
guest web on=north memory=4GiB
  disk root size=6GiB
  disk data size=6GiB
  nic LAN mac=02:00:00:00:00:0a
guest mail on=south memory=4GiB
  disk root size=6GiB
  nic LAN
  snapshot before
guest wiki halted
  disk data size=6GiB
guest kept on=north memory=2GiB
  disk root size=2GiB cbt
"""
WEST = """\
pool West
host upper memory=32GiB cpus=16
  nic eth0 speed=10000 management
  nic eth1 network=Campus
host lower memory=32GiB cpus=16
  nic eth0 speed=10000 management
  nic eth1 network=Campus
sr store nfs default
sr fast nfs
"""
SPEED = 50.0
"""A move takes most of a second: long enough to be killed in."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "east.txt").write_text(EAST)
    (tmp_path / "west.txt").write_text(WEST)
    return Place(tmp_path)


@contextmanager
def site(place: Place) -> Iterator[tuple[Pool, Pool]]:
    """Both pools, served by one program and known by their names in small letters."""
    files = [str(place.folder / name) for name in ("east.txt", "west.txt")]
    with place.start("lab", "up", *files, "--speed", str(SPEED)) as server:
        addresses, fingerprints = list[str](), list[str]()
        while not (line := server.wait_for("")).startswith("Ctrl-C"):
            addresses += [word.removeprefix("https://") for word in line.split() if word.startswith("https://")]
            fingerprints += [word for word in line.split() if len(word) == 64]
        pools = []
        for number, name in enumerate(("east", "west")):
            own = tuple(each for each in addresses if each.startswith(f"127.{number}."))
            pools.append(Pool(server, own, fingerprints[number]))
            place.add(pools[-1], name)
        yield pools[0], pools[1]


def sending(pool: Pool) -> list[str]:
    return [name for name, one in pool.guests().items() if "migrate_send" in one["current_operations"].values()]


def on(pool: Pool, guest: str) -> tuple[set[str], set[str]]:
    """The SRs of a guest's disks and the networks of its interfaces, by name."""
    with pool.session() as xapi:
        record = pool.guests()[guest]
        vdis = [xapi.VBD.get_VDI(vbd) for vbd in record["VBDs"] if xapi.VBD.get_type(vbd) == "Disk"]
        srs = {xapi.SR.get_name_label(xapi.VDI.get_SR(vdi)) for vdi in vdis}
        return srs, {xapi.network.get_name_label(xapi.VIF.get_network(vif)) for vif in record["VIFs"]}


def test_a_killed_move_is_brought_to_its_end_by_somebody_else_and_the_rest_of_the_pool_follows(place: Place) -> None:
    with site(place) as (east, west):
        killed_in_mid_move(place, east, west)
        exodus(place, east, west)


def killed_in_mid_move(place: Place, east: Pool, west: Pool) -> None:
    wish = ("migrate", "web", "-p", "east", "--to-pool", "west", "--network", "LAN=Campus", "--sr", "fast")
    uuid = east.guests()["web"]["uuid"]
    with place.start(*wish, "--yes") as program:
        program.wait_for("begin: move guest web from north to")
        wait_until(lambda: sending(east), "XAPI sends the guest")
        program.kill()
    run = place.last_run()
    assert run["state"] == "abandoned"
    place.config.write_text(place.config.read_text().replace("[pools.west]", "[pools.target]"))
    lost = place.xenferry("runs", "resume", run["id"], "-p", "east")
    assert (lost.returncode, "which it calls 'west'" in flat(lost.stderr)) == (2, True)
    wrong = place.xenferry("runs", "resume", run["id"], "-p", "east", "--to-pool", "east")
    assert (wrong.returncode, "east is pool East" in flat(wrong.stderr)) == (2, True)
    said = place.done("runs", "resume", run["id"], "-p", "east", "--to-pool", "target")
    assert "Done, and verified on both pools." in said
    assert "web" not in east.guests()
    arrived = west.guests()["web"]
    assert (arrived["uuid"], arrived["power_state"], len(arrived["at"])) == (uuid, "Running", 1)
    assert on(west, "web") == ({"fast"}, {"Campus"})
    written = b"".join(path.read_bytes() for path in place.journal.parent.rglob("*") if path.is_file())
    assert b"session_id" not in written


def exodus(place: Place, east: Pool, west: Pool) -> None:
    wish = ("migrate", "--all", "-p", "east", "--to-pool", "target", "--net", "LAN=Campus")
    file = place.folder / "plan.json"
    assert place.xenferry(*wish, "--plan-only", "--save", str(file)).returncode == 1, "somebody stays"
    plan = json.loads(file.read_text())
    assert [left["guest"]["name"] for left in plan["left"]] == ["kept"]
    assert {step["there"]["configured"] for step in plan["steps"]} == {"target"}
    carried = place.xenferry("run", str(file), "-p", "east", "--yes")
    assert (carried.returncode, "Not moved: kept" in carried.stdout) == (1, True)
    assert set(east.guests()) == {"kept"}
    assert {name: (one["power_state"], len(one["at"])) for name, one in west.guests().items()} == {
        "web": ("Running", 1),
        "mail": ("Running", 1),
        "wiki": ("Halted", 0),
    }
    with east.session() as xapi:
        (disk,) = [ref for ref, vdi in xapi.VDI.get_all_records().items() if vdi["name_label"] == "kept root"]
        xapi.VDI.disable_cbt(disk)
    assert "Done, and verified on both pools." in place.done(*wish, "--yes")
    assert east.guests() == {}
