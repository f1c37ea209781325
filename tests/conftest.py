"""What holds for every test: where CI=true, a skipped one has failed; one file's tests run in one process."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ONE_AT_A_TIME = Path(__file__).parent / "nfs"
"""A machine has one portmapper, so that of all these tests no two may run at once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a file stay together (`--dist loadgroup`), for they share what was made for them."""
    for item in items:
        file = ONE_AT_A_TIME if item.path.is_relative_to(ONE_AT_A_TIME) else item.path
        item.add_marker(pytest.mark.xdist_group(str(file)))


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
