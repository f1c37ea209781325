"""Runs of this and earlier days: what they did, going on, stopping."""

from xenferry.cli.frame.folder import Folder

command = Folder("xenferry.cli.runs", help="Runs of this and earlier days: list, show, resume, cancel.")
