"""What the pages say, without a browser: plans from forms, the trail, the matrix at its largest."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from test_door import PATHS
from visitor import PAIR, Visitor, visit

from xenferry.cli.serve import _distinct
from xenferry.lab.scenario.generate import named
from xenferry.web.desk import Desk

ALL = [path for path in PATHS if not path.endswith(("/live", "/why")) and "/1" not in path]


class Own(HTMLParser):
    """Notes whatever a content security policy would have to allow."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inline = tag == "style" or (tag == "script" and "src" not in given)
        odd = [name for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        if inline or odd:
            self.found.append(f"<{tag} {' '.join(odd)}>")
        for name in ("src", "href", "action"):
            if (given.get(name) or "").startswith(("http", "//", "javascript:", "data:")):
                self.found.append(f"<{tag} {name}={given[name]}>")


@pytest.mark.parametrize("path", ALL)
def test_pages_hold_no_code_and_ask_no_other_host(tmp_path: Path, path: str) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.get(path)
        assert answer.status_code == 200
        own = Own()
        own.feed(answer.text)
        assert own.found == []

    visit(tmp_path, work)


TRIO = """\
pool trio
host alpha memory=64GiB
host beta memory=64GiB
host gamma memory=64GiB
sr pool-disks nfs default
guest mail on=alpha memory=2GiB
  disk root
"""


def test_plan_of_a_capture_is_read_and_not_carried_out(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.post("/pools/pair/plan", wish="migrate", guests="mail")
        assert answer.status_code == 303
        at = answer.headers["location"]
        shown = (await visitor.get(at)).text
        assert "This is a capture" in shown
        assert "<svg" in shown
        refused = await visitor.post(f"{at}/approve", why="let us see")
        assert refused.status_code == 409
        assert "can be read, not carried out" in refused.text
        assert visitor.deeds()[0].startswith("planned: ")

    visit(tmp_path, work)


def test_several_hosts_are_emptied_together_but_not_all(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        page = (await visitor.get("/pools/trio/plan")).text
        every = re.findall(r'name="hosts" value="([^"]+)"> (\w+)', page)
        names = {name: uuid for uuid, name in every}
        assert list(names) == ["alpha", "beta", "gamma"]
        two = await visitor.post("/pools/trio/plan", wish="drain", hosts=[names["alpha"], names["beta"]])
        shown = (await visitor.get(two.headers["location"])).text
        assert "Plan: empty hosts alpha, beta" in shown
        assert "mail from alpha to gamma" in shown
        every = await visitor.post("/pools/trio/plan", wish="drain", hosts=list(names.values()))
        assert every.status_code == 400
        assert "These are all hosts of the pool" in every.text
        fewest = await visitor.post("/pools/trio/plan", wish="consolidate", spare="0")
        assert "could be switched off afterwards: " in (await visitor.get(fewest.headers["location"])).text

    visit(tmp_path, work, scenario=TRIO, name="trio")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"wish": "migrate", "guests": ""}, "Name at least one guest"),
        ({"wish": "migrate", "guests": "nobody"}, "There is no guest &#39;nobody&#39;"),
        ({"wish": "enter", "host": "elsewhere"}, "Choose a host"),
        ({"wish": "drain"}, "Choose at least one host"),
        ({"wish": "consolidate", "spare": "many"}, "Give a number"),
        ({"wish": "wipe"}, "does not say what is wished for"),
    ],
)
def test_form_that_is_not_clear_is_answered_with_what_is_missing(
    tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.post("/pools/pair/plan", **fields)
        assert answer.status_code == 400
        assert said in answer.text
        assert "<h1>" in answer.text, "a page with a way back, not a bare line"

    visit(tmp_path, work)


def test_cell_says_why_and_what_cures_it(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        rows = (await visitor.get("/pools/pair/matrix?only=stuck")).text
        assert "mail" not in rows
        (link,) = re.findall(r'href="(matrix/why[^"]+)"', rows)
        why = (await visitor.get(f"/pools/pair/{link.replace('&amp;', '&')}")).text
        assert "Why stuck may not go to beta" in why
        assert "VM_REQUIRES_SR" in why
        assert '<ul class="cures"><li>' in why

    visit(tmp_path, work)


def test_two_files_of_one_name_are_two_pools() -> None:
    desks = [Desk(name, lambda: 0.0) for name in ("home", "pool", "pool", "pool 2", "pool")]
    assert [desk.name for desk in _distinct(desks)] == ["home", "pool", "pool 2", "pool 2 2", "pool 3"]


def test_findings_with_one_kind_of_cure_stand_together(tmp_path: Path) -> None:
    many = "".join(f"guest g{n} on=alpha memory=1GiB\n  disk root sr=corner\n" for n in range(10))

    async def work(visitor: Visitor) -> None:
        sheet = (await visitor.get("/pools/pair/findings")).text
        assert sheet.count('id="blocks-disk-not-on-host"') == 1
        assert "3 more</summary>" in sheet, "eleven, of which eight stand there at once"

    visit(tmp_path, work, scenario=PAIR + many)


@pytest.mark.parametrize("fields", [{"from": "corner"}, {"guests": "stuck"}])
def test_disks_are_moved_by_their_sr_or_by_their_guests(tmp_path: Path, fields: dict[str, str]) -> None:
    async def work(visitor: Visitor) -> None:
        sheet = (await visitor.get("/pools/pair/plan")).text
        srs = dict(re.findall(r'<option value="([0-9a-f-]{36})">(pool-disks|corner)', sheet))
        uuid = {name: key for key, name in srs.items()}
        wanted = fields if "guests" in fields else {"from": uuid["corner"]}
        planned = await visitor.post("/pools/pair/plan", wish="disks", to=uuid["pool-disks"], **wanted)
        assert planned.status_code == 303, planned.text
        assert "move disks of stuck to SR pool-disks" in (await visitor.get(planned.headers["location"])).text
        unclear = await visitor.post("/pools/pair/plan", wish="disks", **wanted)
        assert (unclear.status_code, "Choose the SR" in unclear.text) == (400, True)

    visit(tmp_path, work)


def test_findings_with_the_same_cure_have_it_once(tmp_path: Path) -> None:
    other = "sr nook ext on=beta\nguest odd on=beta memory=1GiB\n  disk root sr=nook\n"
    more = "guest too on=alpha memory=1GiB\n  disk root sr=corner\n"

    async def work(visitor: Visitor) -> None:
        sheet = (await visitor.get("/pools/pair/findings")).text
        group = sheet.partition('id="blocks-disk-not-on-host"')[2].partition("</section>")[0]
        assert group.count("<h3>Cure") == 2
        assert "Cure of these 2" in group
        assert group.count("storage move --from corner") == 1

    visit(tmp_path, work, scenario=PAIR + more + other)


def test_manual_is_searched_by_words_and_codes(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        assert "/manual/SR_BACKEND_FAILURE_88" in (await visitor.get("/manual?q=root+directory")).text
        assert "/manual/disk-not-on-host" in (await visitor.get("/manual?q=DISK+not+host")).text
        assert "/manual/VM_REQUIRES_SR" in (await visitor.get("/manual?q=vm+requires+sr")).text
        nothing = (await visitor.get("/manual?q=%3Cb%3Ezzz")).text
        assert "Nothing has all these words" in nothing
        assert "<b>zzz" not in nothing

    visit(tmp_path, work)


CROSSED = """\
pool crossed
host alpha
  nic eth0 ip=192.0.2.11/24 management
host beta
  nic eth4 ip=192.0.2.12/24 management
sr pool-disks nfs default
"""


def test_wiring_is_drawn_before_and_after(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        sheet = (await visitor.get("/pools/pair/nics")).text
        before, _, after = sheet.partition('id="after"')
        assert ">1 ≠</text>" in before
        drawn = after.partition("</section>")[0]
        assert "≠" not in drawn
        assert "was eth4" in drawn

    visit(tmp_path, work, scenario=CROSSED)


def test_wiring_that_agrees_is_drawn_once(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        sheet = (await visitor.get("/pools/pair/nics")).text
        assert 'id="after"' not in sheet

    visit(tmp_path, work, scenario=CROSSED.replace("eth4", "eth0"))


def test_guest_of_the_matrix_leads_to_a_plan_for_it(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        rows = (await visitor.get("/pools/pair/matrix?q=mail")).text
        (link,) = re.findall(r'href="(plan\?wish=migrate[^"]+)"', rows)
        sheet = (await visitor.get(f"/pools/pair/{link.replace('&amp;', '&')}")).text
        assert ">mail</textarea>" in sheet

    visit(tmp_path, work)


def test_pasted_error_is_explained_and_not_kept(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.post("/explain", text="VM_REQUIRES_SR(OpaqueRef:1, OpaqueRef:2)", pool="pair")
        assert answer.status_code == 200
        assert "VM_REQUIRES_SR" in answer.text
        sheet = (await visitor.get("/explain?text=HOST_OFFLINE%0A%3C/textarea%3E&pool=pair")).text
        assert "HOST_OFFLINE\n&lt;/textarea&gt;</textarea>" in sheet
        several = await visitor.post("/explain", text="first\r\nsecond\x1b[2J", pool="pair")
        assert "first\nsecond\\x1b[2J</textarea>" in several.text
        assert visitor.deeds() == ["came in by the link"]

    visit(tmp_path, work, role="look")


def test_matrix_of_64_hosts_and_4000_guests_stays_light(tmp_path: Path) -> None:
    scenario = named("generated-64x4000")
    assert scenario

    async def work(visitor: Visitor) -> None:
        await visitor.get("/pools/pair/matrix")  # the first look fills what is remembered
        before = time.perf_counter()
        answer = await visitor.get("/pools/pair/matrix?only=stuck&sort=places")
        assert time.perf_counter() - before < 1.0  # 0.05 s on an idle machine
        assert len(answer.content) < 800_000
        first = answer.text.count("<tr>")
        assert first == 61
        (more,) = re.findall(r'hx-get="([^"]+)"', answer.text)
        rest = (await visitor.get(more.replace("&amp;", "&"), headers={"hx-request": "true"})).text
        assert rest.count("<tr>") == 60
        assert "<html" not in rest

    visit(tmp_path, work, scenario=scenario)
