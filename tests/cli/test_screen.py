"""The screen of `watch` fits every terminal, and no name of a pool steers it."""

from __future__ import annotations

import pytest
from msgspec.structs import force_setattr

from xenferry.cli.frame.screen import lines
from xenferry.lab.scenario import parse
from xenferry.lab.scenario.generate import generate
from xenferry.plan import picture
from xenferry.plan.picture import News, Picture
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import matrix
from xenferry.text import width


def of(s: Snapshot) -> Picture:
    return picture.draw(s, matrix(s))


@pytest.mark.parametrize("columns", [20, 80, 200])
@pytest.mark.parametrize("rows", [5, 24, 60])
def test_nothing_is_wider_or_higher_than_the_terminal(columns: int, rows: int) -> None:
    big = of(Snapshot.from_tables(generate(40, 300, 1).tables))
    shown = lines(big, [News("moved", "Guest 数据库 moved. " * 20)] * 8, columns, rows)
    assert max(width(line.plain) for line in shown) <= columns
    assert len(shown) < rows


def test_hosts_guests_findings_and_news_are_there() -> None:
    text = "pool p\nhost a\nhost b disabled\nguest web on=a\n  cd\nguest db on=a\n"
    shown = [line.plain for line in lines(of(Snapshot.from_tables(parse(text).tables)), [News("x", "Heard.")], 120, 40)]
    assert shown[0] == "Pool p"
    assert shown[1].startswith("Readiness 0 of 100")
    assert any(line.startswith("a ") and line.endswith("db, web") for line in shown)
    assert any(line.startswith("b ") and "[disabled]" in line for line in shown)
    assert shown[-1] == "  Heard."
    assert any(line.startswith("  host-disabled: ") for line in shown)


def test_names_cannot_steer_the_terminal() -> None:
    s = Snapshot.from_tables(parse("pool p\nhost a\nguest web on=a\n").tables)
    for record in (*s.guests, *s.hosts, s.pool):
        force_setattr(record, "name_label", "\x1b[2J[bold]evil\n\u202e")
    shown = lines(of(s), [], 120, 40)
    assert not any(character in line.plain for line in shown for character in "\x1b\n\u202e")
    assert any("[bold]evil" in line.plain for line in shown)
