"""Findings are grouped by what must be done, the worst first, and the verdict line says the answer."""

from __future__ import annotations

import json

import msgspec
import pytest

from xenferry.cli.frame.findings import Report, report, say_report, verdict
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity

POOL = Snapshot.from_tables(
    {
        "pool": {"p": {"uuid": "p-uuid", "name_label": "lab"}},
        "host": {"h1": {"uuid": "h1-uuid", "name_label": "xcp1"}, "h2": {"uuid": "h2-uuid", "name_label": "xcp2"}},
        "VM": {f"v{n}": {"uuid": f"v{n}-uuid", "name_label": f"web{n}"} for n in range(12)},
        "PBD": {"b": {"uuid": "b-uuid", "host": "h2"}},
    },
    taken_at=1.7e9,
)
PLUG = ("Connect xcp2: `xe pbd-plug uuid=b-uuid`",)


def finding(code: str, subject: str, severity: Severity = Severity.BLOCKS, cures: tuple[str, ...] = PLUG) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        subject=Ref(subject),
        cause=Ref("b"),
        hosts=(Ref("h2"),),
        seen=f"{POOL.name(subject)} cannot reach it\x1b[8m from xcp2.",
        cures=cures,
        error=("VM_REQUIRES_SR", subject, "s"),
    )


def shown(findings: list[Finding], capsys: pytest.CaptureFixture[str]) -> str:
    say_report(report(POOL, findings))
    return capsys.readouterr().out


def test_a_cure_shared_by_many_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown([finding("sr-not-plugged", f"v{n}") for n in range(12)], capsys)
    assert out.count("xe pbd-plug") == 1
    assert out.count("cannot reach it") == 8
    assert "and 4 more of the same: web8, web9, web10, web11" in out


def test_what_blocks_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown([finding("a-risk", "v1", Severity.RISK), finding("z-block", "v2")], capsys)
    assert out.index("BLOCKS  z-block") < out.index("RISK  a-risk")
    assert out.rstrip().endswith("Not ready: 1 blocker on 1 object; 1 risk.")


def test_a_pools_text_cannot_hide_anything(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in shown([finding("sr-not-plugged", "v1")], capsys)


def test_every_line_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    long = ("Do this " + "and that " * 30,)
    assert max(map(len, shown([finding("sr-not-plugged", "v1", cures=long)], capsys).splitlines())) <= 80


def test_nothing_blocking_is_ready() -> None:
    assert verdict(report(POOL, [])) == "Ready: nothing blocks."
    unsure = finding("not-seen", "v1", Severity.UNKNOWN)
    assert verdict(report(POOL, [unsure, finding("a", "v1", Severity.NOTE)])) == (
        "Ready: nothing blocks; 1 not known, 1 note."
    )


def test_the_json_has_every_finding_and_keeps_its_shape() -> None:
    made = report(POOL, [finding("sr-not-plugged", f"v{n}") for n in range(12)])
    decoded = json.loads(msgspec.json.encode(made))
    assert set(decoded) == {
        *("pool", "taken_at", "hosts", "guests", "blocks", "findings", "format"),
        *("to", "ways", "readiness"),
    }
    assert (decoded["format"], decoded["blocks"], len(decoded["findings"])) == (1, 12, 12)
    assert decoded["findings"][0] == {
        "code": "sr-not-plugged",
        "severity": "blocks",
        "subject": {"kind": "VM", "uuid": "v0-uuid", "name": "web0"},
        "cause": {"kind": "PBD", "uuid": "b-uuid", "name": "b-uuid"},
        "hosts": [{"kind": "host", "uuid": "h2-uuid", "name": "xcp2"}],
        "seen": "web0 cannot reach it\x1b[8m from xcp2.",
        "cures": list(PLUG),
        "error": ["VM_REQUIRES_SR", "v0", "s"],
    }
    assert msgspec.json.decode(msgspec.json.encode(made), type=Report) == made
