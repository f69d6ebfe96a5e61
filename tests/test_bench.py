"""The benchmarks measure what they say; no test here waits for a time."""

import json
import math
from collections import Counter

import numpy as np
import pytest
from click.testing import CliRunner
from worlds import fields_that_differ

from simbiz import bench, draws
from simbiz.bench import counts, market, stages, timing, weeks
from simbiz.bench.bound import Stretch
from simbiz.bench.plain_agents import FIRMS, PlainMarket
from simbiz.bench.row import TARGETS, Row, Target
from simbiz.cli import main
from simbiz.submodels import choice

TINY = bench.Plan(
    repeats=1, large=300, small=60, lived=26, weeks=2, counted=40, objects=40,
    larger=None, largest=None, shards=None, installation=False,
)  # fmt: skip


@pytest.fixture
def clock(monkeypatch):
    """Give a clock that only work moves on."""
    time = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: time[0])
    return time


def test_a_quick_benchmark_prints_every_row_of_the_targets(monkeypatch):
    monkeypatch.setattr(bench, "QUICK", TINY)
    result = CliRunner().invoke(main, ["bench", "--quick", "--json"], catch_exceptions=False)
    rows = json.loads(result.stdout)
    assert [row["id"] for row in rows] == list(TARGETS)
    assert all(set(row) == {"id", "value", "unit", "target", "holds"} for row in rows)
    for row in rows:
        assert (row["unit"], row["target"]) == (TARGETS[row["id"]].unit, TARGETS[row["id"]].limit)
        assert row["value"] is None or math.isfinite(row["value"])
        assert (row["holds"] is None) == (row["target"] is None or row["value"] is None)
    left_out = {row["id"] for row in rows if row["value"] is None}
    assert {name for name in left_out if TARGETS[name].limit is not None} == {
        "journey_person_1e6", "customer_weeks_1e6", "growth", "ten_million", "ten_million_memory",
        "threads", "threads_same_bits", "first_run",
    }  # fmt: skip


def test_people_read_the_machine_the_versions_and_a_word_for_every_target(monkeypatch):
    found = [Row("help", 0.2), Row("check", 0.7), Row("threads", 0.95), Row("bound", 9.0), Row("growth", None)]
    monkeypatch.setattr(bench, "rows", lambda plan: found)
    output = CliRunner().invoke(main, ["bench"]).stdout
    assert "numba" in output.splitlines()[2]
    lines = {line.split()[0]: line for line in output.splitlines() if line.strip()}
    assert lines["help"].endswith("<= 0.3  holds")
    assert lines["check"].endswith("<= 0.6  missed")
    assert lines["threads"].endswith(">= 0.9  holds")
    assert lines["bound"].endswith("9  ns") or lines["bound"].endswith("ns")
    assert not lines["growth"].endswith(("holds", "missed"))


def test_a_benchmark_holds_up_to_its_target_or_from_it_on(monkeypatch):
    monkeypatch.setitem(TARGETS, "most", Target("x", "s", 2.0))
    monkeypatch.setitem(TARGETS, "least", Target("x", "s", 2.0, least=True))
    assert [Row("most", value).holds for value in (1.9, 2.0, 2.1, None)] == [True, True, False, None]
    assert [Row("least", value).holds for value in (1.9, 2.0, 2.1, None)] == [False, True, True, None]
    assert Row("bound", 1.0).holds is None


def test_a_cost_is_the_median_of_repeats_after_one_that_does_not_count(clock):
    durations = iter([9.0, 1.0, 5.0, 2.0, 3.0, 4.0])

    def work():
        clock[0] += next(durations)

    assert timing.median_seconds(work, 5) == 3.0


def test_two_sides_are_measured_by_turns(clock):
    order = []

    def side(name, duration):
        def work():
            order.append(name)
            clock[0] += duration

        return work

    one, other = timing.by_turns(side("one", 3.0), side("other", 2.0), 3)
    assert order == ["one", "other"] * 3
    assert (one, other) == ([3.0] * 3, [2.0] * 3)
    assert timing.median_ratio(one, other) == 1.5


