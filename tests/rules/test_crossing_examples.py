"""Every rule about two pools: it speaks of the marked guests of its example, and of no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from xenferry.lab.scenario import expectations, parse
from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import crossing_rules, crossings
from xenferry.rules.finding import Severity
from xenferry.rules.journey import Journey, to_pool

Tables = dict[str, Any]
CODES = list(crossings.modules())


def one(tables: Tables, cls: str, **fields: Any) -> dict[str, Any]:
    """The only record with these fields."""
    (found,) = [row for row in tables[cls].values() if all(row[name] == value for name, value in fields.items())]
    record: dict[str, Any] = found
    return record


def snapshot_there_too(east: Tables, west: Tables) -> None:
    mine = one(east, "VM", name_label="before")
    west["VM"]["OpaqueRef:twin"] = {**mine, "power_state": "Suspended"}


def memory_of_another_cpu(east: Tables, west: Tables) -> None:
    taken = one(east, "VM", name_label="checkpoint")
    taken |= {
        "power_state": "Suspended",
        "last_boot_CPU_flags": {"vendor": "AuthenticAMD"},
        "metrics": "OpaqueRef:kept",
    }
    east["VM_metrics"]["OpaqueRef:kept"] = {"current_domain_type": "hvm"}


def tpm_there_too(east: Tables, west: Tables) -> None:
    ((_, mine),) = east["VTPM"].items()
    west.setdefault("VTPM", {})["OpaqueRef:twin"] = mine


def tracked(east: Tables, west: Tables) -> None:
    taken = one(east, "VM", name_label="nightly")["VBDs"][0]
    east["VDI"][east["VBD"][taken]["VDI"]]["cbt_enabled"] = True


def attached(east: Tables, west: Tables) -> None:
    for vbd in east["VBD"].values():
        vbd["currently_attached"] = True


def no_address(east: Tables, west: Tables) -> None:
    one(west, "PIF", management=True).update(IP="", ip_configuration_mode="None")


def drivers_not_read(east: Tables, west: Tables) -> None:
    del west["SM"]


TWINS: Mapping[str, Callable[[Tables, Tables], None]] = {
    "the snapshot `before` is there too": snapshot_there_too,
    "the snapshot `checkpoint` has memory of another vendor's CPU": memory_of_another_cpu,
    "the TPM of mail is there too": tpm_there_too,
    "the disk of the snapshot `nightly` is tracked": tracked,
    "all drives are attached": attached,
    "the NIC there has no address": no_address,
    "the drivers of storage there were not read": drivers_not_read,
}
"""What the language of scenarios has no word for: a comment `# twin: ...` of an example, and what it does."""


def pools(text: str) -> tuple[Tables, Tables, Mapping[str, int]]:
    """The tables of the example's two pools, and the lines of the first one's objects."""
    first, second = re.split(r"^(?=pool west)", text, flags=re.MULTILINE)
    east, west = parse(first), parse(second)
    tables = dict(east.tables), dict(west.tables)
    for said in re.findall(r"# twin: (.*)", text):
        TWINS[said](*tables)
    return *tables, east.lines


def journeys(text: str) -> list[tuple[Journey, int]]:
    """Every guest of the first pool to every host of the second, with the guest's line."""
    east, west, lines = pools(text)
    here, there = Snapshot.from_tables(east), Snapshot.from_tables(west)
    pairs: list[tuple[VM, Host]] = [(vm, host) for vm in here.guests for host in there.hosts]
    ways = [(to_pool(here, vm, there, host, srs={}, networks={}), lines[vm.ref]) for vm, host in pairs]
    copied = "# asked for: a copy" in text
    return [(replace(way, copy=copied), line) for way, line in ways]


@pytest.mark.parametrize("code", CODES)
def test_a_rule_speaks_of_the_marked_guests_only(code: str) -> None:
    text = crossings.article(code).example
    marked = {line for line, codes in expectations(text).items() if code in codes}
    spoken: dict[int, list[crossings.Objection]] = {}
    for journey, line in journeys(text):
        for each in crossings.why(journey):
            if each.code == code:
                spoken.setdefault(line, []).append(each)
    everywhere = {line for _, line in journeys(text)} if code in ("receiving-not-licensed", "no-way-in") else marked
    assert marked
    assert set(spoken) <= everywhere | marked, f"speaks where nothing is marked: {spoken}"
    assert marked <= set(spoken), f"silent on {marked}"
    for each in (each for found in spoken.values() for each in found):
        for sentence in (each.words.seen, *each.words.cures):
            assert sentence.strip()
            assert not re.search("OpaqueRef|  ", sentence), sentence
        assert each.words.cures
        assert each.words.seen.endswith((".", "?"))


@pytest.mark.parametrize("code", CODES)
def test_xapi_answers_where_a_rule_blocks_beforehand(code: str) -> None:
    rule = next(each for each in crossings.rules() if each.code == code)
    for journey, _ in journeys(crossings.article(code).example):
        if rule.refused(journey):
            assert bool(rule.error(journey)) is (rule.where.phase != "way")
            assert rule.where.phase == "way" or rule.severity is Severity.BLOCKS


def test_a_journey_that_nothing_speaks_against() -> None:
    text = "pool east\nhost north\nguest mail\n  disk root\n  nic eth0\n\npool west\nhost upper\nsr store nfs default\n"
    ((journey, _),) = journeys(text)
    assert crossings.why(journey) == ()
    assert crossings.first(journey) == ()


def test_the_usual_destinations_are_networks_of_the_same_name_and_the_default_sr() -> None:
    text = "pool east\nhost north\nguest mail\n  disk root\n  nic eth0\n\npool west\nhost upper\nsr store nfs default\n"
    ((journey, _),) = journeys(text)
    assert [journey.there.name(sr) for sr in journey.disks.values()] == ["store"]
    (vif,) = journey.vm.VIFs
    assert journey.there.name(journey.networks[vif]) == journey.here.name(journey.here.VIF[vif].network)
    named = to_pool(
        journey.here,
        journey.vm,
        journey.there,
        journey.host,
        srs={Ref("OpaqueRef:NULL"): next(iter(journey.there.SR))},
        networks={journey.here.VIF[vif].network: Ref("OpaqueRef:other")},
    )
    assert (set(named.disks.values()), named.networks) == ({next(iter(named.there.SR))}, {vif: "OpaqueRef:other"})


def test_codes_are_used_once_and_articles_are_complete() -> None:
    from xenferry.rules import catalogue

    assert not set(CODES) & set(catalogue.modules())
    assert {place.phase for place, _ in crossing_rules.BORROWED.values()} <= set(crossing_rules.PHASES)
    for code in CODES:
        told = crossings.article(code)
        assert told.causes
        assert told.what.endswith(".")
