"""Whose run may be taken over at once: that of a program of this machine which has ended, and of nobody else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from xenferry.cli.frame.driving import is_gone, owner


def named(process: int, where: str = "") -> str:
    base = owner().rpartition(" ")[0]
    return f"{base.replace(' on ', f' on {where}') if where else base} {process}"


@pytest.fixture
def ended() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as program:
        program.wait(30)
    return program.pid


def test_a_program_of_this_machine_that_has_ended_is_gone(ended: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert is_gone(named(ended))
    assert capsys.readouterr().err == ""


def test_what_lives_or_is_elsewhere_is_waited_for(ended: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert not is_gone(named(os.getppid()))
    assert not is_gone(named(ended, where="other-"))
    assert not is_gone("a program that was quicker")
    assert "waiting up to 20 s for a sign of life" in " ".join(capsys.readouterr().err.split())
