"""Patterns of the market: the worlds they are measured in, and what is made of the seeds."""

import json

import numpy as np
import pandas as pd
import pytest
from studies import TINY, point
from worlds import assert_same_history, assert_same_world

from simbiz.catalogue import load_catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.metrics import observe
from simbiz.panel import panel_of, statistics
from simbiz.runs.executor import perform
from simbiz.runs.run import Outcome, Run
from simbiz.runs.study_file import load_study
from simbiz.scenario import load_scenario, with_changes
from simbiz.studies.patterns import measures as pattern_measures
from simbiz.studies.patterns.laws import drifts, patterns_report, too_small
from simbiz.studies.patterns.measures import (
    MARKET,
    PatternOutcome,
    advertising,
    measure_patterns,
    panel_statistics,
    removal,
    removal_among_identical,
    word_of_mouth,
    yearly,
)
from simbiz.studies.patterns.study import pattern_outcomes, patterns_plan
from simbiz.studies.patterns.tables import columns
from simbiz.studies.patterns.worlds import (
    YEARS,
    Purchases,
    better_messages,
    identical,
    live_with_talk,
    lived_year,
    more_messages,
    reach_times,
    stars,
    undisturbed,
    without_firm,
)

PERSON = "person"
SMALL = {"customers": 2500, "fit.nudge": False}


def market(changes=None, years=1):
    return undisturbed(point(SMALL | (changes or {})), years)


def measured(scenario, seeds, folder=None, workers=1):
    plan = patterns_plan(scenario, seeds)
    finished = perform(plan, folder=folder, workers=workers, work=measure_patterns, columns=columns(scenario))
    return pattern_outcomes(scenario, finished)


def past_of(scenario, seed=1):
    model = OmnichannelModel(scenario, rng=seed)
    return model.run(model.start)


@pytest.fixture(scope="module")
def past():
    return past_of(market())


@pytest.fixture(scope="module")
def base(past):
    return lived_year(past, lambda model: None)


# ---- worlds


def test_in_the_undisturbed_market_nobody_does_anything():
    scenario = undisturbed(load_scenario("benchmarking", TINY))
    model = OmnichannelModel(scenario, rng=1).run()
    assert scenario.rivals.mode == "stopped"
    assert not any(implementation.tasks for implementation in model.implementations)
    assert not model.rivalry.given
    assert (model.end - model.start) == 52 * YEARS
    assert model.fit.fall == 0.0


@pytest.mark.parametrize("name", ["wow", "online_shift", "omnichannel", "multichannel"])
def test_measures_shocks_and_second_profiles_are_left_out(name):
    scenario = undisturbed(load_scenario(name, TINY))
    assert scenario.shock is None
    assert not any(firm.measures or firm.profile_after for firm in scenario.firms.values())


def test_the_panel_of_a_year_is_all_that_was_bought_in_it(past, base):
    model = past.branch(past.layout.scenario)
    model.log = log = Purchases()
    model.run()
    weeks = slice(past.start, past.start + 52)
    for number in range(len(past.layout.segments)):
        table = log.of_segment(number)
        sold = table.groupby("firm")["amount"].agg(["size", "sum"])
        np.testing.assert_array_equal(sold["size"], base.tallies.purchases[weeks, :, number].sum(axis=0))
        np.testing.assert_allclose(sold["sum"], base.tallies.revenue[weeks, :, number].sum(axis=0) / 1e5)
    assert_same_history(model, base)


def test_reach_that_is_not_changed_changes_nothing(past, base):
    assert_same_world(lived_year(past, reach_times(0, 1.0)), base)


def test_more_reach_brings_more_impressions_of_that_firm_only(past, base):
    other = lived_year(past, reach_times(2, 1.5))
    weeks = slice(past.start + 10, past.start + 52)
    stock, before = other.stock[:, weeks], base.stock[:, weeks]
    assert (stock[:, :, 2] > before[:, :, 2]).all()
    np.testing.assert_array_equal(np.delete(stock, 2, axis=2), np.delete(before, 2, axis=2))


def test_a_firm_that_left_sells_nothing_more(past):
    other = lived_year(past, without_firm(0))
    # Journeys that had begun may still end there in the first weeks.
    sold = other.tallies.purchases[past.start + 26 :, 0]
    assert sold.sum() == 0
    assert other.tallies.purchases[past.start + 26 :].sum() > 0


def test_talk_that_is_heard_as_it_was_told_changes_nothing(past, base):
    model = past.branch(past.layout.scenario)
    live_with_talk(model, model.end, lambda world, told: told.copy())
    assert_same_world(model, base)


