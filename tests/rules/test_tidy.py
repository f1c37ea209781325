"""Rules are complete and in step: each a file, an article, a code of its own."""

from __future__ import annotations

import pkgutil
import re

import pytest

import xenferry.rules
from xenferry.rules import article, modules
from xenferry.rules.catalogue import SUBJECTS, mobility, others
from xenferry.rules.place import KINDS

PHASES = {phase for phases in KINDS.values() for names in phases for phase in names.split()}


def test_every_folder_of_rules_is_walked() -> None:
    folders = {each.name for each in pkgutil.iter_modules(xenferry.rules.__path__) if each.ispkg}
    assert folders == {*SUBJECTS, "facts", "crossing", "joining"}


def test_a_rule_is_either_a_check_of_xapi_or_something_else() -> None:
    assert {rule.code for rule in mobility()} | {rule.code for rule in others()} == set(modules())
    assert not {rule.code for rule in mobility()} & {rule.code for rule in others()}
    assert len(mobility()) + len(others()) == len(modules())


@pytest.mark.parametrize("code", list(modules()))
def test_a_code_is_kebab_case_and_its_article_is_complete(code: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", code)
    told = article(code)
    assert told.example.strip()
    assert all(cause.text.endswith(".") for cause in told.causes), "a cause is a sentence"
    assert told.what.endswith(".")


@pytest.mark.parametrize("code", [rule.code for rule in mobility()])
def test_a_check_of_xapi_has_a_place_in_its_order(code: str) -> None:
    where = next(rule.where for rule in mobility() if rule.code == code)
    assert where
    assert {place.phase for place in where} <= PHASES


def test_checks_share_a_place_only_when_they_share_xapis_answer_or_never_both_speak() -> None:
    together: dict[tuple[str, int], set[str]] = {}
    for rule in mobility():
        for place in rule.where:
            together.setdefault(place, set()).add(rule.code)
    assert {frozenset(codes) for codes in together.values() if len(codes) > 1} == {
        frozenset({"disk-not-on-host", "cd-not-on-host", "suspend-image-not-on-host"}),
        frozenset({"network-not-on-host", "internal-network"}),
        frozenset({"cpu-incompatible", "domain-type-unknown"}),
        frozenset({"no-hvm", "domain-type-unknown"}),
    }
