"""A command is rehearsed on a twin: forecast beside what it took, faults and what became of them, no pool touched."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import parse

import click
import msgspec
import pytest
from click.shell_completion import ShellComplete
from msgspec import Struct

from xenferry.cli.demo import stage
from xenferry.cli.demo.stage import Stage
from xenferry.cli.frame.entry import carry_out, root
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.rehearsing import rehearsing
from xenferry.cli.frame.source import Source, act
from xenferry.cli.rehearse.faults import Mischance, Mischief
from xenferry.cli.rehearse.performance import Trial, rehearse, without_hooks
from xenferry.cli.rehearse.result import Event, Life, Rehearsal, lives
from xenferry.cli.rehearse.sealed import Sealed, run_sealed
from xenferry.cli.rehearse.sight import Sight
from xenferry.cli.rehearse.twin import Twin, Twins, of_tables
from xenferry.cli.rehearse.wish import COMMANDS
from xenferry.lab.history import History, Pause, Run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse as scenario
from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot

LAB = ("--lab", "calm-pair")


def told(capsys: pytest.CaptureFixture[str], status: int, *words: str) -> str:
    """What a rehearsal says, in one line."""
    assert carry_out(["rehearse", *words]) == status
    seen = capsys.readouterr()
    assert seen.err == ""
    return " ".join(seen.out.split())


def data(capsys: pytest.CaptureFixture[str], status: int, *words: str) -> Rehearsal:
    assert carry_out(["rehearse", *words, "--json"]) == status
    return msgspec.json.decode(capsys.readouterr().out, type=Rehearsal)


# --- what it shows -------------------------------------------------------------------------------------------


def test_the_forecast_stands_beside_what_the_twin_took_and_the_end_is_proven(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = told(capsys, 0, "evacuate", "north", *LAB)
    assert "Plan: evacuate host north (pool calm-pair)" in out
    assert "Rehearsed on a twin of the scenario calm-pair." in out
    assert "move guest wiki from north to south 0:00 to 0:19 0:00 to 0:15 15 s done" in out
    assert "mail north south 0.30 s 0.25 s never" in out
    assert "Everything is done, and verified on the twin." in out
    assert "It took 29 s of the twin's time; the forecast was 32 s, likely between 16 s and 65 s." in out
    assert "What the twin does not do as the real pool does" in out
    assert "Memory goes at 300 MiB per second at most" in out


def test_hours_take_seconds_and_everything_is_data_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture = tmp_path / "rolling.svg"
    found = data(capsys, 1, "rolling", "--reboot", "--lab", "three-hosts", "--svg", str(picture))
    assert found.state == "done"
    assert found.seconds > 500
    assert found.timeline.took_seconds == pytest.approx(found.seconds, abs=5)
    assert {row.took.state for row in found.timeline.rows if row.took} == {"done"}
    assert {life.stopped for life in found.guests} == {""}
    assert found.proof is not None
    assert found.proof.ok
    assert any("boots in" in sentence for sentence in found.unlike)
    parse(picture)  # noqa: S314 (our own)
    assert "really: 10 min" in picture.read_text("utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("maintenance", "enter", "north"),
        ("maintenance", "leave", "north"),
        ("migrate", "mail", "--to", "south"),
        ("rebalance",),
    ],
)
def test_other_commands_are_rehearsed_too(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    out = told(capsys, 0, *words, *LAB)
    assert "verified on the twin" in out or "Nothing has to be done." in out


def test_disks_of_running_guests_go_to_another_sr(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "pool.txt"
    file.write_text("host a\nhost b\nsr s nfs default\nsr t nfs\nguest g on=a memory=1GiB\n  disk r sr=s size=4GiB\n")
    found = data(capsys, 0, "storage", "move", "g", "--to", "t", "--lab", str(file))
    assert found.state == "done"
    assert any("Disks are copied" in sentence for sentence in found.unlike)
    (row,) = {row.key: row for row in found.timeline.rows}.values()
    assert row.took is not None
    assert row.took.pause_seconds is not None


def test_a_kept_plan_is_rehearsed_as_it_was_approved(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    assert carry_out(["evacuate", "north", "--plan-only", "--save", file, *LAB]) == 0
    assert "verified on the twin" in told(capsys, 0, "run", file, *LAB)
    assert carry_out(["rehearse", "run", file, "--lab", "three-hosts"]) == 2
    assert "the plan is for pool calm-pair" in "".join(capsys.readouterr())


def test_a_rehearsed_plan_can_be_kept_and_carried_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    assert "is kept in" in told(capsys, 0, "evacuate", "north", "--save", file, *LAB)
    assert carry_out(["run", file, "--yes", *LAB]) == 0


CROSSING = ("migrate", "mail", "wiki", "--to-lab", "three-hosts", *LAB)


def test_guests_that_go_to_another_pool_are_rehearsed_on_twins_of_both(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, 0, *CROSSING)
    assert "Rehearsed on a twin of the scenario calm-pair and the scenario three-hosts." in out
    assert "mail north gamma (three-hosts) 0.30 s 0.25 s never" in out
    assert "Seen on both twins afterwards:" in out
    assert "Everything is done, and verified on both twins." in out
    assert "no firewall, no certificate is in the way" in out


def test_a_host_of_the_other_pool_may_crash(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, 1, *CROSSING, "--fault", "host-crash on=gamma at=30s")
    assert found.state == "incomplete"
    after = {life.guest.name: (life.after, life.moves) for life in found.guests if life.planned}
    assert after == {"mail": ("north", 0), "wiki": ("beta (three-hosts)", 1)}
    assert {life.stopped for life in found.guests if life.guest.name in ("ci", "monitor")} == {"crashed"}


def test_a_kept_plan_into_another_pool_needs_that_pool_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    assert carry_out([*CROSSING, "--plan-only", "--save", file]) == 0
    assert "verified on both twins" in told(capsys, 0, "run", file, "--to-lab", "three-hosts", *LAB)
    assert carry_out(["rehearse", "run", file, *LAB]) == 2
    assert "to another pool, which has no twin here" in " ".join(capsys.readouterr().err.split())


def test_on_a_terminal_the_twins_clock_is_shown_meanwhile(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert carry_out(["rehearse", "evacuate", "north", *LAB]) == 0
    shown = capsys.readouterr().err.split("\r")
    assert "0:16 on the twin's clock, 2 steps done" in [line.strip() for line in shown]
    assert shown[-1] == "", "the line is gone at the end"
    assert carry_out(["rehearse", "evacuate", "north", "--json", *LAB]) == 0
    assert capsys.readouterr().err == ""


# --- what goes wrong -----------------------------------------------------------------------------------------


def test_a_host_that_crashes_is_told_with_everything_it_takes_along(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, 1, "--fault", "host-crash on=south at=10s", "evacuate", "north", *LAB)
    assert "0:10 HAPPENS: host-crash of south" in out
    assert "0:10 waits: move guest mail from north to south" in out
    assert "FAILED: move guest mail from north to south" in out
    assert "Stopped, and nobody had asked for it (crashed): build." in out
    assert "mail north north" in out
    assert "Happened at 0:10: host-crash on=south at=10s" in out
    assert "The run ended incomplete" in out
    assert out.count("Likely cause:") == 1, "the same error is explained once"


def test_a_lost_answer_moves_nobody_twice(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, 0, "evacuate", "north", "--fault", "VM.pool_migrate drop=after", *LAB)
    assert [len(each.struck) for each in found.faults] == [1]
    assert [each.kind for each in found.events][:2] == ["fault", "step-waiting"]
    assert {life.guest.name: life.moves for life in found.guests} == {"mail": 1, "wiki": 1}
    assert not any(life.twice for life in found.guests)
    assert found.state == "done"


def test_a_guest_that_refuses_to_suspend_stays_and_the_others_go(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, 1, "evacuate", "north", "--fault", "deaf-to-suspend on=mail", *LAB)
    assert "VM_FAILED_SUSPEND_ACKNOWLEDGMENT" in out
    assert "mail north north" in out
    assert "wiki north south 0.30 s" in out


def test_a_pool_that_answers_no_more_ends_the_run_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, 1, "evacuate", "north", "--fault", "host-crash on=north at=10s", *LAB)
    assert found.state == "unreachable"
    assert "did not answer any more" in found.ended
    assert found.seconds > 1800
    assert {life.guest.name: life.stopped for life in found.guests} == {"mail": "crashed", "wiki": "crashed"}


def test_a_guest_that_writes_fast_stands_still_longer(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, 0, "evacuate", "north", "--fault", "guest mail dirty=400MiB/s", *LAB)
    assert "Was so from the start: guest mail dirty=400MiB/s" in out
    assert "more than twice the forecast" in out


def test_a_run_that_ended_incomplete_is_resumed_when_the_cause_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    crash = ("--fault", "host-crash on=south at=10s", "--fault", "host-boot on=south at=5min")
    found = data(capsys, 0, "evacuate", "north", *crash, "--resume-after", "10min", *LAB)
    kinds = [event.kind for event in found.events]
    assert kinds.index("fault") < kinds.index("ended") < kinds.index("resumed")
    assert [len(each.struck) for each in found.faults] == [1, 1]
    assert found.state == "done"
    assert {life.guest.name: life.after for life in found.guests} == {"mail": "south", "wiki": "south", "build": ""}
    assert {life.moves for life in found.guests if life.planned} == {1}


def test_a_coordinator_that_comes_back_lets_the_run_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    crash = ("--fault", "host-crash on=alpha at=10s", "--fault", "host-boot on=alpha at=5min")
    found = data(capsys, 0, "evacuate", "gamma", *crash, "--resume-after", "1min", "--lab", "three-hosts")
    assert found.state == "done"
    assert any(event.kind == "unreachable" for event in found.events)


def test_a_time_to_resume_must_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["rehearse", "evacuate", "north", "--resume-after", "soon", *LAB]) == 2
    assert "--resume-after soon: expected a number with ms, s or min" in capsys.readouterr().err


def test_a_fault_that_never_comes_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, 0, "evacuate", "north", "--fault", "host-crash on=south at=10min", *LAB)
    assert "Never happened: the run ended before it, or made no such call: host-crash on=south at=10min" in out


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("host-crsh on=south", "host-crash"),
        ("host-crash on=sout", "south"),
        ("VM.start garble=cut", "a rehearsal has none"),
        ("", "fault"),
    ],
)
def test_a_fault_that_nobody_understands_is_answered_with_what_was_expected(
    capsys: pytest.CaptureFixture[str], fault: str, expected: str
) -> None:
    assert carry_out(["rehearse", "evacuate", "north", "--fault", fault, *LAB]) == 2
    seen = capsys.readouterr()
    assert seen.out == "", "before any plan is shown"
    assert seen.err.startswith(f"xenferry: --fault '{fault}': ")
    assert expected in seen.err


# --- what is no rehearsal ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "needle"),
    [
        (("storage", "add", "nfs", "nas:/x"), "cannot be rehearsed; these can: evacuate, maintenance enter"),
        (("check",), "cannot be rehearsed"),
        (("evacuate", "north", "--plan-only"), "leave --plan-only away"),
        (("migrate", "mail", "--to-lab", "calm-pair"), "cannot be rehearsed together"),
        (("run",), "Name the file of one plan"),
        (("evacuate", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_rehearsed_is_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], needle: str
) -> None:
    assert carry_out(["rehearse", *words, *LAB]) == 2
    assert needle in " ".join(capsys.readouterr().err.split())


def test_every_command_that_can_be_rehearsed_exists() -> None:
    for words in COMMANDS:
        found: click.Command | None = root
        for word in words:
            assert isinstance(found, click.Group)
            found = found.get_command(click.Context(found), word)
            assert found is not None, words


@pytest.mark.parametrize(
    ("given", "typed", "offered"),
    [
        ((), "r", ["rebalance", "rolling", "run"]),
        (("maintenance",), "", ["enter", "leave"]),
        (("storage",), "m", ["move"]),
        (("evacuate",), "", []),
    ],
)
def test_the_shell_offers_what_can_be_rehearsed(given: tuple[str, ...], typed: str, offered: list[str]) -> None:
    found = ShellComplete(root, {}, "xenferry", "_X").get_completions(["rehearse", *given], typed)
    assert [item.value for item in found] == offered


def test_a_hook_is_not_run_and_the_rest_keeps_its_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    marker, pool = tmp_path / "ran", tmp_path / "pool.txt"
    pool.write_text("host a\nhost b\nsr s nfs default\nguest g on=a memory=1GiB\n  disk r\n")
    found = data(capsys, 0, "rolling", "--hook", f"touch {marker}", "--reboot", "--lab", str(pool))
    assert found.state == "done"
    assert not marker.exists()
    assert {row.took.state for row in found.timeline.rows if row.took and row.what == "hook"} == {"skipped"}
    assert any("--hook was not run (for 2 hosts)" in sentence for sentence in found.unlike)
    plan = without_hooks(found.plan)
    keys = {step.key for step in plan.steps}
    assert all(set(step.after) <= keys for step in plan.steps)
    reboot = next(step for step in plan.steps if isinstance(step, s.Reboot))
    assert any(key.startswith("move-") for key in reboot.after)


# --- the real pool -------------------------------------------------------------------------------------------


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """calm-pair, served over HTTPS and known as the pool `home`: as real as it gets."""
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(stage, "SPEED", 500.0)
    with Stage("calm-pair") as served:
        monkeypatch.setenv("LAB_PASSWORD", served.lab.sessions.password)
        place = served.coordinator
        how = ["--fingerprint", place.fingerprint, "--password-env", "LAB_PASSWORD"]
        assert carry_out(["pool", "add", "home", f"{place.address}:{place.port}", *how]) == 0
        yield served


def test_the_pool_itself_is_read_once_and_left_alone(
    pool: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []
    answer = pool.lab.answer

    async def noting(host: str, method: str, params: list[object]) -> object:
        calls.append(method)
        return await answer(host, method, params)

    monkeypatch.setattr(pool.lab, "answer", noting)
    reached: list[object] = []
    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda own, to: (reached.append(to), connect(own, to))[1])
    before = pool.ask(lambda lab: sorted(lab.db.get("VM", ref)["resident_on"] for ref in lab.db.all("VM")))

    out = told(capsys, 1, "evacuate", "north", "--fault", "host-crash on=south at=10s")

    assert "Rehearsed on a twin of pool calm-pair as it is now, 2026-11-23" in out
    assert "HAPPENS: host-crash of south" in out
    reading = [each for each in calls if each.endswith(".get_all_records")]
    assert len(reading) == len(set(reading)) > 20
    assert set(calls) - set(reading) <= {
        "session.login_with_password", "session.logout", "host.get_servertime", "session.get_this_host"
    }  # fmt: skip
    assert calls[-1] == "session.logout", "nothing is asked once the twin is there"
    after = pool.ask(lambda lab: sorted(lab.db.get("VM", ref)["resident_on"] for ref in lab.db.all("VM")))
    assert after == before
    assert pool.ask(lambda lab: all(row["enabled"] for row in lab.db.all("host").values()))
    assert not [to for to in reached if isinstance(to, tuple) and to[1] != pool.coordinator.port]


def test_nothing_leads_out_of_a_rehearsal(pool: Stage) -> None:
    """Its records hold the pool's addresses; its loop opens no way to them, or to anything else."""
    place = pool.coordinator

    async def connect() -> None:
        await asyncio.open_connection(place.address, place.port)

    async def connect_plainly() -> None:
        with socket.socket() as own:
            own.setblocking(False)
            await asyncio.get_running_loop().sock_connect(own, (place.address, place.port))

    async def look_up() -> None:
        await asyncio.get_running_loop().getaddrinfo("localhost", 443)

    async def start() -> None:
        await asyncio.create_subprocess_shell("true")

    for way in (connect, connect_plainly, look_up, start):
        with pytest.raises(Sealed):
            run_sealed(way())


