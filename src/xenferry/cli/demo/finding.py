"""First scene: what is there, who may go where, what stands in the way."""

from __future__ import annotations

from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.frame.findings import report, say_report
from xenferry.cli.frame.matrices import say_matrix
from xenferry.cli.frame.paper import say
from xenferry.cli.matrix import tabulate
from xenferry.rules import judge


async def look(play: Play) -> None:
    """Show the matrix and the findings of the pool as it was found."""
    play.scene("The pool as it was found")
    snapshot = await play.look()
    say("$ xenferry matrix", style="dim")
    say_matrix(tabulate(snapshot))
    play.scene("Why, and what to do")
    say("$ xenferry check", style="dim")
    made = report(snapshot, judge(snapshot))
    say_report(made)
    if not made.blocks:
        raise Astray("nothing blocks in a pool that is full of obstacles")
