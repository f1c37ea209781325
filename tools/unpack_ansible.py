"""Takes the XenServer modules of community.general out of the wheel `ansible`: unpack_ansible.py WHEEL FOLDER.

The wheel holds a hundred collections; these are about ten files of it.
"""

import sys
import zipfile
from pathlib import Path

ROOT = "ansible_collections/community/general/"
WANTED = (
    "plugins/modules/xenserver_guest",
    "plugins/module_utils/xenserver.py",
    "plugins/doc_fragments/xenserver",
    "plugins/doc_fragments/attributes.py",
    "MANIFEST.json",
    "meta/runtime.yml",
)


def unpack(wheel: Path, folder: Path) -> list[str]:
    """Copies the files wanted; returns their names in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(tuple(ROOT + part for part in WANTED))]
        archive.extractall(folder, names)
    return names


if __name__ == "__main__":
    if not unpack(Path(sys.argv[1]), Path(sys.argv[2])):
        sys.exit(f"{sys.argv[1]} has no XenServer modules")
