"""Names of NICs: the same cable, the same name on every host."""

from xenferry.cli.frame.folder import Folder

command = Folder("xenferry.cli.nics", help="Names of NICs: the same cable should have the same name on every host.")
