"""The matrix fits the terminal, names every reason in words and says who is stuck."""

from __future__ import annotations

import pytest

from xenferry.cli.frame.matrices import Cell, Row, Table, say_matrix, stuck
from xenferry.cli.frame.named import Named


def host(number: int) -> Named:
    return Named("host", f"h{number}", f"a-rather-long-host-name-{number}")


def row(name: str, *cells: Cell, state: str = "Running") -> Row:
    return Row(Named("VM", name, name), state, cells)


def table(*rows: Row, hosts: int = 2, words: dict[str, str] | None = None) -> Table:
    return Table(Named("pool", "p", "lab"), 0.0, tuple(host(at) for at in range(hosts)), rows, words or {})


def test_each_cell_says_yes_here_or_the_number_of_its_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    words = {"disk-not-on-host": "A disk is on an SR that the host does not see.", "no-network": "No NIC there."}
    say_matrix(
        table(
            row("web1", Cell("h0", here=True), Cell("h1")),
            row("db1\x1b[2J", Cell("h0", here=True), Cell("h1", reasons=("disk-not-on-host", "no-network"))),
            words=words,
        )
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["web1", "here", "yes"]
    assert lines[2].split() == ["db1\\x1b[2J", "here", "1,2"]
    assert "  1  disk-not-on-host: A disk is on an SR that the host does not see." in lines
    assert lines[-1] == "1 of 2 running guests can go to no other host."


def test_many_hosts_are_split_into_tables_that_fit(capsys: pytest.CaptureFixture[str]) -> None:
    cells = tuple(Cell(f"h{at}", here=at == 0) for at in range(9))
    say_matrix(table(row("web1", *cells), hosts=9), wide=True)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert [out.count(f"host-name-{at}") for at in range(9)] == [1] * 9
    assert (out.count("here"), out.count("yes")) == (1, 8)


def test_of_very_many_hosts_each_guest_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = {"no-network": "No NIC there.", "host-disabled": "It is disabled."}
    lost = [Cell(f"h{at}", reasons=("no-network",)) for at in range(2, 8)]
    mixed = (Cell("h0", here=True), Cell("h1"), *lost, Cell("h8", reasons=("host-disabled",)))
    free = tuple(Cell(f"h{at}") for at in range(9))
    say_matrix(table(row("web1", *mixed), row("old1", *free, state="Halted"), hosts=9, words=words))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    name = "a-rather-long-host-name-"
    assert lines[1] == ["web1", f"{name}0", "1", "of", "8", "1:", "6", "hosts;", "2:"]
    assert lines[2] == [f"{name}8"]
    assert lines[3] == ["old1", "halted", "all", "9"]


def test_a_guest_that_does_not_run_is_not_stuck() -> None:
    refused = Cell("h1", reasons=("no-network",))
    assert stuck(row("web1", Cell("h0", here=True), refused))
    assert not stuck(row("web1", refused, state="Halted"))
    assert not stuck(row("web1", Cell("h0", here=True), refused, Cell("h2")))
