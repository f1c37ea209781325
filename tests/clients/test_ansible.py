"""Ansible's modules for XenServer work with a served lab, certificate and all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from foreign import fetched, served
from outside import Pool

PLAYBOOK = Path(__file__).parent / "ansible" / "guests.yml"
SECONDS_MAX = 90.0


def environment(pool: Pool, folder: Path) -> dict[str, str]:
    """A home of its own, and the lab's certificate as the only one to be trusted."""
    with pool.session() as xapi:
        (host,) = xapi.host.get_by_name_label("north")
        (folder / "pool.pem").write_text(xapi.host.get_server_certificate(host))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE")}
    return kept | {
        "HOME": str(folder),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "ansible-tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(fetched("ansible") / "collections"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "LC_ALL": "C.UTF-8",
        "POOL_URL": f"https://{pool.addresses[0]}",
        "POOL_PASSWORD": "lab",
        "SEEN": str(folder / "seen.json"),
        "SSL_CERT_FILE": str(folder / "pool.pem"),
    }


def play(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).parent / "ansible-playbook")
    return subprocess.run(
        [program, str(PLAYBOOK)], env=given, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every task of the playbook answered, and afterwards the pool's guests and disks."""
    folder = tmp_path_factory.mktemp("ansible")
    with served(folder) as pool:
        given = environment(pool, folder)
        done = play(given)
        assert done.returncode == 0, done.stdout + done.stderr
        answers: dict[str, Any] = json.loads((folder / "seen.json").read_text())
        with pool.session() as xapi:
            disks = [vdi["name_label"] for vdi in xapi.VDI.get_all_records().values()]
        return answers | {"guests": pool.guests(), "disks": disks}


def test_a_guest_is_described(seen: dict[str, Any]) -> None:
    guest = seen["asked"]["instance"]
    assert (guest["name"], guest["state"]) == ("mail", "poweredon")
    assert guest["hardware"]["memory_mb"] == 8192
    assert [disk["sr"] for disk in guest["disks"]] == ["pool-disks"]


def test_a_guest_is_stopped_once_and_started(seen: dict[str, Any]) -> None:
    assert seen["stopped"]["changed"] is True
    assert seen["stopped"]["instance"]["state"] == "poweredoff"
    assert seen["again"]["changed"] is False
    assert seen["started"]["instance"]["state"] == "poweredon"
    assert seen["guests"]["mail"]["power_state"] == "Running"


def test_a_guest_is_made_from_a_template(seen: dict[str, Any]) -> None:
    made = seen["made"]["instance"]
    assert (made["name"], made["state"], made["name_desc"]) == ("fresh", "poweredon", "made by Ansible")
    assert (made["hardware"]["num_cpus"], made["hardware"]["memory_mb"]) == (2, 2048)
    assert sorted(disk["size"] for disk in made["disks"]) == [5 * 2**30, 30 * 2**30]
    assert [network["name"] for network in made["networks"]] == ["Pool-wide network associated with eth0"]
    assert seen["kept"]["changed"] is False


def test_a_guest_is_removed_with_its_disks(seen: dict[str, Any]) -> None:
    assert seen["removed"]["changed"] is True
    assert set(seen["guests"]) == {"mail", "wiki"}
    assert "data" not in seen["disks"]


def test_a_guest_that_is_not_there_is_an_error(seen: dict[str, Any]) -> None:
    assert seen["missing"]["failed"] is True
    assert "nobody" in seen["missing"]["msg"]
