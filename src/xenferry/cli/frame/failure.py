"""The one place where errors become a message on standard error and an exit status."""

from __future__ import annotations

from collections.abc import Iterator

import click

from xenferry.cli.frame.paper import warn


class Wrong(click.ClickException):
    """The command cannot be carried out as it was given; the message says what to give instead. Status 2."""

    exit_code = 2


def tell(error: Exception) -> int:
    """Say what went wrong, in words, and return the exit status.

    Raises:
        Exception: the error itself, when it is none of those that are known: a fault in xenferry, shown in full.
    """
    for cause in _leaves(error):
        status = _tell_one(cause)
        if status is None:
            raise error
        return status
    raise error


def _leaves(error: BaseException) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    elif isinstance(error, Exception):
        yield error


STATUS = {
    "xenferry.config.ConfigError": 2,
    "xenferry.lab.scenario.error.ScenarioError": 2,
    "xenferry.plan.file.BadPlan": 2,
    "xenferry.plan.things.Gone": 1,
    "xenferry.plan.things.Unseen": 1,
    "xenferry.pool.reading.CaptureError": 2,
    "xenferry.probe.dom0.Dom0Refused": 1,
    "xenferry.probe.dom0.Dom0Unreachable": 3,
    "xenferry.probe.share.BadShare": 2,
    "xenferry.runs.form.Newer": 2,
    "xenferry.runs.kept.LeaseLost": 1,
    "xenferry.runs.kept.NoSuchRun": 2,
    "xenferry.runs.kept.Taken": 1,
    "xenferry.xapi.address.BadAddress": 2,
    "xenferry.xapi.error.TaskCancelled": 1,
    "xenferry.xapi.error.TaskVanished": 1,
    "xenferry.xapi.error.Unreachable": 3,
    "xenferry.xapi.error.Untrusted": 3,
    "xenferry.xapi.error.XapiError": 1,
}
"""Every known error by its class's full name -> exit status. By name, so that telling one imports nothing."""


def _tell_one(error: Exception) -> int | None:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        return _tell_click(error)
    if isinstance(error, OSError) and error.filename is not None:
        warn(f"xenferry: {error.filename}: {error.strerror}", style="red")
        return 2
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    if "sqlalchemy.exc.DBAPIError" in names:
        return _tell_journal(error)
    known = [name for name in names if name in STATUS]
    if not known:
        return None
    if known[0].endswith(".XapiError"):
        return _tell_xapi(error)
    return _tell_plainly(error, STATUS[known[0]])


def _tell_click(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        warn(error.ctx.get_usage())
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
    else:
        warn(f"xenferry: {error.format_message()}", style="red")
    return error.exit_code


def _tell_plainly(error: Exception, status: int) -> int:
    for line in str(error).splitlines():
        warn(f"xenferry: {line}", style="red")
    return status


ADVICE = {
    "not a database": "The file is damaged, or is something else. Move it away: the history of runs is lost, and what"
    " an interrupted run had still to do. The guests are where they are; `xenferry check` shows them.",
    "malformed": "The file is damaged. Let `sqlite3 FILE .recover` save what it can, or move it away.",
    "full": "Make room on that file system, then go on with `xenferry runs resume`: what was done is in the pool.",
    "readonly": "Whoever runs this must be allowed to write the file and its folder.",
    "unable to open": "Whoever runs this must be allowed to write the folder, and the file must not be a folder.",
    "locked": "Another program has held it for half a minute: `xenferry runs` shows who drives a run.",
    "connection": "Start the database server, or name another journal; a run goes on with `xenferry runs resume`.",
}
"""What a database says -> what to do; the first that fits."""


def _tell_journal(error: Exception) -> int:
    """The database's own words only: SQLAlchemy's message holds the statement and its values."""
    said = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
    warn(f"xenferry: the journal of runs cannot be read or written: {said.rstrip('.')}.", style="red")
    warn(f"It is {_journal()}.")
    warn(next((advice for words, advice in ADVICE.items() if words in said), ""))
    return 2


def _journal() -> str:
    """Where the journal is, without a password."""
    from sqlalchemy import make_url

    from xenferry.cli.frame.driving import journal_url

    url = make_url(journal_url())
    return str(url.database) if url.drivername == "sqlite" else url.render_as_string(hide_password=True)


def _tell_xapi(error: Exception) -> int:
    """What XAPI refused: its own words first, then what they mean where we know it."""
    from xenferry.cli.frame.explained import say_explained

    warn(f"xenferry: the pool refused: {error}", style="red")
    say_explained(str(error), speak=warn)
    return 1
