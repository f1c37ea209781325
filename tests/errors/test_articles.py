"""Articles, their codes, causes and examples stay in step; the true causes of real texts come first."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from xenferry import article
from xenferry.errors import Source, catalogue, clients, explain, shelf
from xenferry.errors.look import Look
from xenferry.errors.reading import Reading
from xenferry.errors.words import Fields
from xenferry.rules import catalogue as rules

DATA = Path(__file__).parent.parent / "data"

TRUE_CAUSES = {
    "sr-probe-nfs-140.txt": ("dns-does-not-know", 1),
    "sr-create-nfs-88-errno-13.txt": ("root-squash", 1),
    "failed-to-detect-nfs-73.txt": ("network", 2),
    "sr-destroy-73-mount-32.txt": ("sub-directory", 1),
    "sr-scan-no-such-directory.txt": ("sub-directory", 1),
    "vm-migrate-vm-requires-network.txt": ("nic-name", 1),
}
"""What the administrator of these six found, and among how many first causes it must stand."""

MUST_HAVE = (
    "VM_REQUIRES_SR", "VM_REQUIRES_NETWORK", "VM_INCOMPATIBLE_WITH_THIS_HOST", "HOST_NOT_ENOUGH_FREE_MEMORY",
    "VM_LACKS_FEATURE", "VM_HAS_PCI_ATTACHED", "OPERATION_BLOCKED", "CANNOT_EVACUATE_HOST", "HOST_IS_SLAVE",
    "SESSION_AUTHENTICATION_FAILED", "OTHER_OPERATION_IN_PROGRESS", "TOO_MANY_STORAGE_MIGRATES",
    "INTERNAL_ERROR", "HOST_STILL_BOOTING", "HOST_IS_LIVE", "SR_UUID_EXISTS", "SR_HAS_PBD", "SR_HAS_NO_PBDS",
    "SR_NOT_EMPTY", "VDI_IN_USE", "HOSTS_NOT_HOMOGENEOUS", "PIF_IS_MANAGEMENT_INTERFACE", "VLAN_IN_USE",
    "MIRROR_FAILED", "VM_MIGRATE_FAILED", "VDI_NOT_IN_MAP", "LICENCE_RESTRICTION", "HANDLE_INVALID",
)  # fmt: skip
NFS = (72, 73, 74, 75, 76, 88, 101, 102, 103, 108, 140, 461, 42, 47, 40, 222, 224, 225, 226, 1200)


@pytest.mark.parametrize("name", shelf.modules())
def test_an_article_has_its_codes_causes_and_an_example_that_leads_to_it(name: str) -> None:
    module = import_module(name)
    written = article.read(module)
    assert shelf.codes_of(module)
    assert len(module.CAUSES) == len(set(module.CAUSES)) == len(written.causes)
    assert all(catalogue.parameters(code) is not None for code in shelf.codes_of(module))
    evidence = {entry[9:].replace("_", "-") for entry in dir(module) if entry.startswith("evidence_")}
    declared = {*getattr(module, "ONLY", {}), *getattr(module, "WORDS", {})}
    assert evidence | declared <= set(module.CAUSES)
    assert {code for only in getattr(module, "ONLY", {}).values() for code in only} <= set(shelf.codes_of(module))
    shown = [(one.code in shelf.codes_of(module), one.title) for one in explain(written.example)]
    assert (True, written.title) in shown


@pytest.mark.parametrize("name", shelf.modules())
def test_every_cause_can_be_told_from_the_others(name: str) -> None:
    module = import_module(name)
    for key, cause in zip(module.CAUSES, article.read(module).causes, strict=True):
        weighed = key in getattr(module, "WORDS", {}) or hasattr(module, f"evidence_{key.replace('-', '_')}")
        assert weighed or cause.tell, f"{key}: no Tell, no words and no evidence"
        assert not cause.tell or cause.tell.endswith((".", "?"))


@pytest.mark.parametrize("name", shelf.modules())
def test_an_article_names_only_rules_that_exist(name: str) -> None:
    assert set(getattr(import_module(name), "RULES", ())) <= set(rules.modules())


@pytest.mark.parametrize("name", shelf.modules())
def test_every_sentence_is_whole_without_knowing_anything(name: str) -> None:
    module = import_module(name)
    for code in shelf.codes_of(module):
        said = shelf.says(module, code).format_map(Fields(Reading(code=code), Look(None)))
        assert said
        assert "{" not in said
        assert "None" not in said
        assert not said.endswith(".")


@pytest.mark.parametrize("name", shelf.modules())
def test_a_sentence_asks_for_no_parameter_that_the_error_does_not_have(name: str) -> None:
    module = import_module(name)
    for code, sentence in getattr(module, "SAYS", {}).items():
        asked = [int(number) for number in re.findall(r"\{(?:p|size)(\d+)\}", sentence)]
        assert max(asked, default=-1) < len(catalogue.parameters(code) or ()), code


def test_every_code_of_xapi_of_the_storage_drivers_and_of_clients_has_an_article() -> None:
    assert set(catalogue.codes()) | set(clients.CODES) == set(shelf.codes())
    assert len(shelf.codes()) > 800


@pytest.mark.parametrize("code", [*MUST_HAVE, *(f"SR_BACKEND_FAILURE_{number}" for number in NFS)])
def test_the_errors_that_people_meet_most_have_an_article(code: str) -> None:
    assert explain(code)[0].source is Source.ARTICLE


@pytest.mark.parametrize("entry", TRUE_CAUSES)
def test_the_true_cause_of_a_real_log_entry_comes_first(entry: str) -> None:
    (found,) = explain((DATA / "xo-log-entries" / entry).read_text("utf-8"))
    key, among = TRUE_CAUSES[entry]
    assert key in [cause.key for cause in found.causes[:among]]


def test_what_happened_is_told_with_names_and_numbers_in_words() -> None:
    (found,) = explain((DATA / "xo-log-entries" / "sr-create-nfs-88-errno-13.txt").read_text("utf-8"))
    assert "create the SR 'test' on nfs-nas.localdomain:/mnt/store/xcpng-vm-disks" in found.happened
    assert "errno 13, permission denied" in found.happened
    (memory,) = explain("HOST_NOT_ENOUGH_FREE_MEMORY(8661237760, 3755843584)")
    assert "8.07 GiB" in memory.happened
    assert "3.5 GiB" in memory.happened


def test_the_memory_error_with_a_guest_is_the_planner_s() -> None:
    one, planner = explain(
        "HOST_NOT_ENOUGH_FREE_MEMORY(8661237760, 3755843584)\n"
        "HOST_NOT_ENOUGH_FREE_MEMORY(OpaqueRef:da55acb9-552e-4a08-b2d6-7540db0f6b40)"
    )
    assert one.title != planner.title
    assert "ha-unprotected" in [cause.key for cause in planner.causes]


@pytest.mark.parametrize(
    ("detail", "first"), [("13", "root-squash"), ("28", "full"), ("122", "full"), ("30", "read-only"), ("116", "stale")]
)
def test_the_error_number_decides_which_cause_comes_first(detail: str, first: str) -> None:
    text = f"SR_BACKEND_FAILURE_88(, NFS SR creation error [opterr=remote directory creation error is {detail}], )"
    assert explain(text)[0].causes[0].key == first


def test_the_same_failure_is_told_by_version() -> None:
    old, new = (
        explain(f"SR_BACKEND_FAILURE_73(, NFS mount error [opterr=mount failed {what}], )")[0].notes
        for what in ("with return code 32", "on server `nas` with return code 110")
    )
    assert "8.2" in old[0]
    assert "need not be a timeout" in new[0]


def test_a_family_s_error_is_told_with_its_detail_and_braces_in_it_do_no_harm() -> None:
    (storage,) = explain("SR_BACKEND_FAILURE_63(, File SR deletion error [opterr={host} {0.x}], )")
    assert storage.source is Source.ARTICLE
    assert "{host} {0.x}" in storage.happened
    (filer,) = explain("SR_BACKEND_FAILURE_125(, Authentication credentials incorrect, )")
    assert filer.source is Source.FAMILY
    assert "user name and password" in filer.happened


def test_explaining_one_code_imports_one_article_only() -> None:
    program = (
        "import sys\nfrom xenferry.errors import explain\nexplain('VM_REQUIRES_SR')\n"
        "print(*[name for name in sys.modules if name.startswith('xenferry.errors.articles.')])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert shown == ["xenferry.errors.articles.placement", "xenferry.errors.articles.placement.sr_missing_on_host"]


def test_a_code_that_an_older_host_cannot_have_says_so() -> None:
    (released,) = explain("HOST_EVACUATION_IS_REQUIRED(1)")[0].notes
    (later,) = explain("HOST_DISABLED_INDEFINITELY(1)")[0].notes
    (number,) = explain("SR_BACKEND_FAILURE_461(, x, )")[0].notes
    assert "24.10" in released
    assert "8.3 has it" in released
    assert "neither" in later
    assert "sm 3.0" in number
    assert explain("VM_REQUIRES_SR(1, 2)")[0].notes == ()