def test_a_tenth_more_and_fewer_messages_are_a_tenth(past):
    told, firm = past.voices, 0
    number = (told.firm == firm).sum()
    allowed = 5 * np.sqrt(number * 0.1 * 0.9)
    for part in (0.1, -0.1):
        heard = more_messages(firm, part)(past, told)
        assert abs((heard.firm == firm).sum() - number * (1 + part)) < allowed
        kept = told.judgement[told.firm == firm].mean()
        assert abs(heard.judgement[heard.firm == firm].mean() - kept) < 5 * told.judgement.std() / np.sqrt(number)
    assert (more_messages(firm, 0.0)(past, told) == told).all()


def test_what_was_told_is_not_forgotten_when_something_else_is_heard(past):
    """Customers hear other messages for a while and then again what was told."""
    model = past.branch(past.layout.scenario)
    before = model.voices.copy()
    live_with_talk(model, model.week + 1, more_messages(0, -0.5))
    silent = model.voices.week < past.start
    assert silent.sum() > 1000
    assert (model.voices[silent] == before[silent]).all()


def test_messages_that_are_a_tenth_better_are_so_on_the_scale_of_five_points(past):
    mean, points = stars(past, 0)
    model = past.branch(past.layout.scenario)
    model.voices = better_messages(0, 0.1 * mean / points)(model, model.voices)
    assert 1.0 < mean < 5.0
    assert stars(model, 0)[0] == pytest.approx(1.1 * mean, rel=1e-3)
    assert stars(model, 1) == stars(past, 1)


# ---- what a seed says


def test_without_word_of_mouth_talk_moves_nothing():
    found = word_of_mouth(past_of(market({"mechanisms.word_of_mouth": False})))
    assert {value for values in found.values() for value in values.values()} == {0.0}


def test_with_word_of_mouth_better_talk_sells_more():
    strong = past_of(market({"parameters.word_of_mouth_coefficient": 5.0, "parameters.talk_fading": 0.0}))
    assert word_of_mouth(strong)[PERSON]["P15.valence"] > 0.1


def test_without_awareness_advertising_moves_nothing():
    found = advertising(past_of(market({"mechanisms.awareness": False}, YEARS)))
    for values in found.values():
        assert (values["P17.quarter"], values["P17.short"]) == (0.0, 0.0)
        assert np.isnan(values["P17.ratio"])


def test_identical_customers_take_to_the_firms_that_are_left_in_proportion():
    """Shares of the choices of a year in two worlds; tolerance from the number of choices."""
    run = Run(market({"customers": 12000}), 1)
    found = removal_among_identical(run)
    choices = 12000 * 2.5 * 0.8
    assert found[PERSON]["P10.identical"] < 5 * np.sqrt(2 * 0.3 * 0.7 / choices)
    for name in load_catalogue().patterns["P10"].needs:
        assert identical(run.scenario).mechanisms[name] is False


def test_what_must_stay_as_it_is_adds_up():
    model = OmnichannelModel(market(years=YEARS), rng=1).run()
    found = yearly(model)
    assert set(found) == {*model.layout.segments, MARKET}
    for values in found.values():
        share = np.array(values["share"])
        assert share.shape == (YEARS, len(model.layout.firms))
        np.testing.assert_allclose(share.sum(axis=1), 1.0)
        assert 0 < np.min(values["demand"]) <= np.max(values["demand"]) <= 1
    metrics = observe(model.observation())
    np.testing.assert_allclose(found[MARKET]["share"], metrics["market_share"][2:])
    np.testing.assert_allclose(np.array(found[MARKET]["demand"])[:, 0], 1.0 - metrics["outside_share"][2:, 0])
    first = model.tallies[model.start : model.start + 52]
    for number, segment in enumerate(model.layout.segments):
        mean = first.judgement[:, :, number].sum() / first.purchases[:, :, number].sum()
        assert found[segment]["satisfaction"][0] == pytest.approx([mean])


def test_all_that_the_catalogue_says_is_measured_in_the_market_is_measured():
    outcome = measure_patterns([Run(undisturbed(point({"customers": 600})), 1)])[0]
    assert outcome.error == ""
    report = patterns_report(point({"customers": 600}), [outcome, outcome])
    declared = {
        (name, one)
        for name, pattern in load_catalogue().patterns.items()
        if pattern.measured != "elsewhere"
        for one in pattern.statistics
    }
    assert {(row["id"], row["statistic"]) for row in report["patterns"]} == declared
    json.dumps(report, allow_nan=False)


