"""Texts from public threads are read right, and the cause that the thread found comes first as often as it should."""

from __future__ import annotations

import re

import pytest
import wild
from published import present

from xenferry.errors import explain

KNOWN = present()
TEXTS = wild.load()
BUILDING = [one for one in TEXTS if not one.judging and not one.second]
JUDGING = [one for one in TEXTS if one.judging]
SECOND = [one for one in TEXTS if one.second]


@pytest.mark.parametrize("seen", BUILDING, ids=[one.name for one in BUILDING])
def test_a_text_from_the_wild_is_read_and_its_cause_is_among_the_first_two(seen: wild.Seen) -> None:
    found = explain(seen.text)
    assert seen.is_read(found)
    if seen.cause:
        assert seen.place(found) in (1, 2)


@pytest.mark.parametrize("seen", TEXTS, ids=[one.name for one in TEXTS])
def test_a_cause_is_one_that_the_article_on_the_error_knows(seen: wild.Seen) -> None:
    """In the half for judging it may be one that no article has: then it counts as missed."""
    about = seen.about or (seen.codes[0] if seen.codes else "")
    assert not seen.cause or seen.judging or seen.second or seen.cause in KNOWN[about]
    assert not seen.cause or about in KNOWN
    assert not seen.about or seen.about in seen.codes


def test_texts_of_one_thread_are_on_one_side_and_either_side_is_large() -> None:
    assert len({one.name for one in TEXTS}) == len(TEXTS) >= 150
    assert min(len(BUILDING), len(JUDGING)) > 70


def test_the_half_for_judging_is_read_and_explained_well_enough() -> None:
    score = wild.score(JUDGING)
    assert score.read >= 0.9 * score.texts
    assert score.first >= 0.85 * score.with_cause
    assert score.first_two >= 0.92 * score.with_cause


def test_a_text_names_nobody() -> None:
    for one in TEXTS:
        assert not re.search(r"[\w.]+@[\w-]+\.(?!iso)\w+", one.text.replace("root@192.168", "")), one.name


def test_the_second_collection_is_large_and_of_threads_that_no_other_has() -> None:
    others = {one.where for one in TEXTS if not one.second}
    assert len(SECOND) >= 60
    assert sum(bool(one.cause) for one in SECOND) >= 40
    assert not others & {one.where for one in SECOND}


def test_the_second_collection_is_read_and_explained_well_enough() -> None:
    score = wild.score(SECOND)
    assert score.read >= 0.95 * score.texts
    assert score.first >= 0.7 * score.with_cause
    assert score.first_two >= 0.88 * score.with_cause
