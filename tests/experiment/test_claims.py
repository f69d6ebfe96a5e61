"""The audit: from finished runs to verdicts, on worlds whose numbers are known, and once on worlds that were run."""

import json

import numpy as np
import pytest
from audited import one, rows, shares
from scipy import stats
from studies import finished, point

from simbiz.catalogue import load_catalogue
from simbiz.runs.executor import perform
from simbiz.scenario import load_scenario, with_changes
from simbiz.studies.claims.audit import audit, claims_plan, judged
from simbiz.studies.claims.horizons import FIRST_YEAR, FULL_YEAR_AFTER
from simbiz.studies.claims.rows import distribution

FIRST, AFTER = FIRST_YEAR, FULL_YEAR_AFTER
CLAIMS = load_catalogue().claims
READINGS = [f"{name}.{key}" for name, claim in CLAIMS.items() for key in claim.readings if claim.kind != "market"]
UNTESTABLE = {f"{name}.{key}" for name, one in CLAIMS.items() for key in one.readings if one.readings[key].untestable}
SCHEMA = {"schema_version", "scenario", "headline", "replicates", "pairs", "claims", "paths", "joint", "fit"}
CLAIM_KEYS = {
    *("id", "claim", "reading", "kind", "test", "comparator", "horizon_weeks", "rivals", "decline", "baseline"),
    *("quantity", "unit", "value", "target", "estimate", "interval", "passed", "worlds", "asked", "passing"),
    *("passing_of_all", "passing_interval", "needed", "needed_at_best", "verdict", "built_in"),
}


def verdicts(report):
    """Give all verdicts but those on what no world could test."""
    assert {row["verdict"] for row in report["claims"] if row["id"] in UNTESTABLE} == {"not testable"}
    return {row["verdict"] for row in report["claims"] if row["id"] not in UNTESTABLE}


@pytest.fixture(scope="module")
def report():
    """Audit 4 pairs with 3 years after the start: share indices 1.00, 1.10, 1.10 and 1.20 paired in year 1."""
    pairs = [(shares(0.06 * index, 0.07 * index, 0.08), shares(0.06, 0.07, 0.08)) for index in (1.0, 1.1, 1.1, 1.2)]
    return judged(point(), finished(pairs))


def test_the_report_has_the_keys_of_its_schema_and_is_json(report):
    assert set(report) >= SCHEMA
    assert (report["schema_version"], report["scenario"], report["replicates"]) == (2, "partner_dv", 4)
    assert all(set(row) >= CLAIM_KEYS for row in report["claims"])
    assert report["headline"] == {"rivals": "stopped", "decline": "ended"}
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_every_reading_of_every_claim_is_judged_by_both_tests_comparators_and_horizons(report):
    forecasts = [row for row in report["claims"] if row["kind"] != "market"]
    seen = {(row["id"], row["test"], row["comparator"], row["horizon"]) for row in forecasts}
    expected = {
        (name, test, comparator, horizon)
        for name in READINGS
        for test in ("reach", "match")
        for comparator in ("before-after", "paired")
        for horizon in (FIRST, AFTER)
    }
    assert seen == expected
    assert len(forecasts) == len(expected)


def test_a_row_gives_mean_interval_and_the_share_of_worlds_that_pass(report):
    row = one(report, "share_index.chain")
    values = np.array([1.0, 1.1, 1.1, 1.2])
    assert row["estimate"] == pytest.approx(values.mean())
    expected = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    assert row["interval"] == pytest.approx(list(expected))
    assert (row["target"], row["worlds"], row["passing"], row["verdict"]) == (1.0648, 4, 0.75, "too few worlds")
    assert row["needed"] > 4
    assert row["baseline"] == pytest.approx(0.06)
    assert row["horizon_weeks"] == 52


def test_before_after_compares_with_the_base_year(report):
    row = one(report, "share_index.chain", comparator="before-after")
    assert row["estimate"] == pytest.approx(0.06 * 1.1 / 0.0771)
    assert row["baseline"] == pytest.approx(0.0771)
    assert (row["passing"], row["verdict"]) == (0.0, "too few worlds")


def test_paired_a_share_is_told_as_a_difference_that_worlds_had(report):
    row = one(report, "share.value")
    assert row["estimate"] == pytest.approx(row["value"] - row["baseline"]) == pytest.approx(0.006)
    assert row["target"] == pytest.approx(0.1279 - 0.0771)


def test_the_full_year_after_the_last_step_is_year_2_here(report):
    row = one(report, "share.value", comparator="before-after", horizon=AFTER)
    assert row["estimate"] == pytest.approx(0.07 * 1.1)
    assert row["horizon_weeks"] == 104