def test_a_seed_that_fails_is_told_and_costs_the_others_nothing(monkeypatch):
    def fails(past):
        if past.seed_used == 2:
            raise ArithmeticError("a broken seed")
        return {}

    monkeypatch.setattr(pattern_measures, "advertising", fails)
    outcomes = measured(point(), [1, 2])
    assert [outcome.status for outcome in outcomes] == ["ok", "failed"]
    assert "a broken seed" in outcomes[1].error
    report = patterns_report(point(), outcomes)
    assert (report["seeds"], report["failed_runs"]) == ([1], 1)


def test_processes_and_order_of_seeds_change_nothing(tmp_path):
    one, two = measured(point(), [1, 2], tmp_path, workers=2), measured(point(), [2, 1])
    for a, b in zip(one, reversed(two), strict=True):
        assert repr(a.found) == repr(b.found)
        assert a.yearly == b.yearly


# ---- what is made of the seeds


def outcome(seed, values, segment=PERSON):
    return PatternOutcome(f"{seed}", seed, "ok", found={segment: values})


def row_of(report, name, statistic, segment=PERSON):
    rows = [row for row in report["patterns"] if (row["id"], row["statistic"]) == (name, statistic)]
    return next(row for row in rows if row["segment"] == segment)


def test_the_median_of_the_seeds_decides():
    outcomes = [outcome(seed, {"P1.slope": value}) for seed, value in enumerate((0.2, 0.9, 0.3, 0.8, 0.4))]
    row = row_of(patterns_report(point(), outcomes), "P1", "slope")
    assert (row["value"], row["range"], row["holds"], row["gated"]) == (0.4, [0.2, 0.9], True, True)
    outcomes += [outcome(9, {"P1.slope": 0.9}), outcome(10, {"P1.slope": 0.9})]
    assert row_of(patterns_report(point(), outcomes), "P1", "slope")["holds"] is False


def test_organisations_are_reported_without_a_gate():
    report = patterns_report(point(), [outcome(1, {"P1.slope": 0.9}, "organisation")])
    row = row_of(report, "P1", "slope", "organisation")
    assert (row["holds"], row["gated"]) == (False, False)


def test_what_is_not_defined_in_the_middle_seed_does_not_hold():
    report = patterns_report(point(), [outcome(seed, {"P2.rank_correlation": np.nan}) for seed in (1, 2)])
    row = row_of(report, "P2", "rank_correlation")
    assert (row["value"], row["range"], row["holds"]) == (None, [None, None], False)


def test_what_has_no_tolerance_neither_holds_nor_fails():
    row = row_of(patterns_report(point(), [outcome(1, {"P6.variation": 0.3})]), "P6", "variation")
    assert (row["low"], row["high"], row["holds"], row["gated"]) == (None, None, None, False)


def test_a_drift_is_the_mean_slope_over_seeds():
    luck = np.random.default_rng(1)
    noise = luck.normal(0.0, 0.001, (400, 5, 2))
    level = np.array([0.3, 0.1]) + np.arange(5)[:, None] * np.array([0.0, 0.002])
    drift, errors = drifts(level + noise)
    # The slope of five years has a standard deviation of noise / sqrt(10), its mean over seeds of that / sqrt(400).
    error = 0.001 / np.sqrt(10 * 400)
    assert drift[0] < 4 * error / 0.3
    assert abs(drift[1] * 0.104 - 0.002) < 4 * error
    assert errors[0] < 4
    assert errors[1] == pytest.approx(0.002 / error, rel=0.2)


def test_a_single_seed_has_no_standard_error_and_what_never_moves_no_drift():
    assert np.isnan(drifts(np.ones((1, 5, 1)))[1]).all()
    drift, errors = drifts(np.ones((3, 5, 1)))
    assert (drift[0], errors[0]) == (0.0, 0.0)


def test_the_worst_firm_decides_whether_shares_rest():
    def of(slopes):
        rows = [[0.5 + slopes[0] * year, 0.5 + slopes[1] * year] for year in range(5)]
        return {PERSON: {"share": rows}}

    slopes = ((0.0, 0.02), (0.0, 0.01))
    outcomes = [PatternOutcome(f"{seed}", seed, "ok", yearly=of(pair)) for seed, pair in enumerate(slopes)]
    row = row_of(patterns_report(point(), outcomes), "P12", "share_drift")
    assert row["value"] == pytest.approx(0.015 / 0.53)
    assert row["range"] == pytest.approx([0.0, 0.015 / 0.53])
    assert row["holds"] is False


