"""Who may log in to `xenferry serve`, and what they may do."""

from __future__ import annotations

import click
from msgspec import Struct

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_json, say_table


class Listed(Struct, frozen=True):
    """Somebody who may log in."""

    name: str
    role: str
    """look, plan or act."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> int:
    """List who may log in to `xenferry serve`, and their roles."""
    from xenferry.cli.serve import find_accounts
    from xenferry.web.accounts import BadAccount

    try:
        known = find_accounts().all
    except BadAccount as error:
        raise Wrong(str(error)) from None
    if as_json:
        say_json([Listed(each.name, each.role) for each in known.values()])
    elif known:
        say_table(("name", "role"), [(each.name, each.role) for each in known.values()])
    else:
        say("There is none. Add one with `xenferry accounts add NAME --role look`.")
    return 0
