"""Export lists are read as the NFS driver prints them, and judged for a host's address."""

from __future__ import annotations

import pytest

from xenferry.probe.exports import Export, covering, linux_line, read_exports

LIST = """<?xml version="1.0" ?>
<nfs-exports>
\t<Export>
\t\t<Target>192.0.2.7</Target>
\t\t<Path>/mnt/store</Path>
\t\t<Accesslist>10.0.0.0/24,nas-client.example</Accesslist>
\t</Export>
\t<Export>
\t\t<Target>192.0.2.7</Target>
\t\t<Path>/</Path>
\t\t<Accesslist>(everyone)</Accesslist>
\t</Export>
</nfs-exports>

"""


def test_the_drivers_list_is_read() -> None:
    store, root = read_exports(LIST)
    assert store == Export("/mnt/store", ("10.0.0.0/24", "nas-client.example"))
    assert root.admits("203.0.113.9")


def test_no_list_is_no_exports() -> None:
    assert read_exports("") == ()


@pytest.mark.parametrize("text", ["<oops", '<!DOCTYPE a [<!ENTITY b "c">]><nfs-exports>&b;</nfs-exports>'])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="list of exports"):
        read_exports(text)


@pytest.mark.parametrize(
    ("clients", "address", "admitted"),
    [
        (("*",), "10.0.0.1", True),
        ((), "10.0.0.1", True),
        (("10.0.0.0/24",), "10.0.0.1", True),
        (("10.0.0.0/255.255.255.0",), "10.0.0.1", True),
        (("10.0.0.0/24",), "10.0.1.1", False),
        (("10.0.0.1",), "10.0.0.1", True),
        (("10.0.0.*",), "10.0.0.1", True),
        (("fd00::/64",), "fd00::1", True),
        (("fd00::/64",), "10.0.0.1", False),
        (("@farm",), "10.0.0.1", None),
        (("*.example",), "10.0.0.1", None),
        (("10.0.1.0/24", "web.example"), "10.0.0.1", None),
    ],
)
def test_a_host_is_admitted_refused_or_unknown(clients: tuple[str, ...], address: str, admitted: bool | None) -> None:
    assert Export("/x", clients).admits(address) is admitted


def test_the_nearest_export_above_a_path_counts() -> None:
    exports = (Export("/", ()), Export("/mnt/store", ()), Export("/mnt/storehouse", ()))
    assert covering(exports, "/mnt/store/vms") == exports[1]
    assert covering(exports[1:], "/srv") is None


def test_the_line_for_a_linux_server_names_every_host() -> None:
    line = linux_line("/srv/vms", ["10.0.0.1", "10.0.0.2"])
    assert line.startswith("/srv/vms 10.0.0.1(rw,")
    assert line.count("no_root_squash") == 2
