"""The whole story on an embedded pool: what is wrong, why, cured, migrated, maintained."""

from __future__ import annotations

import sys

import click


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Do not wait for Enter between the scenes.")
def command(yes: bool) -> int:
    """Show the whole story on an embedded pool: what is wrong and why, the cures, migrations, maintenance, the proof.

    The pool is a lab in this program: real HTTPS on loopback, a clock that runs fast. Nothing else is touched. Exit
    status 0 only if the end was verified on the pool.
    """
    from xenferry.cli.demo.story import tell

    return tell(waiting=not yes and sys.stdin.isatty() and sys.stdout.isatty())
