"""A journal is made, brought up to date, or left alone; and one that cannot be written loses nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from xenferry.plan.steps import Plan, Thing
from xenferry.runs import form
from xenferry.runs.journal import Journal

PLAN = Plan(wish="nothing", pool=Thing("pool", "u-1", "P"), made_at=0.0, steps=())


def opened(file: Path) -> Journal:
    return Journal(f"sqlite:///{file}", clock=lambda: 1.0)


def number(file: Path) -> list[tuple[int]]:
    with sqlite3.connect(file) as connection:
        rows: list[tuple[int]] = connection.execute("SELECT number FROM form").fetchall()
    connection.close()
    return rows


def change(file: Path, *statements: str) -> None:
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_new_journal_has_the_current_form_and_keeps_it(tmp_path: Path) -> None:
    for _ in range(2):
        opened(tmp_path / "j.db").close()
        assert number(tmp_path / "j.db") == [(form.CURRENT,)]


def test_a_journal_of_before_there_were_numbers_is_read_on(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    run = journal.create(PLAN, "me")
    journal.close()
    change(tmp_path / "j.db", "DROP TABLE form")
    journal = opened(tmp_path / "j.db")
    assert journal.plan(run) == PLAN
    journal.close()
    assert number(tmp_path / "j.db") == [(1,)]


def test_a_journal_of_an_older_form_is_changed_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(tmp_path / "j.db").close()
    changes = {
        2: lambda connection: connection.exec_driver_sql("CREATE TABLE second (x)"),
        3: lambda connection: connection.exec_driver_sql("ALTER TABLE second RENAME TO third"),
    }
    monkeypatch.setattr(form, "CHANGES", changes)
    monkeypatch.setattr(form, "CURRENT", 3)
    opened(tmp_path / "j.db").close()
    assert number(tmp_path / "j.db") == [(3,)]
    change(tmp_path / "j.db", "INSERT INTO third VALUES (1)")


def test_a_journal_of_a_newer_form_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    change(tmp_path / "j.db", "UPDATE form SET number = 9", "DROP TABLE event")
    with pytest.raises(form.Newer, match="form 9"):
        opened(tmp_path / "j.db")
    with sqlite3.connect(tmp_path / "j.db") as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert "event" not in tables


def fill(journal: Journal) -> None:
    for _ in range(50):
        journal.create(PLAN, "me" * 4000)


@pytest.mark.parametrize(("trouble", "says"), [("max_page_count=1", "full"), ("query_only=ON", "readonly")])
def test_a_journal_that_cannot_be_written_says_so_and_keeps_what_it_has(
    trouble: str, says: str, tmp_path: Path
) -> None:
    journal = opened(tmp_path / "j.db")
    first = journal.create(PLAN, "me")
    event.listen(journal._engine, "begin", lambda connection: connection.exec_driver_sql(f"PRAGMA {trouble}"))
    with pytest.raises(OperationalError, match=says):
        fill(journal)
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert journal.plan(first) == PLAN
    journal.close()
