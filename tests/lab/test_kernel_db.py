"""The database: reverse references, events only for changes, expressions, arguments by declared type."""

from __future__ import annotations

from typing import Any

import pytest
from test_kernel import GUEST, HOST, MEMBER, small_pool

from xenferry.lab import relations
from xenferry.lab.arguments import of_type
from xenferry.lab.datamodel import datamodel
from xenferry.lab.error import LabError
from xenferry.lab.expression import select


def test_every_relation_names_fields_of_the_datamodel() -> None:
    classes = datamodel().classes
    assert datamodel().source.startswith("XenAPI datamodel of xapi 26.17")
    for (cls, field), (parent, listed) in relations.forward().items():
        assert classes[cls].fields[field].type.startswith(parent)
        assert classes[parent].fields[listed].type == f"{cls} ref set"


def test_references_in_lists_are_mirrored_both_ways() -> None:
    db = small_pool().db
    group = db.create("VM_group", name_label="apart")
    db.update("VM", GUEST, groups=[group])
    assert db.get("VM_group", group)["VMs"] == [GUEST]
    db.update("VM_group", group, VMs=[])
    assert db.get("VM", GUEST)["groups"] == []


def test_a_device_appears_at_its_guest_and_its_network_and_leaves_with_its_end() -> None:
    db = small_pool().db
    network = db.create("network")
    vif = db.create("VIF", VM=GUEST, network=network)
    assert (db.get("VM", GUEST)["VIFs"], db.get("network", network)["VIFs"]) == ([vif], [vif])
    db.destroy("VIF", vif)
    assert (db.get("VM", GUEST)["VIFs"], db.get("network", network)["VIFs"]) == ([], [])


def test_only_a_change_is_a_change_and_parents_change_too() -> None:
    db = small_pool().db
    before = db.stamps.generation
    db.update("VM", GUEST, name_label="web", resident_on=HOST)
    assert db.stamps.generation == before
    db.update("VM", GUEST, resident_on=MEMBER)
    changed = {ref for _, kind, ref in db.stamps.since("host", before) if kind == "mod"}
    assert changed == {HOST, MEMBER}


def test_unknown_objects_and_fields_are_refused() -> None:
    db = small_pool().db
    with pytest.raises(LabError) as refusal:
        db.get("VM", "OpaqueRef:none")
    assert refusal.value.description == ["HANDLE_INVALID", "VM", "OpaqueRef:none"]
    with pytest.raises(LabError) as refusal:
        db.by_uuid("VM", "none")
    assert refusal.value.description == ["UUID_INVALID", "VM", "none"]
    with pytest.raises(KeyError, match="no field nonsense"):
        db.create("VM", nonsense=1)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("true", ["a", "b"]),
        ("false", []),
        ('field "name__label" = "ant"', ["a"]),
        ('not (field "name_label" = "ant") and field "enabled" = "true"', ["b"]),
        ('field "name_label" = "ant" or "x" = "x"', ["a", "b"]),
    ],
)
def test_expressions_select(expression: str, found: list[str]) -> None:
    rows = {"a": {"name_label": "ant", "enabled": True}, "b": {"name_label": "bee", "enabled": True}}
    assert list(select(expression, rows, "host")) == found


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ('field "nope" = "x"', ["INTERNAL_ERROR", "missing field", "nope", ""]),
        ("syntax((", ["INVALID_VALUE", "syntax((", 'Failure("lexing: empty token")']),
        ("", ["INVALID_VALUE", "", "Xapi_database.Db_filter_parse.MenhirBasics.Error"]),
        ('field "tags" = "x"', ["NOT_IMPLEMENTED", "host.get_all_records_where comparing the whole of tags"]),
    ],
)
def test_bad_expressions_are_refused_as_xapi_does(expression: str, error: list[str]) -> None:
    with pytest.raises(LabError) as refusal:
        select(expression, {"a": {"name_label": "ant", "tags": []}}, "host")
    assert refusal.value.description == error


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        ("int", "42", 42),
        ("int", 42, 42),
        ("float", 1, 1.0),
        ("float", "5.0", 5.0),
        ("string option", None, None),
        ("(VDI ref -> SR ref) map", {"a": "b"}, {"a": "b"}),
        ("enum vm_power_state set", ["Halted"], ["Halted"]),
    ],
)
def test_arguments_are_converted(kind: str, value: Any, result: Any) -> None:
    assert of_type(kind, value) == result


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        ("string", 5, "Failure(\"Expected string, got 'I(5)'\")"),
        ("bool", "true", "Failure(\"Expected bool, got 'S(true)'\")"),
        ("int", 1.5, "Failure(\"Expected int64, got 'F(1.5)'\")"),
        ("int", "x", 'Failure("Int64.of_string")'),
        ("int", str(2**63), 'Failure("Int64.of_string")'),
        ("string set", "x", "Failure(\"Expecting Rpc.Enum, but found 'S(x)'\")"),
        ("(string -> string) map", [], "Failure(\"Expecting Rpc.Dict, but found '[]'\")"),
        ("enum vm_power_state", "Dead", 'Failure("Unknown tag/contents")'),
        ("string", {"a": [True, None]}, "Failure(\"Expected string, got '{a:[B(true);N]}'\")"),
    ],
)
def test_wrong_types_are_refused_in_the_words_of_xapi(kind: str, value: Any, error: str) -> None:
    with pytest.raises(LabError) as refusal:
        of_type(kind, value)
    assert refusal.value.description == ["INTERNAL_ERROR", error]
