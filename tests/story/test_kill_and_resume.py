"""A killed program leaves no guest lost, doubled or moved twice, and `runs resume` brings its run to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from outside import Place, Pool, Started, wait_until

SCENARIO = """\
pool killed
host alpha memory=64GiB cpus=16
  nic eth0 speed=5000 management
host beta memory=64GiB cpus=16
host gamma memory=64GiB cpus=16
sr pool-disks nfs default
guest one on=alpha memory=6GiB
  disk root
guest two on=alpha memory=6GiB
  disk root
guest three on=alpha memory=6GiB
  disk root
guest four on=beta memory=6GiB
  disk root
guest asleep on=alpha memory=2GiB halted
  disk root
"""
SPEED = 25.0
"""6 GiB take most of a second: long enough to be killed in, short enough to wait for."""
ALPHAS = ("one", "two", "three")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "killed.txt").write_text(SCENARIO)
    return Place(tmp_path)


def cut_before_the_first_move(program: Started, pool: Pool) -> None:
    program.wait_for("begin: disable host alpha")
    program.kill()


def cut_in_mid_move(program: Started, pool: Pool) -> None:
    program.wait_for("begin: move guest")
    wait_until(pool.moving, "XAPI migrates a guest")
    program.kill()


def cut_between_moves(program: Started, pool: Pool) -> None:
    program.wait_for("done: move guest")
    program.kill()


CUTS = (cut_before_the_first_move, cut_in_mid_move, cut_between_moves)


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.__name__)
def test_no_guest_is_lost_or_moved_twice(place: Place, cut: Callable[[Started, Pool], None]) -> None:
    with place.lab(str(place.folder / "killed.txt"), speed=SPEED) as pool:
        place.add(pool)
        born = started(pool)
        with place.start("evacuate", "alpha", "--yes") as program:
            cut(program, pool)
        run = place.last_run()
        assert run["state"] == "abandoned", "it was cut off before its end, which it could not write down"
        assert f"xenferry runs resume {run['id']}" in place.xenferry("check").stderr.replace("\n  ", " ")
        assert "Done, and verified on the pool." in place.done("runs", "resume", run["id"])
        assert pool.migrations() == Counter(ALPHAS), "each once, and nobody else"
        where = pool.where()
        assert all(len(where[name]) == 1 and where[name] != ["alpha"] for name in ALPHAS)
        assert (where["four"], where["asleep"]) == (["beta"], [])
        assert started(pool) == born, "nobody was restarted"
        assert not pool.host("alpha")["enabled"]
        assert place.last_run()["state"] == "done"


def test_maintenance_that_was_killed_is_resumed_and_brings_everybody_home(place: Place) -> None:
    with place.lab(str(place.folder / "killed.txt"), speed=SPEED) as pool:
        place.add(pool)
        before, born = pool.where(), started(pool)
        with place.start("maintenance", "enter", "alpha", "--yes") as program:
            cut_between_moves(program, pool)
        place.done("runs", "resume", place.last_run()["id"])
        assert ["alpha"] not in pool.where().values()
        with place.start("maintenance", "leave", "alpha", "--yes") as program:
            cut_in_mid_move(program, pool)
        place.done("runs", "resume", place.last_run()["id"])
        assert pool.where() == before
        assert pool.host("alpha")["enabled"]
        assert pool.migrations() == Counter(ALPHAS * 2), "away and home"
        assert started(pool) == born


def test_ctrl_c_leaves_no_guest_half_moved_and_says_how_to_go_on(place: Place) -> None:
    with place.lab(str(place.folder / "killed.txt"), speed=SPEED / 2) as pool:
        place.add(pool)
        with place.start("evacuate", "alpha", "--yes") as program:
            program.wait_for("begin: move guest")
            wait_until(pool.moving, "XAPI migrates a guest")
            assert program.end() == 1
            line = program.wait_for("xenferry runs resume ")
        assert "Traceback" not in program.output
        assert pool.moving() == [], "what was under way has come to its end"
        assert len(pool.migrations()) == 2, "two streams fill the link; the third was not begun any more"
        run = line.split("xenferry runs resume ")[1].split()[0].strip(".`")
        assert "Done, and verified on the pool." in place.done("runs", "resume", run)
        assert pool.migrations() == Counter(ALPHAS)


def started(pool: Pool) -> dict[str, str]:
    """When each guest was started: the same as before, unless somebody restarted it."""
    with pool.session() as xapi:
        metrics = xapi.VM_metrics.get_all_records()
    return {name: str(metrics[one["metrics"]]["start_time"]) for name, one in pool.guests().items()}
