"""The scenario language: what it understands, and what it says about what it does not understand."""

import pytest

from xenferry.lab.scenario import ScenarioError, expectations, parse

NULL = "OpaqueRef:NULL"


def named(scenario, kind, name):
    return next(ref for ref, record in scenario.tables[kind].items() if record.get("name_label") == name)


@pytest.mark.parametrize(
    ("text", "line", "seen", "expected"),
    [
        ("host a\n  nix eth0", 2, "the unknown keyword `nix`", "`nic` perhaps"),
        ("hots a", 1, "the unknown keyword `hots`", "`host` perhaps"),
        ("host a\nguest g\n  vlan eth0 3", 3, "`vlan` below `guest`", "below a `host` line"),
        ("host a memory=4GB", 1, "the size `4GB`", "4GiB"),
        ("host a dsabled", 1, "the unknown word `dsabled`", "`disabled` perhaps"),
        ("host a memry=4GiB", 1, "the unknown attribute `memry`", "`memory` perhaps"),
        ("host a\nguest b on=c", 2, "the unknown host `c`", "one of: a"),
        ("host a\nguest b\n  disk r sr=x", 3, "the unknown SR `x`", "XCP-ng Tools"),
        ("host a\nguest b\n  nic lan", 3, "the unknown network `lan`", "Pool-wide network associated with eth0"),
        ("host a\nhost a", 2, "a second host called `a`", "a name of its own"),
        ('host "a', 1, "a quote that is never closed", "double quotes"),
        ("  nic eth0", 1, "an indented line before any other", "margin"),
        ("host a\nsr s zzz", 2, "the unknown SR type `zzz`", "one of"),
        ("host a\nhost b\nsr s lvm", 3, "the local SR `s` on 2 hosts", "on="),
        ("host a\nguest g halted paused", 2, "Halted and Paused together", "one power state"),
        ("host a\n  nic eth0\n  nic eth0", 3, "a second `eth0`", "of its own"),
        ("host", 1, "`host` without NAME", "host NAME"),
        ("pool p", 0, "no host", "host NAME"),
        ("host a\nhost b\nsr s nfs on=b\nguest g on=a\n  disk d sr=s", 5, "not plugged", "on="),
        ("host a\n  nic eth0 network=LAN\nhost b\n  nic eth4 network=LAN", 4, "which is bridge xenbr0", "xenbr4"),
        ("host a\n  set memory_overhed=3", 2, "the unknown field `memory_overhed`", "`memory_overhead` perhaps"),
        ("host a\nfault VM.start", 2, "does nothing", "error="),
        ("host a\nguest g\n  pci 04:00.0", 3, "the unknown PCI device", "nothing"),
    ],
)
def test_an_error_names_the_line_what_was_seen_and_what_would_be_right(text, line, seen, expected):
    with pytest.raises(ScenarioError) as caught:
        parse(text, source="here.txt")
    assert caught.value.line == line
    assert seen in caught.value.seen
    assert expected in caught.value.expected
    assert str(caught.value).startswith("here.txt")


def test_expectations_are_read_from_trailing_comments():
    text = "host a\nguest g # rule: disk-not-on-host\n  cd x  # rule: one, two\n  nic y # rule of thumb\n"
    assert expectations(text) == {2: frozenset({"disk-not-on-host"}), 3: frozenset({"one", "two"})}


def test_every_object_knows_the_line_that_made_it():
    text = "host a\n  nic eth0\nhost b\nguest g\n  disk root\n  nic eth0\n"
    scenario = parse(text)
    lines = scenario.lines
    assert lines[named(scenario, "host", "a")] == 1
    assert lines[named(scenario, "VM", "g")] == 4
    (vbd,) = scenario.tables["VBD"]
    assert lines[vbd] == 5
    (vif,) = scenario.tables["VIF"]
    assert lines[vif] == 6
    assert lines[scenario.tables["VIF"][vif]["network"]] == 2


def test_set_reaches_fields_map_entries_and_metrics():
    scenario = parse(
        "host a\n  set other_config.color=red cpu_info.vendor=Acme\n"
        "guest g\n  set VCPUs_at_startup=9 metrics.nested_virt=true tags=x,y HVM_shadow_multiplier=0.5\n"
    )
    host = scenario.tables["host"][named(scenario, "host", "a")]
    assert (host["other_config"]["color"], host["cpu_info"]["vendor"]) == ("red", "Acme")
    guest = scenario.tables["VM"][named(scenario, "VM", "g")]
    assert (guest["VCPUs_at_startup"], guest["tags"], guest["HVM_shadow_multiplier"]) == (9, ["x", "y"], 0.5)
    assert scenario.tables["VM_metrics"][guest["metrics"]]["nested_virt"] is True


def test_the_same_text_makes_the_same_pool():
    text = "host a\nguest g\n  disk d\n  nic eth0\n"
    assert parse(text).tables == parse(text).tables
