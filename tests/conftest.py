"""What holds for every test: where CI=true, a skipped one has failed."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from xenferry.runs import tables


def _fail_if_skipped(report: Any) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.fixture(autouse=True)
def databases_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Those that a test opened: programs that are killed close none, and Python 3.13 warns of what was left open."""
    opened: list[Engine] = []
    really = tables.create_engine

    def open_one(*given: Any, **named: Any) -> Engine:
        opened.append(really(*given, **named))
        return opened[-1]

    monkeypatch.setattr(tables, "create_engine", open_one)
    yield
    for engine in opened:
        engine.dispose()