def test_a_market_that_is_too_small_for_the_tolerances_is_told():
    report = patterns_report(point(), [Outcome("1", 1, "failed")])
    assert too_small(report) == ["organisation has 42 customers", "person has 18 customers"]
    assert too_small(patterns_report(load_scenario("partner-dv"), [])) == []


def test_the_shipped_settings_ask_for_ten_seeds_of_the_main_case():
    settings = load_study("patterns").settings
    assert (settings.scenario, settings.replicates) == ("partner_dv", 10)


# ---- the market at shipped values, and what each pattern needs

SEEDS = (1, 2, 3)


def panels_of(changes):
    """Statistics of persons at shipped values less some mechanisms, a seed each."""
    scenario = undisturbed(with_changes(load_scenario("partner-dv"), changes), 1)
    found = []
    for seed in SEEDS:
        model = past_of(scenario, seed)
        found.append(panel_statistics(model)[PERSON])
        model.release()
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def without(pattern):
    return {f"mechanisms.{name}": False for name in load_catalogue().patterns[pattern].needs}


def holds(pattern, statistic, values):
    return load_catalogue().patterns[pattern].statistics[statistic].holds(float(np.median(values)))


@pytest.fixture(scope="module")
def shipped():
    return panels_of({})


@pytest.mark.slow
def test_at_shipped_values_every_gate_of_a_panel_holds(shipped):
    for name, pattern in load_catalogue().patterns.items():
        for statistic, declared in pattern.statistics.items():
            if declared.gated and pattern.measured == "panel":
                assert holds(name, statistic, shipped[f"{name}.{statistic}"]), (name, statistic)


@pytest.mark.slow
def test_without_awareness_double_jeopardy_is_steeper(shipped):
    assert panels_of(without("P1"))["P1.slope"].min() > shipped["P1.slope"].max()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "statistic"), [("P3", "dirichlet_sum"), ("P4", "dispersion"), ("P4", "shape"), ("P8", "heavy_share")]
)
def test_a_pattern_breaks_without_what_it_needs(pattern, statistic):
    assert not holds(pattern, statistic, panels_of(without(pattern))[f"{pattern}.{statistic}"])


@pytest.mark.slow
def test_customers_who_are_alike_are_not_polarised():
    """All that makes customers differ in the firms they like is off, and nobody has habits."""
    changes = {f"mechanisms.{name}": False for name in load_catalogue().patterns["P10"].needs}
    everybody = [len(load_scenario("partner-dv").firms)] * 2
    changes |= {f"segments.{name}.shortlist": everybody for name in load_scenario("partner-dv").segments}
    found = panels_of(changes)["P3.dirichlet_sum"]
    assert not holds("P3", "dirichlet_sum", found)
    assert found.min() > 100


@pytest.mark.slow
def test_customers_as_they_are_violate_what_identical_ones_obey():
    """The largest firm leaves: the others grow in proportion only where customers are alike."""
    run = [Run(undisturbed(load_scenario("partner-dv"), 1), seed) for seed in SEEDS]
    errors = []
    for one in run:
        past = past_of(one.scenario, one.seed)
        errors.append(removal(past, lived_year(past, lambda model: None), "P10.heterogeneous")[PERSON])
        errors[-1] |= removal_among_identical(one)[PERSON]
        past.release()
    for statistic in ("identical", "heterogeneous"):
        assert holds("P10", statistic, [found[f"P10.{statistic}"] for found in errors])


@pytest.mark.slow
def test_a_market_split_between_segments_by_design_has_a_lower_correlation_when_pooled():
    scenario = load_scenario("partner-dv")
    changes = {"fit.nudge": False, "customers": 10000}
    for name, profile in scenario.profiles.items():
        sells = {"organisation": 2, "person": 0} if name == "multichannel" else {"organisation": 0, "person": 2}
        changes |= {f"profiles.{name}.channels.{channel}.open": sells for channel in profile.channels}
    model = past_of(undisturbed(with_changes(scenario, changes), 1))
    model.log = log = Purchases()
    model.run()
    parts = [log.of_segment(number) for number in (0, 1)]
    within = [statistics(panel_of(part), "P5.correlation")["P5.correlation"] for part in parts]
    pooled = pd.concat([parts[0], parts[1].assign(customer=parts[1]["customer"] + 1e6)])
    assert statistics(panel_of(pooled), "P5.correlation")["P5.correlation"] < min(within)
