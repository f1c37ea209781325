"""Plans that nobody has approved yet: kept over a restart, for the owner only, taken out once, not for ever."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from visitor import Visitor, visit

from xenferry.plan.steps import Plan, Thing
from xenferry.web.drafts import KEPT, Drafts


def plan(wish: str = "move mail") -> Plan:
    return Plan(wish=wish, pool=Thing("pool", "1", "pair"), made_at=0.0, steps=())


def test_plan_is_found_by_another_server_on_the_same_folder(tmp_path: Path) -> None:
    kept = Drafts(tmp_path / "plans").keep("home", plan(), "anna")
    found = Drafts(tmp_path / "plans").find(kept.id)
    assert found == kept


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    kept = Drafts(tmp_path / "plans").keep("home", plan(), "anna")
    assert stat.S_IMODE((tmp_path / "plans").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "plans" / kept.id).stat().st_mode) == 0o600


def test_plan_is_taken_out_once(tmp_path: Path) -> None:
    one, other = Drafts(tmp_path), Drafts(tmp_path)
    kept = one.keep("home", plan(), "anna")
    assert [other.take(kept.id), one.take(kept.id)] == [True, False]
    assert one.find(kept.id) is None


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    outside = Drafts(tmp_path).keep("home", plan(), "anna")
    inside = Drafts(tmp_path / "plans")
    for name in (f"../{outside.id}", str(tmp_path / outside.id), "", ".", "..", f"{outside.id}\n"):
        assert inside.find(name) is None
        assert not inside.take(name)
    assert Drafts(tmp_path).find(outside.id) is not None


def test_list_has_those_of_the_pool_latest_first_and_leaves_what_is_not_ours(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    made = [drafts.keep(desk, plan(wish), "anna") for desk, wish in (("home", "a"), ("away", "b"), ("home", "c"))]
    for age, draft in enumerate(made):
        os.utime(tmp_path / draft.id, (age, age))
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "0123456789ab").write_text("no plan")
    assert [(each.head.wish, each.made) for each in drafts.listed("home")] == [("c", 2.0), ("a", 0.0)]
    assert drafts.find("0123456789ab") is None
    assert (tmp_path / "notes.txt").exists()


def test_oldest_goes_first(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    made = [drafts.keep("home", plan(str(number)), "anna").id for number in range(3)]
    for age, name in enumerate(made):
        os.utime(tmp_path / name, (age, age))
    for number in range(KEPT - 1):
        drafts.keep("home", plan(f"later {number}"), "anna")
    assert [drafts.has(name) for name in made] == [False, False, True]


def test_link_to_a_plan_works_when_the_server_starts_anew(tmp_path: Path) -> None:
    async def make(visitor: Visitor) -> str:
        answer = await visitor.post("/pools/pair/plan", wish="migrate", guests="mail")
        return str(answer.headers["location"])

    link = visit(tmp_path, make)

    async def again(visitor: Visitor) -> None:
        assert "Plan: migrate" in (await visitor.get(link)).text
        assert f'href="{link}"' in (await visitor.get("/pools/pair/plan")).text
        (tmp_path / "plans" / link.rpartition("/")[2]).unlink()
        assert "approved already, or is no longer kept" in (await visitor.get(link)).text
        assert link not in (await visitor.get("/pools/pair/plan")).text

    visit(tmp_path, again)


def test_plan_of_another_version_says_so(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        kept = visitor.house.drafts.keep("pair", plan(), "anna")
        path = tmp_path / "plans" / kept.id
        head, _, rest = path.read_text().partition("\n")
        path.write_text(f"{head}\n{json.dumps(json.loads(rest) | {'format': 99})}")
        answer = await visitor.get(f"/plans/{kept.id}")
        assert answer.status_code == 404
        assert "format 99" in answer.text
        elsewhere = visitor.house.drafts.keep("gone", plan(), "anna")
        assert "pool gone, which is not served here" in (await visitor.get(f"/plans/{elsewhere.id}")).text

    visit(tmp_path, work)
