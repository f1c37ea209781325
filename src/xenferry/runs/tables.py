"""The journal's tables, for SQLite and PostgreSQL alike. Times are seconds since the epoch; no secret is stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Engine, Float, Integer, MetaData, String, Table, Text, create_engine, event

from xenferry.runs.form import bring_up_to_date

META = MetaData()

RUN = Table(
    "run",
    META,
    Column("id", String(64), primary_key=True),
    Column("pool", String(64), nullable=False, index=True),
    Column("pool_name", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created", Float, nullable=False),
    Column("changed", Float, nullable=False),
    Column("cancel", String(16), nullable=False, default=""),
    Column("before", Text, nullable=False, default=""),
    Column("proof", Text, nullable=False, default=""),
)

STEP = Table(
    "step",
    META,
    Column("run", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("task", Text, nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("outcome", Text, nullable=False, default=""),
    Column("started", Float, nullable=True),
    Column("changed", Float, nullable=False, default=0.0),
)

EVENT = Table(
    "event",
    META,
    Column("run", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("time", Float, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),
)

LEASE = Table(
    "lease",
    META,
    Column("pool", String(64), primary_key=True),
    Column("run", String(64), nullable=False),
    Column("owner", Text, nullable=False),
    Column("until", Float, nullable=False),
)


AUDIT = Table(
    "audit",
    META,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", Float, nullable=False),
    Column("who", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("deed", Text, nullable=False),
    Column("pool", Text, nullable=False, default=""),
    Column("run", String(64), nullable=False, default=""),
    Column("why", Text, nullable=False, default=""),
)

FORM = Table("form", META, Column("number", Integer, primary_key=True, autoincrement=False))
"""One row: the form of the tables in this database."""


TURN = 0x78656E66
"""The lock that gives transactions on PostgreSQL their turn."""


def open_engine(url: str) -> Engine:
    """A database engine for this URL (`sqlite:///FILE`, `postgresql://USER@HOST/NAME`), with the tables made.

    SQLite writes ahead (WAL) and waits for the disk at each commit, so that neither `kill -9` nor a power cut loses a
    line. On both databases transactions take turns, so that two processes never both believe they were first; they are
    few and short.

    Raises:
        Newer: a later xenferry wrote these tables in a form that this one does not know.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 30.0})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(_driver(url), pool_pre_ping=True)
        event.listen(engine, "begin", _begin_postgresql)
    with engine.begin() as connection:
        bring_up_to_date(connection, META, FORM)
    return engine


def _driver(url: str) -> str:
    """PostgreSQL by psycopg, whose name nobody should have to write."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else url


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
