"""Runs of this and earlier days: list them, see what they did, go on, take back, stop."""

from xenferry.cli.frame.folder import Folder

command = Folder(
    "xenferry.cli.runs",
    otherwise="list",
    help="Runs of this and earlier days: list (also without a command), show, resume, undo, cancel.",
)