@pytest.mark.parametrize(
    ("reaching", "worlds", "expected"),
    [
        (59, 59, "supported"),
        (58, 59, "too few worlds"),
        (30, 59, "undecided"),
        (0, 59, "refuted"),
        (1, 1, "too few worlds"),
    ],
)
def test_the_verdict_is_what_so_many_worlds_show(reaching, worlds, expected):
    later = [0.13] * reaching + [0.05] * (worlds - reaching)
    report = judged(point(), finished([(shares(value), shares(0.07)) for value in later]))
    assert one(report, "share.value", comparator="before-after")["verdict"] == expected


def test_one_world_far_off_moves_the_mean_and_no_count():
    report = judged(point(), finished([(shares(value), shares(0.07)) for value in [0.12] * 19 + [0.9]]))
    row = one(report, "share.value", comparator="before-after")
    assert row["estimate"] > row["target"]
    assert (row["passed"], row["worlds"]) == (1, 20)


def test_what_is_earned_is_told_in_money_and_no_percentage_is_taken_of_nothing():
    profit = {"profit": [5.0, 5.0, 900.0]}
    report = judged(point(), finished([(shares(0.08, **profit), shares(0.08, profit=[5.0, 5.0, 600.0]))] * 2))
    paired, before = (one(report, "performance.profit", comparator=name) for name in ("paired", "before-after"))
    assert (paired["estimate"], paired["percentage"], paired["passed"]) == (300.0, 0.5, 2)
    assert (before["estimate"], before["baseline"], before["percentage"]) == (895.0, 5.0, None)


def test_match_needs_the_printed_number(report):
    hit = judged(point(), finished([(shares(0.12793), shares(0.07))] * 2))
    assert one(hit, "share.value", "match", "before-after")["passed"] == 2
    missed = judged(point(), finished([(shares(0.12796), shares(0.07))] * 2))
    assert one(missed, "share.value", "match", "before-after")["passed"] == 0
    assert one(missed, "share.value", "reach", "before-after")["passed"] == 2


def test_a_horizon_beyond_the_calendar_is_not_reached():
    report = judged(point(), finished([(shares(0.2), shares(0.1))] * 2, last_week=51))
    row = one(report, "share.value", horizon=AFTER)
    nothing = {"estimate": None, "interval": None, "passing": None, "horizon_weeks": None, "baseline": None}
    assert {key: row[key] for key in nothing} == nothing
    assert (row["verdict"], row["worlds"]) == ("not reached", 0)
    assert one(report, "share.value")["passed"] == 2
    empty = judged(point(), finished([(shares(), shares())] * 2))
    assert verdicts(empty) == {"not reached"}
    assert {(row["estimate"], row["baseline"]) for row in empty["claims"]} == {(None, None)}


def test_a_category_is_told_as_its_distribution():
    rates = [0.2, 0.4, 0.5, 0.9]
    pairs = [(shares(0.08, digitalization_rate=[0.15, 0.15, rate]), shares(0.08)) for rate in rates]
    for _, nothing in pairs:
        nothing["digitalization_rate"] = [0.15, 0.15, 0.15]
    report = judged(point(), finished(pairs))
    row = one(report, "strategy.class")
    assert row["estimate"] == {"candidate": 0.5, "follower": 0.25, "leader": 0.25}
    assert row["baseline"] == {"follower": 1.0}
    assert (row["target"], row["passing"], row["interval"]) == ("candidate", 0.75, None)
    assert one(report, "strategy.class", "match")["passing"] == 0.5


def test_a_category_that_the_world_without_the_programme_has_too_is_no_effect():
    both = shares(0.08, digitalization_rate=[0.15, 0.15, 0.5])
    report = judged(point(), finished([(both, both)] * 2))
    assert one(report, "strategy.class", comparator="before-after")["passing"] == 1.0
    assert one(report, "strategy.class", comparator="paired")["passing"] == 0.0


def test_a_distribution_has_the_most_frequent_first_and_sums_to_one():
    found = distribution(["b", "a", "b", "c", "b"])
    assert list(found) == ["b", "a", "c"]
    assert sum(found.values()) == pytest.approx(1.0)


def test_the_plan_pairs_every_seed_in_every_case_with_the_same_luck():
    study = claims_plan(point(), [4, 5], ["ended", "steady"], ["stopped", "trend"])
    assert len(study.runs) == 2 * 2 * 2 * 2
    assert len({run.key for run, _ in study.runs}) == 16
    for (run, label), (other, without) in zip(study.runs[::2], study.runs[1::2], strict=True):
        assert (label["programme"], without["programme"]) == (True, False)
        assert {**label, "programme": False} == without
        assert run.seed == other.seed
        assert run.past_key == other.past_key
        assert run.scenario.programme.order == point().programme.order
        assert other.scenario.programme.order == ()
        assert run.scenario.past.decline == label["decline"]
        assert run.scenario.rivals.mode == label["rivals"]


