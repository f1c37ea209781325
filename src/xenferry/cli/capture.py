"""The pool as a file, without secrets: for a bug report, offline work, a twin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say
from xenferry.cli.frame.source import Source, act, changes

if TYPE_CHECKING:
    from xenferry.xapi import Connection


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace an existing file.")
@changes
def command(source: Source, file: Path, force: bool) -> int:
    """Save the pool as FILE (gzip if it ends in .gz), in XenAPI's own shape and without secrets.

    Every command that reads takes it with --capture FILE; `xenferry lab up --capture FILE` boots it.
    """
    if file.exists() and not force:
        raise Wrong(f"{file} exists; --force replaces it.")

    async def save(connection: Connection) -> None:
        from xenferry.pool import capture

        await capture.save(connection, file)

    act(source, save)
    say(f"Saved {file} ({file.stat().st_size // 1024 + 1} KiB). Read it with `xenferry check --capture {file}`.")
    return 0
