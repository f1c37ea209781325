"""Let somebody log in to `xenferry serve` no more."""

from __future__ import annotations

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say


@click.command()
@click.argument("name")
def command(name: str) -> int:
    """Let NAME log in no more. Whoever is logged in with it is out at once."""
    from xenferry.cli.serve import find_accounts
    from xenferry.web.accounts import BadAccount

    try:
        find_accounts().remove(name)
    except BadAccount as error:
        raise Wrong(str(error)) from None
    except KeyError:
        raise Wrong(f"There is no account {name!r}; `xenferry accounts` lists them.") from None
    say(f"{name} may log in no more.")
    return 0
