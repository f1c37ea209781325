"""What runs together keeps to every limit, ends as soon as a few tries can make it, and never before the bound."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from pools import pool, ref

from xenferry.plan.evacuate import evacuate
from xenferry.plan.schedule.bound import bound
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.schedule.load import End, Job, Load
from xenferry.plan.schedule.order import order
from xenferry.plan.schedule.play import length, play, sharing
from xenferry.plan.schedule.steady import steadiest
from xenferry.plan.steps import Move

LINKS = Limits(links={"a": 10.0, "b": 10.0, "c": 5.0}, most_per_host=3, per_host=2)


@st.composite
def jobs(draw: st.DrawFn, most: int = 8) -> list[Job]:
    made: list[Job] = []
    for number in range(draw(st.integers(1, most))):
        source, target = draw(st.sampled_from([("a", "b"), ("a", "c"), ("b", "a"), ("c", "a"), ("d", "a"), ("b", "d")]))
        after = draw(st.lists(st.sampled_from([job.key for job in made]), max_size=2)) if made else []
        made.append(
            Job(
                key=str(number),
                seconds=float(draw(st.integers(1, 9))),
                ends=(End("out of", source), End("into", target)),
                bits=float(draw(st.sampled_from((2, 3, 5)))),
                disks=draw(st.booleans()),
                guest=draw(st.sampled_from("xyz")) + str(number // 2),
                after=tuple(dict.fromkeys(after)),
            )
        )
    return made


@given(jobs())
@settings(max_examples=150, deadline=None)
def test_nothing_runs_that_has_to_wait_and_nothing_waits_that_may_run(made: list[Job]) -> None:
    times = play(made, LINKS)
    assert set(times) == {job.key for job in made}
    for job in made:
        begin = times[job.key][0]
        others = [each for each in made if each != job and times[each.key][0] <= begin < times[each.key][1]]
        load = Load(LINKS)
        for each in others:
            assert load.against(each) is None
            load.take(each)
        assert load.against(job) is None
        assert all(times[key][1] <= begin for key in job.after)
        ready = max((times[key][1] for key in job.after), default=0.0)
        for moment in {end for _, end in times.values() if ready <= end < begin} | {ready} - {begin}:
            then = Load(LINKS)
            for each in made:
                if times[each.key][0] <= moment < times[each.key][1]:
                    then.take(each)
            assert then.against(job) is not None


@given(jobs(most=5))
@settings(max_examples=60, deadline=None)
def test_the_order_is_the_best_of_all_for_few_and_never_below_the_bound(made: list[Job]) -> None:
    best = min(length(play(line, LINKS)) for line in permutations(made))
    found = length(play(order(made, LINKS), LINKS))
    assert bound(made, LINKS) <= best + 1e-9
    assert found <= best * 1.01


@given(jobs())
@settings(max_examples=50, deadline=None)
def test_an_order_names_everybody_once_and_each_behind_those_it_waits_for(made: list[Job]) -> None:
    found = [job.key for job in order(made, LINKS)]
    assert sorted(found) == sorted(job.key for job in made)
    assert all(found.index(key) < found.index(job.key) for job in made for key in job.after)


def test_jobs_over_one_link_share_it_for_as_long_as_both_run() -> None:
    def over(key: str, seconds: float) -> Job:
        return Job(key=key, seconds=seconds, ends=(End("into", "a"),), bits=5.0)

    two = [over("long", 10.0), over("short", 5.0)]
    assert sharing(two, play(two, LINKS)) == {"long": 0.5, "short": 1.0}


SLOW = """
pool P
host xcp1 memory=64GiB
  nic eth0 speed=1000 management
host xcp2 memory=64GiB
  nic eth0 speed=10000 management
guest a on=xcp1 memory=4GiB
guest b on=xcp1 memory=4GiB
"""


def test_over_a_slow_link_one_guest_moves_after_the_other_and_the_plan_says_how_good_that_is() -> None:
    snapshot = pool(SLOW)
    plan = evacuate(snapshot, ref(snapshot, "host", "xcp1"))
    alone = [step.forecast.seconds for step in plan.steps if isinstance(step, Move)]
    assert plan.totals.seconds == sum(alone)
    assert plan.at_least_seconds == plan.totals.seconds
    assert plan.totals.seconds_low < plan.totals.seconds < plan.totals.seconds_high


def test_among_orders_alike_on_paper_the_one_is_taken_that_bears_wrong_forecasts() -> None:
    long = [Job(key=f"l{n}", seconds=40.0, ends=(End("out of", "a"),), bits=2.5e9) for n in range(4)]
    short = [Job(key=f"s{n}", seconds=10.0, ends=(End("out of", "a"),), bits=2.5e9) for n in range(16)]
    fits = [*short[:12], *long, *short[12:]]
    late = [*short, *long]
    links = Limits(links={"a": 1e10})
    assert length(play(late, links)) == length(play([*long, *short], links)) == 80.0
    assert steadiest((late, [*long, *short]), links) == (*long, *short)
    assert length(play(fits, links)) == 80.0
    assert steadiest((late, fits, [*long, *short]), links) == (*long, *short)