def test_some_pairs_live_on_and_are_the_same_worlds_until_then():
    cases = (["ended"], ["stopped"])
    plan = claims_plan(point(), [4, 5], *cases, path=(1, 3))
    lives = {(run.seed, run.scenario.calendar.years, label["years"]) for run, label in plan.runs}
    assert lives == {(4, 3, 3), (5, 1, 1)}
    short = claims_plan(point(), [4, 5], *cases)
    assert {run.past_key for run, _ in plan.runs} == {run.past_key for run, _ in short.runs}
    longer = claims_plan(point({"calendar.years": 4}), [4], *cases, path=(1, 3))
    assert {run.scenario.calendar.years for run, _ in longer.runs} == {4}


def test_other_cases_can_have_fewer_pairs_and_the_runs_are_the_same_ones():
    cases = (["ended", "steady"], ["stopped", "trend"])
    few = claims_plan(point(), [4, 5, 6], *cases, other_replicates=1)
    seeds = {}
    for run, label in few.runs:
        seeds.setdefault((label["rivals"], label["decline"]), set()).add(run.seed)
    assert seeds.pop(("stopped", "ended")) == {4, 5, 6}
    assert list(seeds.values()) == [{4}] * 3
    full = {run.key for run, _ in claims_plan(point(), [4, 5, 6], *cases).runs}
    assert {run.key for run, _ in few.runs} < full
    assert claims_plan(point(), [4], *cases, other_replicates=7).id == claims_plan(point(), [4], *cases).id


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "at shipped values"),
        ({"mechanisms.price": True}, "at shipped values"),
        ({"parameters.price_sensitivity": 1.0}, "at the scenario's values"),
        ({"segments.person.parameters.price_sensitivity": 1.0}, "at the scenario's values"),
        ({"effects.smm.channel_quality.social": 0.0}, "at the scenario's values"),
        ({"mechanisms.price": False}, "at the scenario's values"),
    ],
)
def test_the_report_says_at_which_parameters_the_verdicts_hold(changes, expected):
    study = finished([(shares(0.13), shares(0.07))])
    assert judged(with_changes(load_scenario("partner-dv"), changes), study)["parameters"] == expected


# Tools that change nothing in a firm and that nobody learns, and whose mere number asks no coordination.
NO_EFFECT = {f"effects.{name}": 0.0 for name, _, _ in load_catalogue().effects()} | {"mechanisms.coordination": False}


@pytest.fixture(scope="module")
def null():
    """Audit worlds in which tools have no effect."""
    scenario = point({**NO_EFFECT, "calendar.years": 3})
    return audit(scenario, seeds=[1, 2], declines=["ended", "steady"], rivals=["stopped"])


INDICES = [reading for reading in READINGS if reading.startswith("share_index.")]
GROWTHS = ["performance.revenue", "revenue.constant_market"]


@pytest.mark.parametrize(("name", "none"), [*((name, 1.0) for name in INDICES), *((name, 0.0) for name in GROWTHS)])
@pytest.mark.parametrize("horizon", [FIRST, AFTER])
def test_a_programme_without_effect_has_exactly_none(null, name, none, horizon):
    for row in rows(null, name, comparator="paired", test="reach", horizon=horizon):
        assert row["estimate"] == none
        assert row["interval"] == [none, none]
        assert (row["worlds"], row["passing"]) == (2, 0.0)


def test_a_programme_without_effect_gives_no_utils(null):
    assert {row["utility_given"] for row in null["null_forecasts"]} == {0.0}
    assert len(null["null_forecasts"]) == 4


def test_an_empty_programme_is_judged_like_one_without_effect():
    scenario = point({"programme.order": []})
    plan = claims_plan(scenario, [1, 2], ["ended"], ["stopped"])
    assert len({run.key for run, _ in plan.runs}) == 2
    report = judged(scenario, perform(plan, folder=None))
    assert report["replicates"] == 2
    row = one(report, "share_index.chain")
    assert (row["estimate"], row["interval"], row["passed"]) == (1.0, [1.0, 1.0], 0)


def test_the_programme_as_shipped_changes_the_paired_share():
    report = audit(point(), seeds=[1], declines=["ended"], rivals=["stopped"])
    assert one(report, "share_index.chain")["estimate"] != 1.0


def test_the_base_year_is_missed_where_the_tolerance_asks_for_the_impossible():
    report = audit(point({"fit.tolerance": 1e-9}), seeds=[1], declines=["ended"], rivals=["stopped", "trend"])
    assert report["replicates"] == 0
    assert (report["fit"]["ended"]["missed"], report["fit"]["ended"]["runs"]) == (2, 2)


@pytest.mark.parametrize("weeks", [1, 51])
def test_a_calendar_shorter_than_a_year_reaches_no_horizon(weeks):
    report = audit(point({"calendar.weeks": weeks}), seeds=[1], declines=["ended"], rivals=["stopped"])
    assert verdicts(report) == {"not reached"}
    assert report["replicates"] == 1
