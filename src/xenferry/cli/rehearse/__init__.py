"""A command on a twin of the pool, in virtual time."""

from __future__ import annotations

from pathlib import Path

import click

from xenferry.cli.frame.source import Source, reads


def _offer(ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """The words of a command that may come next."""
    from xenferry.cli.rehearse.wish import COMMANDS

    given = tuple(ctx.params.get("words") or ())
    return sorted({each[len(given)] for each in COMMANDS if each[: len(given)] == given != each
                   and each[len(given)].startswith(typed)})  # fmt: skip


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", metavar="COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED, shell_complete=_offer)
@click.option("--fault", "faults", multiple=True, metavar="LINE", help="What goes wrong; may be given several times.")
@click.option(
    "--resume-after", default="", metavar="TIME", help="A run that ended incomplete is resumed so much later: 10min."
)
@click.option("--svg", default=None, metavar="OUT", type=click.Path(path_type=Path), help="Draw the timeline in OUT.")
@click.option("--json", "as_json", is_flag=True, help="All of it as data (docs/json.md).")
@reads
def command(
    source: Source, words: tuple[str, ...], faults: tuple[str, ...], resume_after: str, svg: Path | None, as_json: bool
) -> int:
    """Carry COMMAND out on a twin of the pool: every call, every retry and the proof, in seconds.

    COMMAND is evacuate, maintenance enter or leave, rolling, rebalance, migrate, storage move or run, with its own
    options. The pool itself is read once and then left alone.

    A LINE is one of the scenario language (docs/rehearsal.md):

    \b
      --fault 'host-crash on=xcp2 at=60s'
      --fault 'VM.pool_migrate drop=after'
      --fault 'deaf-to-suspend on=mail'
      --fault 'guest db dirty=400MiB/s'
    """
    from xenferry.cli.rehearse.wish import Wanted, carry_out

    return carry_out(source, words, Wanted(faults=faults, resume_after=resume_after, svg=svg, as_json=as_json))
