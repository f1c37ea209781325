"""The picture of a plan: every step is in it once per lane, hostile names are only text, a strict page may hold it."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from msgspec.structs import replace
from pools import pool, ref

from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.timeline.layout import GUTTER, MOST_SLOTS, WIDTH, scale_of, strips
from xenferry.plan.timeline.rows import Took, timeline
from xenferry.plan.timeline.svg import describe, timeline_svg
from xenferry.plan.timeline.text import cut, ems, xml
from xenferry.text import escape

SVG = "{http://www.w3.org/2000/svg}"
A, B = s.Thing("host", "a", "xcp1"), s.Thing("host", "b", "xcp2")
GIB = 2**30


def move(number: int, name: str = "", seconds: float = 30.0, after: tuple[str, ...] = ()) -> s.Move:
    cost = s.Forecast(memory_bytes=4 * GIB, seconds=seconds, seconds_low=seconds / 2, seconds_high=2 * seconds,
                      pause_seconds=0.3)  # fmt: skip
    guest = s.Thing("VM", f"g{number}", name or f"guest{number}")
    return s.Move(key=f"m{number}", guest=guest, source=A, target=B, forecast=cost, after=after)


def plan(*steps: s.AnyStep, wish: str = "evacuate host xcp1") -> s.Plan:
    from xenferry.plan.schedule.play import totals

    return s.Plan(wish=wish, pool=s.Thing("pool", "p", "lab"), made_at=0.0, steps=steps, totals=totals(steps))


USUAL = plan(
    s.Disable(key="d", host=A),
    move(1, after=("d",)),
    move(2, after=("d",)),
    s.Reboot(key="r", host=A, booted="1", after=("m1", "m2"), forecast=s.Forecast(seconds=570)),
    s.Enable(key="e", host=A, after=("r",)),
)


def drawn(known: s.Plan, took: dict[str, Took] | None = None) -> Element:
    return fromstring(timeline_svg(known, took, alone=True))  # noqa: S314 (our own)


def bars(picture: Element, kind: str) -> list[Element]:
    return [each for each in picture.iter(f"{SVG}rect") if each.get("class") == f"xf-{kind}"]


def words(picture: Element) -> str:
    return " | ".join("".join(each.itertext()) for each in picture.iter(f"{SVG}text"))


def test_each_move_is_drawn_on_both_links_with_its_guest_bytes_and_pause() -> None:
    picture = drawn(USUAL)
    assert len(bars(picture, "move")) == 4
    assert len(bars(picture, "reboot")) == 1
    assert words(picture).count("guest1, 4.0 GiB, pause 0.3 s") == 2
    assert all(each in words(picture) for each in ("xcp1", "xcp2", "disabled", "enabled", "reboot", "end: 10 min"))


def test_a_bar_is_as_long_as_its_step_on_the_axis() -> None:
    scale = scale_of(timeline(USUAL))
    (reboot,) = bars(drawn(USUAL), "reboot")
    assert float(reboot.get("x", "")) == pytest.approx(scale.x(30), abs=0.1)
    assert float(reboot.get("width", "")) == pytest.approx(scale.x(600) - scale.x(30), abs=0.1)
    assert scale.x(0) == GUTTER
    assert scale.x(max(600, USUAL.totals.seconds_high)) <= WIDTH


def test_the_likely_end_is_shaded_from_the_shortest_to_the_longest() -> None:
    scale = scale_of(timeline(USUAL))
    (likely,) = bars(drawn(USUAL), "likely")
    assert float(likely.get("x", "")) == pytest.approx(scale.x(USUAL.totals.seconds_low), abs=0.1)
    right = float(likely.get("x", "")) + float(likely.get("width", ""))
    assert right == pytest.approx(scale.x(USUAL.totals.seconds_high), abs=0.2)


def test_a_screen_reader_hears_what_it_is_and_every_step() -> None:
    picture = drawn(USUAL)
    assert picture.get("role") == "img"
    assert [each.tag for each in picture][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert picture[0].text == "Timeline: evacuate host xcp1 (pool lab)"
    told = picture[1].text or ""
    assert "reboot host xcp1: from 30 s to 10 min" in told
    assert "likely between" in told


HOSTILE = "</title><script>alert(1)</script>\x00\x1b[2J\u202egpj.exe\n\"'&\ud800"


def test_a_hostile_name_is_only_text() -> None:
    evil = s.Thing("host", "e", HOSTILE)
    known = plan(replace(move(1, HOSTILE), target=evil), s.Disable(key="d", host=evil), wish=HOSTILE)
    text = timeline_svg(known, {"m1": Took(state="failed", begin=0.0, end=5.0)})
    text.encode("utf-8")
    assert "<script" not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\ud800-\udfff]", text)
    picture = fromstring(text)  # noqa: S314 (our own)
    assert not list(picture.iter(f"{SVG}script"))
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} <= {"svg", "title", "desc", "rect", "line", "text"}
    shown = escape(HOSTILE)
    assert shown in (picture[0].text or "")
    assert "\\x1b[2J" in shown
    assert "\\u202e" in shown


def test_inside_a_page_nothing_is_there_that_a_strict_policy_refuses() -> None:
    text = timeline_svg(USUAL)
    assert not re.search(r"<style|<script|<foreignObject|\sstyle=|\son[a-z]+=|href|url\(|\sid=", text)
    assert "<style>" in timeline_svg(USUAL, alone=True)


def test_what_a_step_took_is_below_what_was_forecast() -> None:
    took = {
        "d": Took(state="done", begin=0.0, end=0.1),
        "m1": Took(state="done", begin=0.1, end=60.0, pause_seconds=0.7),
        "m2": Took(state="failed", begin=0.1, end=20.0),
        "r": Took(state="new"),
        "e": Took(state="new"),
    }
    picture = drawn(USUAL, took)
    assert len(bars(picture, "fine")) == 3
    assert len(bars(picture, "bad")) == 2
    assert "guest1, 4.0 GiB, paused 0.7 s" in words(picture)
    assert "FAILED" in words(picture)
    assert "reboot, NEVER BEGUN" in words(picture)
    assert "really: 60 s" in words(picture)
    assert "it ended after 60 s, 3 of 5 steps not done" in words(picture)
    fine = dict.fromkeys(took, Took(state="done", begin=0.0, end=40.0))
    assert "it took 40 s." in words(drawn(USUAL, fine))


def test_bars_and_words_of_a_slot_do_not_touch_and_stay_on_the_paper() -> None:
    known = timeline(plan(*(move(number, seconds=5.0 + number % 7) for number in range(40))))
    for strip in strips(known, scale_of(known)):
        for slot in strip.slots:
            ends = [box.extent for box in slot]
            assert all(one[1] < other[0] for one, other in pairwise(ends))
            assert all(left >= 0 and right <= WIDTH for left, right in ends)


def test_a_huge_plan_is_drawn_small_with_everything_counted() -> None:
    steps = tuple(
        replace(move(number), source=s.Thing("host", f"h{number % 64}", f"host{number % 64}"),
                target=s.Thing("host", f"h{(number + 1) % 64}", f"host{(number + 1) % 64}"))
        for number in range(3000)
    )  # fmt: skip
    known = timeline(plan(*steps))
    found = strips(known, scale_of(known))
    assert sum(len(strip.slots) for strip in found) > MOST_SLOTS  # one for each lane at least
    assert sum(len(box.rows) for strip in found for slot in strip.slots for box in slot) == 6000
    text = timeline_svg(plan(*steps))
    assert len(text) < 500_000
    assert "And 2960 more." in describe(known)


def test_a_reboot_stays_a_bar_of_its_own_in_a_large_plan() -> None:
    last = tuple(f"m{number}" for number in range(600))
    reboot = s.Reboot(key="r", host=A, booted="1", after=last, forecast=s.Forecast(seconds=570))
    known = plan(s.Disable(key="d", host=A), *(move(number, after=("d",)) for number in range(600)), reboot)
    picture = drawn(replace(known, limits=Limits(per_host=200)))
    assert len(bars(picture, "reboot")) == 1
    assert len(bars(picture, "move")) == 2, "600 moves side by side are one bar on either link"
    assert "600 guests, 2.3 TiB" in words(picture)


def test_what_needs_no_word_is_not_explained() -> None:
    timeless = replace(move(1), forecast=s.Forecast(seconds=30))
    assert "Shaded" not in words(drawn(plan(timeless)))
    assert "A line below a host" not in words(drawn(plan(timeless)))
    assert "Shaded: the likely end. A line below a host: nothing starts there meanwhile." in words(drawn(USUAL))


def test_a_plan_without_steps_is_a_picture_too() -> None:
    assert "No step" in describe(timeline(plan()))
    assert drawn(plan()).tag == f"{SVG}svg"


def test_an_evacuation_of_a_real_shape_is_drawn() -> None:
    snapshot = pool(
        "host a memory=64GiB\nhost b memory=64GiB\nsr s nfs default\nguest web on=a memory=4GiB\n  disk r\n"
        "guest stuck on=a\n  disk r sr=l\nsr l lvm on=a\n"
    )
    text = timeline_svg(evacuate(snapshot, ref(snapshot, "host", "a"), {}))
    assert "web, 4.0 GiB" in text
    assert "1 left out" in text


def test_words_are_cut_where_there_is_no_room() -> None:
    assert cut("abc", 100) == "abc"
    assert cut("abcdefghij", 3).endswith("…")
    assert ems(cut("wwwwwwwwwwwwwwww", 5)) <= 5
    assert cut("abc", 0.1) == ""
    assert xml("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;"
    assert ems("漢") > ems("a") > ems("i")
