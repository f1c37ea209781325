"""What was published stays: no code goes, no cause goes or gets another name, and the list is complete."""

from __future__ import annotations

from published import present, published


def test_no_code_and_no_cause_that_was_published_is_gone() -> None:
    now = present()
    gone = {code: causes - now.get(code, set()) for code, causes in published().items()}
    assert {code: causes for code, causes in gone.items() if causes or code not in now} == {}


def test_the_list_of_what_is_published_is_complete() -> None:
    known = published()
    new = {code: causes - known.get(code, set()) for code, causes in present().items()}
    assert {code for code, causes in new.items() if causes or code not in known} == set(), "see published.py"
