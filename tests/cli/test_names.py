"""Things are found by what people type, and nothing is guessed."""

from __future__ import annotations

import pytest

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.names import find
from xenferry.pool.snapshot import Snapshot

POOL = Snapshot.from_tables(
    {
        "VM": {
            "v1": {"uuid": "6c79edf3-702b-493b-2648-a6e2446c5a39", "name_label": "web1"},
            "v2": {"uuid": "6c79ffff-0000-0000-0000-000000000000", "name_label": "web10"},
            "v3": {"uuid": "aaaa0000-0000-0000-0000-000000000001", "name_label": "twin"},
            "v4": {"uuid": "aaaa0000-0000-0000-0000-000000000002", "name_label": "twin"},
            "t1": {"uuid": "bbbb0000-0000-0000-0000-000000000003", "name_label": "base", "is_a_template": True},
        },
        "host": {"h1": {"uuid": "cccc0000-0000-0000-0000-000000000004", "name_label": "Xcp1"}},
    }
)


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("web1", "v1"),
        ("web10", "v2"),
        ("6c79edf3-702b-493b-2648-a6e2446c5a39", "v1"),
        ("6C79E", "v1"),
        ("Xc", "h1"),
        ("xcp1", "h1"),
    ],
)
def test_names_uuids_and_unique_prefixes_are_accepted(typed: str, ref: str) -> None:
    assert find(POOL, typed, ["VM", "host"])[1] == ref


@pytest.mark.parametrize("typed", ["twin", "6c79", "web"])
def test_an_ambiguous_name_lists_the_candidates(typed: str) -> None:
    with pytest.raises(Wrong, match="may be any of") as caught:
        find(POOL, typed, ["VM"])
    listed = [record.uuid for record in POOL.VM.values() if record.uuid in caught.value.message]
    assert len(listed) == 2


@pytest.mark.parametrize("typed", ["wbe1", "base", "6c7", ""])
def test_what_does_not_exist_is_not_guessed(typed: str) -> None:
    with pytest.raises(Wrong):
        find(POOL, typed, ["VM"])


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(Wrong, match="Did you mean 'web1'"):
        find(POOL, "wbe1", ["VM"])