def test_a_command_that_wants_a_pool_in_a_rehearsal_is_stopped(pool: Stage) -> None:
    async def work(_connection: object) -> int:
        raise AssertionError("a pool was reached")

    with rehearsing(lambda how, make: 0), pytest.raises(Wrong, match="a rehearsal reaches none"):
        act(Source(pool="home"), work)


def test_a_look_at_the_twin_is_what_a_whole_reading_would_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = 0
    look = Sight.look

    async def compared(own: Sight) -> Snapshot:
        nonlocal looks
        before = own._stamps.generation
        seen, whole = await look(own), await read_pool(own._pool)
        if own._stamps.generation != before:
            return seen  # something happened between the two
        for name, rows in whole.tables.items():
            assert dict(seen.tables[name]) == dict(rows), name
            assert list(seen.tables[name]) == list(rows), name
        assert seen.taken_at == whole.taken_at
        assert seen.not_read == whole.not_read
        looks += 1
        return seen

    monkeypatch.setattr(Sight, "look", compared)
    data(capsys, 1, "maintenance", "enter", "alpha", "--suspend", "engine", "--lab", "three-hosts",
         "--fault", "host-crash on=gamma at=20s", "--fault", "host-boot on=gamma at=60s")  # fmt: skip
    assert looks > 25


