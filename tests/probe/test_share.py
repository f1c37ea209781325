"""Shares are understood however people write them."""

from __future__ import annotations

import pytest

from xenferry.probe.share import BadShare, Share, parse


@pytest.mark.parametrize(
    ("text", "server", "path"),
    [
        ("nas.example:/mnt/store", "nas.example", "/mnt/store"),
        ("nas.example:/mnt/store/", "nas.example", "/mnt/store"),
        ("nas.example", "nas.example", ""),
        ("  nas:/a//b/ ", "nas", "/a/b"),
        ("nas:/", "nas", "/"),
        ("nfs://nas/vol/vms", "nas", "/vol/vms"),
        ("nfs://[fd00::5]/vol", "fd00::5", "/vol"),
        ("[fd00::5]:/vol", "fd00::5", "/vol"),
        ("fd00::5", "fd00::5", ""),
        ("192.0.2.7:/vol", "192.0.2.7", "/vol"),
        ("fd00::5:/vol/", "fd00::5", "/vol"),
        ("nas:\\vol", "nas", "/vol"),
    ],
)
def test_a_share_is_read(text: str, server: str, path: str) -> None:
    assert parse(text) == Share(server, path)


@pytest.mark.parametrize("text", ["", "/mnt/store", "nas:mnt/store", "two words:/x", "[fd00::5"])
def test_what_is_no_share_is_refused_with_what_was_seen(text: str) -> None:
    with pytest.raises(BadShare, match="write"):
        parse(text)


def test_a_missing_slash_is_put_into_the_advice() -> None:
    with pytest.raises(BadShare, match="write nas:/mnt/store"):
        parse("nas:mnt/store")


def test_an_ipv6_server_is_shown_in_brackets() -> None:
    assert str(Share("fd00::5", "/vol")) == "[fd00::5]:/vol"
