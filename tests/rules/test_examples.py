"""Every rule's example: the rule speaks about the marked lines, and is silent on all others."""

from __future__ import annotations

import copy
import re

import pytest

from xenferry.lab.scenario import Scenario, expectations, parse
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Observation, Snapshot
from xenferry.rules import article, judge, matrix, modules
from xenferry.rules.finding import Finding

UNSEEN_GVTG = "# unseen: GVTg is Intel GVT-g, and the hosts have it switched off"
UNSEEN_RESERVED = "# unseen: every virtual GPU has a reservation"
SEEN_SYSTEM = re.compile(r"# seen: distro=(\S+) uname=(\S+)")
SEEN_RAW, SEEN_COPYING, SEEN_SILENT = "# seen: raw", "# seen: copying", "# seen: silent"


def snapshot_of(scenario: Scenario, text: str) -> Snapshot:
    """The snapshot of a scenario, with what the API hides as observations, and what its language has no word for."""
    hidden = [(ref, fields) for table in scenario.internal.values() for ref, fields in table.items()]
    tables = copy.deepcopy(scenario.tables)
    if UNSEEN_GVTG in text:
        hidden.append((next(iter(tables["pool"])), {"gvt_g_supported": False}))
        for kind in tables["VGPU_type"].values():
            kind["implementation"] = "gvt_g" if kind["model_name"] == "GVTg" else kind["implementation"]
    if UNSEEN_RESERVED in text:
        for vgpu in tables["VGPU"].values():
            vgpu["scheduled_to_be_resident_on"] = next(iter(tables["PGPU"]))
    first = next((vm for vm in tables["VM"].values() if not vm["is_control_domain"]), None)
    if first and (system := SEEN_SYSTEM.search(text)):
        tables["VM_guest_metrics"][first["guest_metrics"]]["os_version"] = {"distro": system[1], "uname": system[2]}
    if first and SEEN_RAW in text:
        tables["VDI"][tables["VBD"][first["VBDs"][0]]["VDI"]]["sm_config"]["type"] = "raw"
    if first and SEEN_COPYING in text:
        tables["VDI"][tables["VBD"][first["VBDs"][0]]["VDI"]]["current_operations"] = {"OpaqueRef:task": "copy"}
    seen = tuple(Observation(kind="internal", subject=Ref(ref), value=fields) for ref, fields in hidden)
    if first and SEEN_SILENT in text:
        subject = next(ref for ref, vm in tables["VM"].items() if vm is first)
        heard = {"addresses": ["192.0.2.80"], "answers_on": ""}
        seen = (*seen, Observation(kind="heard", subject=Ref(subject), value=heard))
    return Snapshot.from_tables(tables, observations=seen)


def findings(scenario: Scenario, text: str) -> tuple[Finding, ...]:
    """What all rules say, about every machine that a line of the example made, also templates and snapshots."""
    s, lines = snapshot_of(scenario, text), text.splitlines()
    own = (ref for ref in s.VM if ref in scenario.lines and lines[scenario.lines[ref] - 1].split()[0] != "host")
    return judge(s, matrix(s, tuple(s.VM[ref] for ref in own)))


def lines_of(finding: Finding, scenario: Scenario) -> set[int]:
    """The lines of the example that made what the finding is about."""
    return {scenario.lines[ref] for ref in (finding.subject, finding.cause) if ref in scenario.lines}


@pytest.mark.parametrize("code", list(modules()))
def test_a_rule_speaks_about_the_marked_lines_of_its_example_only(code: str) -> None:
    text = article(code).example
    scenario = parse(text, source=code)
    marked = {line for line, codes in expectations(text).items() if code in codes}
    spoken = [finding for finding in findings(scenario, text) if finding.code == code]
    for finding in spoken:
        assert lines_of(finding, scenario) & marked, f"speaks where nothing is marked: {finding}"
    hit = {line for finding in spoken for line in lines_of(finding, scenario)}
    assert marked <= hit, f"silent on marked lines {sorted(marked - hit)}"
    assert marked, "the example marks no line"


@pytest.mark.parametrize("code", list(modules()))
def test_what_a_rule_says_is_for_people(code: str) -> None:
    text = article(code).example
    for finding in findings(parse(text, source=code), text):
        for sentence in (finding.seen, *finding.cures):
            assert sentence.strip()
            assert "OpaqueRef" not in sentence, sentence
            assert "  " not in sentence, sentence
        assert finding.cures, f"no cure: {finding.seen}"
        assert finding.seen.endswith((".", "?")), finding.seen
