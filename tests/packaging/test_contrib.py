"""What lies in contrib works with today's program: units verify, figures exist, the role empties a host."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from xenferry.cli.demo import stage
from xenferry.cli.demo.stage import Stage
from xenferry.cli.frame.entry import carry_out, root
from xenferry.cli.frame.folder import Folder
from xenferry.lab.scenario import parse
from xenferry.metrics.board import Board
from xenferry.metrics.figures import figures
from xenferry.pool.snapshot import Snapshot

ROOT = Path(__file__).parent.parent.parent
CONTRIB = ROOT / "contrib"
UNITS = sorted((CONTRIB / "systemd").iterdir())
FIGURE = re.compile(r"\bxenferry_[a-z_]+\b")


def told() -> set[str]:
    """The names of all figures that there are."""
    board = Board("home")
    board.put(figures(Snapshot.from_tables(parse("pool P\nhost a memory=64GiB\n").tables)), at=7.0, seconds=0.1)
    return set(re.findall(r"^# HELP (\w+)", board.text(), re.MULTILINE))


def labels() -> set[str]:
    """The names of all labels that a figure has."""
    board = Board("home")
    busy = "pool P\nhost a memory=64GiB\nsr s ext on=a\nguest g on=a memory=1GiB\n  disk root sr=s\n"
    board.put(figures(Snapshot.from_tables(parse(busy).tables)), at=7.0, seconds=0.1)
    return set(re.findall(r'[{,](\w+)="', board.text()))


def test_the_dashboard_draws_only_figures_that_there_are() -> None:
    board = json.loads((CONTRIB / "grafana" / "xenferry.json").read_text("utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(asked) >= 14
    assert {name for expr in asked for name in FIGURE.findall(expr)} <= told()
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]}
    assert len(places) == len(board["panels"])


def test_the_dashboard_has_what_grafana_asks_of_every_panel() -> None:
    board = json.loads((CONTRIB / "grafana" / "xenferry.json").read_text("utf-8"))
    known = {variable["name"] for variable in board["templating"]["list"]} | {"__all", "__rate_interval", "__range"}
    assert set(re.findall(r"\$\{?(\w+)", json.dumps(board))) <= known
    for panel in board["panels"]:
        assert panel["type"] in {"stat", "gauge", "bargauge", "timeseries", "table", "state-timeline", "barchart"}
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24, panel["title"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_the_dashboard_asks_for_labels_that_there_are() -> None:
    board = json.loads((CONTRIB / "grafana" / "xenferry.json").read_text("utf-8"))
    targets = [target for panel in board["panels"] for target in panel["targets"]]
    legends = {name for target in targets for name in re.findall(r"{{\s*(\w+)", target.get("legendFormat", ""))}
    chosen = {name for target in targets for name in re.findall(r"[{,]\s*(\w+)\s*[=!]~?", target["expr"])}
    assert legends | chosen <= labels()


def test_alerts_ask_for_figures_that_there_are() -> None:
    rules = yaml.safe_load((CONTRIB / "prometheus" / "xenferry.rules.yml").read_text("utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert {name for alert in alerts for name in FIGURE.findall(alert["expr"])} <= told()
    assert all({"alert", "expr", "labels", "annotations"} <= alert.keys() for alert in alerts)


def test_units_call_the_program_as_it_is() -> None:
    called = [
        line for unit in UNITS for line in re.findall(r"^ExecStart=/usr/bin/xenferry (.*)", unit.read_text(), re.M)
    ]
    assert len(called) == 3
    for line in called:
        words, command = shlex.split(line.replace("$PORT", "9842")), root
        assert isinstance(command, Folder)
        found = command.get_command(click.Context(command), words[0])
        assert found is not None
        found.make_context(words[0], words[1:])  # would say what it does not know


def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in UNITS:
        text = unit.read_text().replace("/usr/bin/xenferry", sys.executable).replace("man:xenferry(1)", "")
        (tmp_path / unit.name).write_text(text)
    command = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    own = [line for line in ended.stderr.splitlines() if "xenferry" in line]
    assert own == []


def test_images_and_packages_name_extras_and_files_that_there_are() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    image = (CONTRIB / "container" / "Containerfile").read_text()
    (named,) = re.findall(r"/source\[([\w,]+)\]", image)
    rules = (CONTRIB / "debian" / "rules").read_text()
    assert {*named.split(","), *re.findall(r"--extras (\w+)", rules)} <= set(extras)
    for path in re.findall(r"install -m 644 (\S+)", rules):
        assert list(ROOT.glob(path)), path
    let_in = [line[1:] for line in (CONTRIB / "container" / "ignored").read_text().splitlines() if line.startswith("!")]
    assert {"pyproject.toml", "src", "README.md", "LICENSE"} <= set(let_in)
    assert all((ROOT / path).exists() for path in let_in)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """calm-pair, served over HTTPS, as the pool `home` of a configuration."""
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def play(folder: Path, *hosts: str) -> subprocess.CompletedProcess[str]:
    (folder / "while-empty.yml").write_text(
        "- name: Who is still there\n  ansible.builtin.command: xenferry check --json -p home\n  changed_when: false\n"
        "  failed_when: false\n  register: xenferry_seen\n"
        "- name: Keep it\n  ansible.builtin.copy:\n    content: '{{ xenferry_seen.stdout }}'\n"
        f"    dest: {folder}/seen.json\n    mode: '0600'\n"
    )
    (folder / "play.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  roles:\n    - role: maintenance\n      vars:\n"
        f"        xenferry_pool: home\n        xenferry_tasks: {folder}/while-empty.yml\n"
    )
    environment = os.environ | {
        "ANSIBLE_ROLES_PATH": str(CONTRIB / "ansible" / "roles"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    python = f"ansible_python_interpreter={sys.executable}"
    command = [
        "ansible-playbook",
        "-i",
        "".join(f"{host}," for host in hosts),
        "-c",
        "local",
        "-e",
        python,
        str(folder / "play.yml"),
    ]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def test_the_role_empties_a_host_does_the_tasks_and_puts_it_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "SPEED", 500.0)
    with Stage("calm-pair") as served:
        monkeypatch.setenv("LAB_PASSWORD", served.lab.sessions.password)
        place = served.coordinator
        how = ["--fingerprint", place.fingerprint, "--password-env", "LAB_PASSWORD"]
        assert carry_out(["pool", "add", "home", f"{place.address}:{place.port}", *how]) == 0
        ended = play(home, "north", "nowhere")
        enabled = [host["enabled"] for host in served.lab.db.all("host").values()]
    assert re.search(r"^north +: ok=7 .* failed=0 ", ended.stdout, re.MULTILINE), ended.stdout + ended.stderr
    assert re.search(r"^nowhere +: ok=0 .* failed=1 ", ended.stdout, re.MULTILINE)
    assert ended.returncode != 0
    during = json.loads((home / "seen.json").read_text())
    assert any(finding["code"] == "host-disabled" for finding in during["findings"])
    assert enabled == [True, True]