# --- twins of captures ---------------------------------------------------------------------------------------


def test_a_capture_is_rehearsed_like_the_pool_it_was_made_of(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = str(tmp_path / "pool.json.gz")
    assert carry_out(["capture", file, "--lab", "three-hosts"]) == 0
    capsys.readouterr()
    words = ("evacuate", "gamma")
    twin, original = data(capsys, 0, *words, "--capture", file), data(capsys, 0, *words, "--lab", "three-hosts")
    assert {life.guest.name: life.after for life in twin.guests} == {
        life.guest.name: life.after for life in original.guests
    }
    assert any("--fault 'guest NAME dirty=400MiB/s'" in sentence for sentence in twin.unlike)
    assert "the capture" in twin.twin_of


BUSY = """
host a
host b
sr s nfs default
guest g on=a memory=1GiB busy=clean_shutdown
  disk r
"""


def evacuated(twin: Twin) -> Rehearsal:
    def make(snapshot: Snapshot) -> s.Plan:
        return evacuate(snapshot, min(host.ref for host in snapshot.hosts), {})

    return rehearse(Twins(twin), Trial(), make, lambda plan: None)


def test_what_the_pool_was_doing_is_taken_as_ended() -> None:
    tables = {cls: dict(rows) for cls, rows in Lab.from_scenario(scenario(BUSY)).db.tables.items()}
    found = evacuated(of_tables(tables, 1e9, "pool"))
    assert found.state == "done"
    assert [life.after for life in found.guests] == ["b"]
    assert any("is taken as ended" in sentence for sentence in found.unlike)


def test_a_guest_that_was_expected_on_a_host_is_expected_no_more() -> None:
    lab = Lab.from_scenario(scenario(BUSY.replace(" busy=clean_shutdown", "")))
    tables = {cls: {ref: dict(row) for ref, row in rows.items()} for cls, rows in lab.db.tables.items()}
    (guest,) = (row for row in tables["VM"].values() if row["name_label"] == "g")
    guest["scheduled_to_be_resident_on"] = next(iter(tables["host"]))
    found = evacuated(of_tables(tables, 1e9, "pool"))
    assert found.state == "done"
    assert found.seconds < 60
    assert any("is taken as ended" in sentence for sentence in found.unlike)


def test_secrets_of_the_pool_are_not_in_its_twin() -> None:
    tables = {cls: {ref: dict(row) for ref, row in rows.items()} for cls, rows in
              Lab.from_scenario(scenario("host a\nsr s nfs default\n")).db.tables.items()}  # fmt: skip
    for pbd in tables["PBD"].values():
        pbd["device_config"] = {**pbd["device_config"], "cifspassword": "hunter2"}
    twin = of_tables(tables, 0.0, "pool")
    assert "hunter2" not in json.dumps({cls: dict(rows) for cls, rows in twin.lab.db.tables.items()}, default=str)


def test_the_example_in_the_docs_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parent.parent.parent
    monkeypatch.syspath_prepend(str(root / "tools"))
    import make_picture

    text = (root / "docs/rehearsal.md").read_text("utf-8")
    assert make_picture.PICTURE.search(text)
    assert make_picture.paint(text) == text, "run python tools/make_picture.py"


DOCS = """
host xcp1
  nic eth0
  nic eth1
host xcp2
server nas
  export /srv
sr s nfs server=nas path=/srv
guest mail on=xcp1
guest db on=xcp1
"""


def test_every_fault_in_the_docs_is_understood() -> None:
    text = (Path(__file__).parent.parent.parent / "docs/rehearsal.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*?) \|.*\|$", text, re.MULTILINE)
    lines = [line for row in rows for line in re.findall(r"`([^`]+)`", row)]
    assert len(lines) >= 9

    async def order() -> None:
        mischief = Mischief([Lab.from_scenario(scenario(DOCS))], lambda text: None)
        mischief.prepare(lines)
        assert len(mischief.seen) == len(lines)

    run_sealed(order())


@pytest.mark.parametrize("kind", [Rehearsal, Life, Event, Mischance])
def test_every_field_of_a_rehearsal_is_documented(kind: type[Struct]) -> None:
    text = (Path(__file__).parent.parent.parent / "docs/json.md").read_text("utf-8")
    part = text[text.index("## Rehearsals") :].partition("\n## ")[0]
    assert [name for name in kind.__struct_fields__ if name not in part] == []


def test_what_a_guest_lived_through_is_what_its_history_says() -> None:
    guest, hosts = s.Thing("VM", "u", "g"), {"a": "north", "b": "south"}
    plan = s.Plan(wish="", pool=s.Thing("pool", "p", "p"), made_at=0.0, steps=(
        s.Suspend(key="s", guest=guest, host=s.Thing("host", "a", "north")),
    ))  # fmt: skip
    history = History(
        runs=[Run("u", "a", 0.0, 20.0, "suspended"), Run("u", "b", 50.0)],
        pauses=[Pause("u", 5.0, 6.0), Pause("u", 60.0, 60.5)],
    )
    (life,) = lives(history, plan, 10.0, 100.0, {"u": guest}, hosts)
    assert (life.before, life.after, life.stopped, life.asked) == ("north", "south", "suspended", True)
    assert life.down_seconds == 30.0
    assert life.pause_seconds == 0.5, "what was before the run does not count"
    assert not life.twice
    history.runs.append(Run("u", "a", 70.0, 80.0, "crashed"))
    (life,) = lives(history, plan, 10.0, 100.0, {"u": guest}, hosts)
    assert life.twice


def test_guests_that_nothing_happened_to_are_not_told_of() -> None:
    plan = s.Plan(wish="", pool=s.Thing("pool", "p", "p"), made_at=0.0, steps=())
    history = History(runs=[Run("u", "a", 0.0), Run("v", "a", 0.0, 50.0, "crashed")])
    guests = {"u": s.Thing("VM", "u", "quiet"), "v": s.Thing("VM", "v", "lost")}
    assert [life.guest.name for life in lives(history, plan, 10.0, 100.0, guests, {"a": "north"})] == ["lost"]
