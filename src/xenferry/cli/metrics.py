"""The pool in figures for Prometheus: on a port, or as a file for node_exporter."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_raw, warn
from xenferry.cli.frame.source import Source, act, load, reads

if TYPE_CHECKING:
    from xenferry.metrics.board import Board
    from xenferry.pool.snapshot import Snapshot
    from xenferry.runs.journal import Run
    from xenferry.xapi import Connection

LOOPBACK = "127.0.0.1"


@click.command()
@click.option("--textfile", default=None, metavar="FILE", type=click.Path(path_type=Path), help="Write FILE, and end.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Serve on this port of 127.0.0.1; 0: any.")
@click.option(
    "--every", type=click.IntRange(5), default=60, show_default=True, metavar="SECONDS", help="With --port: read anew."
)
@reads
def command(source: Source, textfile: Path | None, port: int | None, every: int) -> int:
    """Tell Prometheus how ready the pool is: score, hosts, guests that can move, findings, runs.

    Without --port and --textfile the figures are printed once. With --port they are served until Ctrl-C at /metrics,
    on this machine only; the pool is read anew every minute. Needs the extra `metrics` (docs/monitoring.md).
    """
    if port is not None and textfile is not None:
        raise Wrong("Give --port or --textfile, not both.")
    board = _board(source)
    if port is not None:
        return _serve(board, source, port, every)
    begin = time.perf_counter()
    _put(board, source, load(source), begin)
    if textfile is not None:
        board.save(textfile)
    else:
        say_raw(board.text())
    return 0


def _board(source: Source) -> Board:
    try:
        from xenferry.metrics.board import Board
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "prometheus_client":
            raise
        raise Wrong("The extra `metrics` is not installed: pip install 'xenferry[metrics]'.") from None
    return Board(_name(source))


def _name(source: Source) -> str:
    """What the pool is called in every figure: as the configuration calls it, so that it does not change."""
    if source.lab or source.capture:
        return source.lab or Path(source.capture).name
    from xenferry import config
    from xenferry.cli.frame.source import chosen

    return chosen(config.load(), source.pool, source.others)[0]


def _put(board: Board, source: Source, snapshot: Snapshot, begin: float) -> None:
    from xenferry.metrics.figures import figures

    found = figures(snapshot, _runs(source))
    board.put(found, at=snapshot.taken_at, seconds=time.perf_counter() - begin)


def _runs(source: Source) -> tuple[Run, ...]:
    """The journal's, of a live pool: a lab has none, and a capture had them elsewhere."""
    if source.lab or source.capture:
        return ()
    from xenferry.cli.frame.driving import open_journal

    journal = open_journal(source)
    try:
        return journal.runs()
    finally:
        journal.close()


def _serve(board: Board, source: Source, port: int, every: int) -> int:
    if source.lab or source.capture:
        raise Wrong(
            "--port needs a live pool: a capture does not change, and `xenferry lab up` makes a lab a live one."
        )
    try:
        act(source, lambda connection: _keep(connection, board, source, port, every))
    except KeyboardInterrupt:
        return 0
    return 0


async def _keep(connection: Connection, board: Board, source: Source, port: int, every: int) -> None:
    """Serve what is known, and know it anew again and again."""
    from xenferry.pool.capture import read_pool
    from xenferry.xapi import Unreachable

    begin = time.perf_counter()
    _put(board, source, await read_pool(connection), begin)  # whatever is wrong is said now, not in a log at night
    with _served(board, port):
        while True:
            await asyncio.sleep(every)
            begin = time.perf_counter()
            try:
                _put(board, source, await read_pool(connection), begin)
            except Unreachable as error:
                board.wipe()
                warn(f"The pool does not answer, it is asked again in {every} s: {error}")


@contextmanager
def _served(board: Board, port: int) -> Iterator[None]:
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(port, LOOPBACK, board.registry)
    except OSError as error:
        raise Wrong(f"Cannot listen on {LOOPBACK} port {port}: {error.strerror}. Choose another with --port.") from None
    say(f"Serving http://{LOOPBACK}:{server.server_port}/metrics; Ctrl-C ends.", style="bold")
    sys.stdout.flush()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
