"""Plans kept in files: look at them again."""

from xenferry.cli.frame.folder import Folder

command = Folder("xenferry.cli.plan", help="Plans that were kept in a file with --save: look at them again.")