def test_a_week_without_events_leaves_everybody_as_they_were():
    model = market.lived_market(200, 3)
    due, customers = model.due.copy(), model.customers.copy()
    weeks.idle_seconds(model, 1)
    assert np.array_equal(model.due, due)
    assert fields_that_differ(model.customers, customers) == []
    assert model.tallies.needs[3].sum() == 0


def test_a_journey_is_measured_on_those_who_decide_at_once():
    model = market.lived_market(2_000, 3)
    weeks.journey_microseconds(model, 0.0, 1)
    needs = model.tallies.needs[3 : 3 + weeks.WEEKS]
    segments = model.layout.scenario.segments.values()
    at_once = np.array([segment.deliberation_weeks == 0 for segment in segments])
    assert needs[:, at_once].sum() > 0
    assert needs[:, ~at_once].sum() == 0


def test_memory_of_a_customer_is_that_of_all_arrays_with_an_element_a_customer():
    model = market.shipped_market(100)
    arrays = (model.customers, model.due, model.voices)
    assert market.bytes_per_customer(model) >= sum(array.itemsize for array in arrays)
    model.another = np.zeros((len(model.customers), 3))
    assert market.bytes_per_customer(model) >= sum(array.itemsize for array in arrays) + 24


def test_draws_and_logarithms_are_counted_where_rules_make_them():
    counter = Counter()
    with counts._everything_counted(counter):
        choice.gumbel(0.3)
        choice.race_time(0.3, 2.0)
    choice.gumbel(0.3)
    assert counter == {"logs": 3}


def test_a_bound_adds_up_what_was_counted_times_what_it_costs():
    part = Stretch(taken=100.0, needs=0.5, single=10.0, together=1.0, log=3.0, bandwidth=8.0)
    found = counts.Counts(single=2.0, together=30.0, logs=4.0, bytes=80.0)
    assert part.bound(found, scanned=4) == 0.5 * (20.0 + 30.0 + 12.0 + 10.0) + 0.5
    assert part.bound(found, scanned=4, alone=True) == 0.5 * (20.0 + 300.0 + 12.0 + 10.0) + 0.5


def test_counting_changes_nothing_and_ends():
    plan = bench.Plan(counted=40, lived=10, weeks=2)
    before = draws.normal_quantile
    found = counts.counts_per_need(plan)
    assert found.single + found.together > 20.0
    assert found.logs > 20.0
    assert draws.normal_quantile is before
    assert counts.counts_per_need(plan) == found


@pytest.mark.parametrize("name", [*stages.RULES])
def test_every_rule_that_is_watched_exists(name):
    module, _, rule = name.partition(".")
    assert callable(getattr(stages.import_module(f"simbiz.week.{module}"), rule))


def test_every_part_of_the_models_week_that_is_watched_exists():
    model = market.shipped_market(20)
    place = np.zeros(1, dtype=np.int64)
    assert all(callable(getattr(model, name)) for name in stages.METHODS)
    stages.stage_methods(model, place)
    model.step()
    assert place[0] == 0


@pytest.mark.slow
def test_a_profile_shares_the_time_of_a_week_out():
    parts = bench.profile(bench.Plan(large=20_000, lived=26, weeks=26))
    assert set(parts) == set(stages.PARTS)
    assert sum(parts.values()) == pytest.approx(1.0)
    assert sum(part > 0.0 for part in parts.values()) > 3


@pytest.mark.slow
def test_a_market_in_a_process_of_its_own_lives_the_same_weeks():
    with market.MarketProcess(500, threads=2) as other:
        assert other.live(3) > 0.0
        assert other.making > 0.0
        digest = other.digest
    with market.MarketProcess(500) as again:
        again.live(1)
        again.live(2)
        assert again.digest == digest


def test_in_plain_objects_the_firm_with_the_largest_appeal_sells_most():
    plain = PlainMarket(2_000, rng=1)
    for _ in range(10):
        plain.step()
    assert sum(plain.purchases) == 2_000
    assert int(np.argmax(plain.purchases)) == FIRMS - 1
