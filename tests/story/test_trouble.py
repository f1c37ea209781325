"""Bad input and trouble, from outside: a clear message, the right exit status, no traceback, no secret anywhere."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from outside import Place, Pool, flat

PASSWORD = "lab"
SCENARIO = """\
pool troubled
host north memory=64GiB cpus=16
host south memory=64GiB cpus=16
sr pool-disks nfs default
guest mail on=north memory=2GiB
  disk root
guest twin on=north memory=2GiB
  disk root
guest twins on=south memory=2GiB
  disk root
"""
SECRET = re.compile(r"OpaqueRef:session|Traceback|session_id", re.IGNORECASE)

Ended = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    folder: Path = tmp_path_factory.mktemp("trouble")
    (folder / "pool.txt").write_text(SCENARIO)
    with Place(folder).lab(str(folder / "pool.txt"), speed=60.0) as served:
        yield served


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def known(place: Place, pool: Pool) -> Place:
    """A place where the pool is configured."""
    place.add(pool)
    return place


def refused(ended: Ended, status: int) -> str:
    """What was said on standard error by a command that must fail in good order."""
    assert ended.returncode == status, f"{ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    assert ended.stderr.startswith(("xenferry:", "Usage:")), ended.stderr
    assert not SECRET.search(ended.stdout + ended.stderr)
    return flat(ended.stderr)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- the pool cannot be reached, or is not who it should be -------------------------------------------------------


def test_nobody_answers(place: Place) -> None:
    address = f"127.0.0.1:{unused_port()}"
    told = refused(place.xenferry("pool", "add", "home", address, "--password-env", "POOL_PASSWORD"), 3)
    assert address in told
    assert not place.config.exists(), "nothing is remembered of a pool that was not there"


def test_a_pool_that_has_gone(known: Place) -> None:
    gone = f"127.0.0.1:{unused_port()}"
    known.config.write_text(re.sub(r'address = ".*"', f'address = "{gone}"', known.config.read_text()))
    assert gone in refused(known.xenferry("check"), 3)
    assert gone in refused(known.xenferry("evacuate", "north", "--yes"), 3)


def test_something_else_than_a_pool_answers(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        listener.settimeout(20)
        with place.start("pool", "add", "home", address, "--password-env", "POOL_PASSWORD") as program:
            talker, _ = listener.accept()
            with talker:
                talker.settimeout(20)
                talker.recv(4096)
                talker.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            program.wait_for(address)
            assert program.process.wait(20) == 3


def test_a_certificate_that_nobody_vouched_for(known: Place, pool: Pool) -> None:
    known.config.write_text(re.sub(r"fingerprints = .*\n", "", known.config.read_text()))
    told = refused(known.xenferry("check"), 3)
    assert pool.fingerprint in told
    assert "none is pinned" in told


def test_a_certificate_that_a_person_did_not_recognise(place: Place, pool: Pool) -> None:
    how = ("--password-env", "POOL_PASSWORD")
    ended = place.xenferry("pool", "add", "home", pool.addresses[0], *how, stdin="n\n")
    told = refused(ended, 2)
    assert "nothing is remembered" in told
    assert pool.fingerprint.upper() in "".join(ended.stdout.replace(":", "").split())
    assert not place.config.exists()


def test_a_certificate_that_has_changed(tmp_path: Path) -> None:
    place, port = Place(tmp_path), str(unused_port())
    with place.lab("calm-pair", "--port", port) as first:
        place.add(first)
        assert first.server.end() in (0, 1)
    with place.lab("calm-pair", "--port", port) as second:
        assert first.addresses == second.addresses
        for command in (("check",), ("matrix",), ("evacuate", "north", "--yes")):
            told = refused(place.xenferry(*command), 3)
            assert first.fingerprint in told, "what was pinned"
            assert second.fingerprint in told, "what was seen"
            assert "Nothing was sent" in told


def test_a_wrong_password(known: Place) -> None:
    known.password = "correct-horse-battery"
    ended = known.xenferry("check")
    told = refused(ended, 1)
    assert "SESSION_AUTHENTICATION_FAILED" in told
    assert known.password not in ended.stdout + ended.stderr
    told = refused(known.xenferry("evacuate", "north", "--yes"), 1)
    assert known.password not in told
    assert not known.journal.exists() or known.password.encode() not in known.journal.read_bytes()


def test_a_password_that_is_not_there(known: Place) -> None:
    known.password = ""
    told = refused(known.xenferry("check"), 2)
    assert "POOL_PASSWORD" in told


# --- things that are named wrongly --------------------------------------------------------------------------------


def test_a_name_that_fits_two_guests(known: Place, pool: Pool) -> None:
    told = refused(known.xenferry("migrate", "tw", "--to", "south", "--yes"), 2)
    guests = pool.guests()
    for name in ("twin", "twins"):
        assert f"guest {name} ({guests[name]['uuid']})" in told
    plan = known.xenferry("migrate", "twin", "--to", "south", "--plan-only")
    assert "move guest twin from north to south" in flat(plan.stdout), "a whole name is not ambiguous"


def test_names_that_nothing_has(known: Place) -> None:
    assert "Did you mean 'mail'" in refused(known.xenferry("migrate", "mial", "--to", "south"), 2)
    assert "no host 'nowhere'" in refused(known.xenferry("evacuate", "nowhere"), 2)
    assert "home" in refused(known.xenferry("check", "-p", "other"), 2)
    assert "'abcd'" in refused(known.xenferry("runs", "resume", "abcd"), 2)
    assert "no.such" in refused(known.xenferry("check", "--capture", "no.such"), 2)
    assert "calm-pair" in refused(known.xenferry("check", "--lab", "no-such-scenario"), 2)


MALFORMED = {
    "capture cut off": ("capture", '{"VM": {"OpaqueRef:1": {"uuid": ', ("pool.json",)),
    "capture that is a list": ("capture", "[1, 2]", ("pool.json",)),
    "capture without a pool": ("capture", '{"VM": {}, "host": {}}', ("pool.json",)),
    "capture of something else": ("capture", "GIF89a\x00\x01", ("pool.json",)),
    "empty capture": ("capture", "", ("pool.json",)),
    "record of a wrong type": (
        "capture",
        '{"pool": {"OpaqueRef:p": {"uuid": 7}}, "host": {}, "VM": {}}',
        ("pool.json", "pool", "uuid"),
    ),
    "keyword that is none": ("scenario", "pool a\nhost north\nhots south\n", ("line 3", "hots")),
    "size that is none": ("scenario", "pool a\nhost north memory=plenty\n", ("line 2", "plenty")),
    "guest on no host": ("scenario", "pool a\nhost north\nguest mail on=nowhere\n", ("line 3", "nowhere")),
    "scenario that is binary": ("scenario", "\x00\x01\x02", ("line 1",)),
    "empty scenario": ("scenario", "", ()),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_files_are_told_with_the_place(place: Place, what: str) -> None:
    kind, text, words = MALFORMED[what]
    file = place.folder / ("pool.json" if kind == "capture" else "pool.txt")
    file.write_text(text)
    told = refused(place.xenferry("check", "--capture" if kind == "capture" else "--lab", str(file)), 2)
    for word in (file.name, *words):
        assert word in told


@pytest.mark.parametrize("text", ["pools = 7\n", "[pools.home\n", '[pools.home]\naddress = "a"\nadress = "b"\n'])
def test_a_configuration_that_cannot_be_read(place: Place, text: str) -> None:
    place.config.parent.mkdir(parents=True)
    place.config.write_text(text)
    assert "config.toml" in refused(place.xenferry("check"), 2)


# --- secrets ------------------------------------------------------------------------------------------------------


def test_no_secret_is_written_anywhere(tmp_path: Path) -> None:
    """The password is one that nothing else could be, and every session that the lab ever opened is looked for."""
    from xenferry.cli.demo.stage import Stage

    with Stage("calm-pair") as stage:
        sessions, create = set(), stage.lab.sessions.open

        def noted(username: str, originator: str, host: str) -> str:
            sessions.add(reference := create(username, originator, host))
            return reference

        stage.lab.sessions.open = noted  # type: ignore[method-assign]
        place = Place(tmp_path, password=stage.lab.sessions.password)
        at = stage.coordinator
        how = ("--fingerprint", at.fingerprint, "--password-env", "POOL_PASSWORD")
        said = place.done("pool", "add", "home", f"{at.address}:{at.port}", *how)
        for command in (
            ("check", "--json"),
            ("evacuate", "north", "--yes", "--save", str(tmp_path / "plan")),
            ("migrate", "build", "--to", "north", "--yes"),
            ("capture", str(tmp_path / "pool.json")),
            ("runs", "list", "--json"),
        ):
            ended = place.xenferry(*command)
            said += ended.stdout + ended.stderr
    assert len(sessions) >= 5
    assert "Done, and verified on the pool." in said
    written = said.encode() + b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert place.journal.stat().st_size > 0
    for secret in (place.password, *sessions):
        assert secret.encode() not in written


# --- hostile names ------------------------------------------------------------------------------------------------

HOSTILE = "\x1b[31mred\x1b]0;title\x07 \r\nxenferry: all fine\u202egnp.exe\u2028\u200b\x9b2J\x00end"
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture in which every name and description is hostile."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    place, file = Place(folder), folder / "pool.json"
    place.done("capture", str(file), "--lab", "first-pool")
    tables = json.loads(file.read_text())
    for name, rows in tables.items():
        for number, record in enumerate(rows.values() if name != "xenferry" else ()):
            for field in ("name_label", "name_description"):
                if field in record:
                    record[field] = f"{name}{number}{HOSTILE}"
            if "device" in record and name == "PIF":
                record["device"] += "\x1b[2J"
    file.write_text(json.dumps(tables))
    return file


HOSTILE_COMMANDS = (
    ("check",),
    ("check", "--json"),
    ("check", "VM"),
    ("matrix",),
    ("matrix", "--json"),
    ("evacuate", "host0", "--plan-only"),
    ("evacuate", "host0", "--plan-only", "--json"),
    ("maintenance", "enter", "host1", "--plan-only"),
    ("migrate", "VM1", "--cold", "--plan-only"),
    ("migrate", "V", "--plan-only"),
    ("migrate", f"none{HOSTILE}".replace("\x00", ""), "--plan-only"),
    ("nics", "show"),
    ("nics", "plan"),
)


@pytest.mark.parametrize(
    "command", HOSTILE_COMMANDS, ids=lambda command: " ".join(command)[:30].encode("unicode_escape")
)
def test_hostile_names_never_reach_the_terminal(place: Place, hostile: Path, command: tuple[str, ...]) -> None:
    ended = place.xenferry(*command, "--capture", str(hostile))
    said = ended.stdout + ended.stderr
    assert ended.returncode in (0, 1, 2)
    assert "Traceback" not in said
    assert not RAW.search(said), RAW.search(said)
    assert not any(line.startswith("xenferry: all fine") for line in said.splitlines()), "a line of its own was forged"
    if ended.returncode != 2:
        assert "1b" in said, "the name was shown, escaped"


def test_hostile_names_and_pastes_are_explained_harmlessly(place: Place, hostile: Path) -> None:
    tables = json.loads(hostile.read_text())
    vm, sr = next(iter(tables["VM"])), next(iter(tables["SR"]))
    paste = f"\x1b[31mVM_REQUIRES_SR({vm}, {sr})\u202e\nSR_BACKEND_FAILURE_73(, NFS mount error \x1b[2J, )"
    for command in (("explain", "-"), ("explain", "-", "--json")):
        ended = place.xenferry(*command, "--capture", str(hostile), stdin=paste)
        said = ended.stdout + ended.stderr
        assert ended.returncode == 0
        assert "VM_REQUIRES_SR" in said
        assert not RAW.search(said)
        assert "Traceback" not in said


def test_a_hostile_scenario_is_refused_harmlessly(place: Place) -> None:
    file = place.folder / "pool.txt"
    file.write_text('pool a\nhost north\nguest "\x1b[31m\u202email" on=\x1b[2Jnowhere\n')
    told = refused(place.xenferry("check", "--lab", str(file)), 2)
    assert "line 3" in told
    assert not RAW.search(told)
