"""Known errors become a message and a status, never a traceback; unknown ones are shown in full."""

from __future__ import annotations

import importlib

import pytest

from xenferry.cli.frame import entry, failure
from xenferry.cli.frame.failure import STATUS, tell
from xenferry.config import ConfigError
from xenferry.xapi import Unreachable, XapiError


@pytest.mark.parametrize("name", STATUS)
def test_every_named_error_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    found = getattr(importlib.import_module(module), kind)
    assert issubclass(found, Exception)
    assert f"{found.__module__}.{found.__qualname__}" == name


def test_a_known_error_is_a_message_and_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(ConfigError("config.toml: not TOML")) == 2
    assert capsys.readouterr().err == "xenferry: config.toml: not TOML\n"
    assert tell(Unreachable("xcp1: no answer\x1b[2J")) == 3
    assert "\x1b" not in capsys.readouterr().err


def test_a_refusal_of_the_pool_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    params = ("", "Incorrect DNS name, unable to resolve.", "")
    assert tell(XapiError("SR_BACKEND_FAILURE_140", params)) == 1
    told = capsys.readouterr()
    assert told.err.startswith("xenferry: the pool refused: SR_BACKEND_FAILURE_140(")
    assert "Cure:" in told.err
    assert told.out == ""


def test_an_error_inside_a_group_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(ExceptionGroup("tasks", [ExceptionGroup("more", [Unreachable("xcp1: no answer")])])) == 3


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.carry_out(["check", "--capture", "/nowhere/pool.json"]) == 2
    assert "/nowhere/pool.json" in capsys.readouterr().err


def test_an_unknown_error_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        tell(KeyError("a fault of ours"))


def test_ctrl_c_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry.root, "main", interrupted)
    assert entry.carry_out([]) == 1
    assert capsys.readouterr().err == "Stopped.\n"


def test_wrong_use_shows_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.carry_out(["check", "--lab", "a", "--capture", "b"]) == 2
    assert entry.carry_out(["migrate"]) == 2
    err = capsys.readouterr().err
    assert "Give one of -p, --capture and --lab." in err
    assert "Usage: xenferry migrate" in err
    assert failure.Wrong.exit_code == 2
