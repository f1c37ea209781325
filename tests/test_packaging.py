"""What a person gets who installs xenferry or types `make` on a bare machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

import xenferry

ROOT = Path(__file__).parent.parent


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


def fake_python(folder: Path, name: str, body: str) -> None:
    script = folder / name
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)


def test_the_installed_script_is_the_programs_main() -> None:
    (script,) = entry_points(group="console_scripts", name="xenferry")
    from xenferry.cli import main

    assert script.load() is main


def test_python_dash_m_says_the_version() -> None:
    ended = run(sys.executable, "-m", "xenferry", "--version")
    assert (ended.returncode, ended.stdout.strip()) == (0, f"xenferry, version {xenferry.__version__}")


def test_the_changelog_speaks_of_this_version() -> None:
    assert re.search(rf"^## {re.escape(xenferry.__version__)}\b", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_type_hints_and_scenarios_are_part_of_the_package() -> None:
    assert files("xenferry").joinpath("py.typed").is_file()
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["src/xenferry"]
    assert wheel.keys() == {"packages", "shared-data"}, "an include or exclude could lose the scenarios"


def test_the_manual_page_is_put_where_man_looks() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["shared-data"] == {"docs/xenferry.1": "share/man/man1/xenferry.1"}
    assert (ROOT / "docs/xenferry.1").is_file()


def test_a_machine_without_a_new_enough_python_is_told_so(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", "exit 1")
    ended = run("/bin/sh", str(ROOT / "tools/make-venv"), str(tmp_path / "venv"), PATH=str(tmp_path), PYTHON="")
    assert ended.returncode == 2
    assert "needs Python 3.11 or newer" in ended.stderr


def test_a_python_without_ensurepip_is_named_with_the_package_to_install(tmp_path: Path) -> None:
    body = 'case "$2" in *ensurepip*) exit 1;; *print*) echo 3.11;; esac'
    fake_python(tmp_path, "python3", body)
    fake_python(tmp_path, "id", "echo 1000")
    ended = run("/bin/sh", str(ROOT / "tools/make-venv"), str(tmp_path / "venv"), PATH=str(tmp_path), PYTHON="")
    assert ended.returncode == 2
    assert "apt-get install python3.11-venv" in ended.stderr


def test_a_new_enough_python_under_another_name_is_found(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", "exit 1")
    fake_python(tmp_path, "python3.12", 'case "$1" in -m) echo "made $3" ;; esac')
    ended = run("/bin/sh", str(ROOT / "tools/make-venv"), "there", PATH=str(tmp_path), PYTHON="")
    assert (ended.returncode, ended.stdout.strip()) == (0, "made there")


def test_a_skipped_test_fails_where_ci_is_true(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_one():\n    pytest.skip('no reason')\n")
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path))
    assert run(*command, CI="false").returncode == 0
    failed = run(*command, CI="true")
    assert failed.returncode == 1
    assert "CI does not allow" in failed.stdout
