"""Who may log in to `xenferry serve`: add, list, remove."""

from xenferry.cli.frame.folder import Folder

command = Folder(
    "xenferry.cli.accounts",
    otherwise="list",
    help="Who may log in to `xenferry serve` with a password (also without a command). Passwords are kept as hashes.",
)
