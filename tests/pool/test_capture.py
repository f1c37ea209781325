"""A capture keeps the pool and leaves its secrets behind; what is no capture is refused with its place."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from xenferry.lab import scenario
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.pool import capture
from xenferry.pool.capture import CaptureError
from xenferry.pool.secrets import BLOTTED, without_secrets
from xenferry.pool.snapshot import Snapshot
from xenferry.xapi import connect

TABLES: dict[str, Any] = {
    "pool": {"OpaqueRef:p": {"uuid": "p", "master": "OpaqueRef:h"}},
    "host": {"OpaqueRef:h": {"uuid": "h", "name_label": "xcp1", "software_version": {"xapi_build": "26.17.0"}}},
    "session": {"OpaqueRef:s": {"uuid": "s"}},
    "secret": {"OpaqueRef:x": {"value": "hunter2"}},
    "PBD": {
        "OpaqueRef:b": {
            "host": "OpaqueRef:h",
            "device_config": {
                "server": "nas",
                "cifspassword": "hunter2",
                "CHAPpassword": "hunter2",
                "cifspassword_secret": "hunter2",
                "options": "vers=3.0,username=bob,password=hunter2",
                "location": "https://bob:hunter2@nas/isos",
            },
        }
    },
}


def test_no_secret_reaches_the_file(tmp_path: Path) -> None:
    file = tmp_path / "pool.json"
    capture.write(TABLES, file, taken_at=5.0)
    assert b"hunter2" not in file.read_bytes()
    assert "session" not in json.loads(file.read_text())
    config = capture.load(file).PBD["OpaqueRef:b"].device_config  # type: ignore[index]
    assert config["server"] == "nas"
    assert config["cifspassword"] == BLOTTED
    assert config["options"].startswith("vers=3.0,")


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "pool.json"
    capture.write(TABLES, file, taken_at=5.0)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_references_survive_even_under_a_suspicious_name() -> None:
    assert without_secrets({"repository_proxy_password": "OpaqueRef:NULL"}) == {
        "repository_proxy_password": "OpaqueRef:NULL"
    }


@pytest.mark.parametrize(
    "key", ["pwd", "adminpass", "key", "ssh_key", "s3-access-key", "apikey", "wlb_url", "xo:backup:token", "PASSWD"]
)
def test_values_under_hostile_names_are_removed(key: str) -> None:
    assert without_secrets({"other_config": {key: "hunter2"}}) == {"other_config": {key: BLOTTED}}


def test_names_that_only_resemble_secrets_are_kept() -> None:
    kept = {"other_config": {"mac_seed": "1", "bypass": "2", "keyboard": "3", "monkey": "4"}}
    assert without_secrets(kept) == kept


def test_a_login_in_a_share_is_removed() -> None:
    config = without_secrets({"device_config": {"location": "//bob:hunter2@nas/isos"}})["device_config"]
    assert "hunter2" not in config["location"]


@pytest.mark.parametrize("name", ["pool.json", "pool.json.gz"])
def test_a_capture_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    capture.write(TABLES, file, taken_at=5.0)
    tables, origin = capture.load_tables(file)
    assert tables["host"] == TABLES["host"]
    assert (origin.taken_at, origin.xapi) == (5.0, "26.17.0")
    assert capture.load(file).hosts[0].name_label == "xcp1"


def test_a_lab_is_captured_whole(tmp_path: Path) -> None:
    lab = Lab.from_scenario(scenario.load("first-pool"))
    file = tmp_path / "first.json.gz"

    async def main() -> Snapshot:
        async with connect("192.168.1.11", "root", "lab", dial=lab.dial) as pool:
            await capture.save(pool, file)
            return await capture.read_pool(pool)

    live = virtual_run(main())
    loaded = capture.load(file)
    assert {guest.name_label for guest in loaded.guests} >= {"web", "database", "firewall"}
    assert loaded.guests == live.guests
    assert loaded.taken_at == live.taken_at > 0


def test_a_line_of_many_is_named(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.jsonl.gz"
    lines = [json.dumps({"records": {**TABLES, "host": {"OpaqueRef:h": {"name_label": name}}}}) for name in ("a", "b")]
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert capture.load(Path(f"{file}#2")).hosts[0].name_label == "b"
    with pytest.raises(CaptureError, match="#1"):
        capture.load(file)
    with pytest.raises(CaptureError, match="has 2 lines"):
        capture.load(Path(f"{file}#3"))


def test_hidden_fields_of_a_recording_become_observations(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"records": TABLES, "internal": {"VIF": {"OpaqueRef:v": {"reserved_pci": "x"}}}}))
    (seen,) = capture.load(file).observations
    assert (seen.kind, seen.subject, seen.value) == ("internal", "OpaqueRef:v", {"reserved_pci": "x"})


def test_a_recording_of_exchanges_is_read(tmp_path: Path) -> None:
    def line(method: str, result: Any, protocol: str = "json-rpc 2.0") -> str:
        return json.dumps({"method": method, "protocol": protocol, "body": json.dumps({"result": result})})

    file = tmp_path / "wire.jsonl"
    file.write_text(
        "\n".join(
            (
                line("session.login_with_password", "OpaqueRef:session-1"),
                line("pool.get_all_records", {"OpaqueRef:p": {"uuid": "p", "master": "OpaqueRef:h"}}),
                line("host.get_all_records", TABLES["host"]),
                line("host.get_all_records", {}, protocol="xml-rpc"),
                json.dumps({"t_ms": 1, "note": "a title"}),
            )
        )
    )
    assert [host.name_label for host in capture.load(file).hosts] == ["xcp1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("hello", "line 1"),
        ('{\n "host": {\n  oops\n', "line 3"),
        ("[1]", "list"),
        ('{"a": 1}', "seen: a"),
        ('{"host": [1]}', "host is list"),
        ('{"records": 3}', "records"),
        ('{"host": {"OpaqueRef:h": {"memory_overhead": "much"}}}', r'host\["OpaqueRef:h"\].*memory_overhead'),
        ('{"host": {}, "xenferry": {"format": 99}}', "newer"),
    ],
)
def test_what_is_no_capture_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(CaptureError, match=said):
        capture.load(file)


def test_a_broken_gzip_is_said(tmp_path: Path) -> None:
    file = tmp_path / "bad.json.gz"
    file.write_bytes(gzip.compress(b"{}")[:-6])
    with pytest.raises(CaptureError, match="gzip"):
        capture.load(file)
