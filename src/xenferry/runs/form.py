"""The form of a journal's tables: made where there are none, brought up to date where old, refused where newer.

A change of the tables gets a number and a function here that changes them where they are, in the transaction in which
the database is opened: whoever comes second finds the work done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import Connection, MetaData, Table, delete, insert, inspect, select

CURRENT = 1
CHANGES: Mapping[int, Callable[[Connection], None]] = MappingProxyType({})
"""Number of a form -> what makes it of the one before."""


class Newer(RuntimeError):
    """A later xenferry wrote this journal; this one would misread it."""

    def __init__(self, found: int) -> None:
        super().__init__(
            f"the journal of runs has form {found}, and this xenferry knows forms up to {CURRENT}: a newer one has"
            " written it. Use that one here too, or name another journal in the configuration. Nothing was changed"
        )


def bring_up_to_date(connection: Connection, tables: MetaData, form: Table) -> None:
    """Leave the database with the tables of the current form; `form` is the table that holds the number.

    Raises:
        Newer: nothing is touched.
    """
    found = _number(connection, tables, form)
    if found > CURRENT:
        raise Newer(found)
    for number in range(found + 1, CURRENT + 1) if found else ():
        CHANGES[number](connection)
    tables.create_all(connection)
    if found != CURRENT or connection.scalar(select(form.c.number)) is None:
        connection.execute(delete(form))
        connection.execute(insert(form).values(number=CURRENT))


def _number(connection: Connection, tables: MetaData, form: Table) -> int:
    """0 for an empty database; the first form had no number yet."""
    present = set(inspect(connection).get_table_names())
    if form.name in present:
        return connection.scalar(select(form.c.number)) or 1
    return 1 if present & set(tables.tables) else 0
