"""The margins of the claims, and the outcomes that a study of sensitivity can name."""

import numpy as np
import pytest
from studies import finished, point, worlds, yearly

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.studies.claims.margins import METRICS, margins
from simbiz.studies.claims.statistics import COMPARATORS, Worlds
from simbiz.studies.sensitivity.outcomes import MetricOutcome, outcomes_named, values_of

TARGET = 0.1279
GAIN = 0.1279 - 0.0771
PAIRED = "share.value | paired | first full year after the last step"
PAIRS = [([0.08, 0.08, 0.10, 0.14], [0.08, 0.08, 0.08, 0.08]), ([0.08, 0.08, 0.12, 0.18], [0.08, 0.08, 0.08, 0.09])]


def made(pairs=PAIRS, outcomes=None, **facts):
    """Give outcomes of point 0 of two, from the focal firm's shares by year in each pair of worlds."""
    runs = finished([(yearly(4, market_share=one), yearly(4, market_share=other)) for one, other in pairs], **facts)
    for run in runs.runs:
        run["label"] = {"point": 0, "programme": run["label"]["programme"]}
    scenario = point({"calendar.years": 2})
    return values_of(outcomes or margins(), scenario, runs, 2, range(len(pairs)))


def test_a_margin_is_the_estimate_less_the_target_and_a_point_without_runs_has_none():
    found = made()
    nothing = [np.nan, np.nan]
    np.testing.assert_allclose(
        found["share.value | before-after | first year"], [[0.10 - TARGET, 0.12 - TARGET], nothing]
    )
    after = found["share.value | before-after | first full year after the last step"]
    np.testing.assert_allclose(after, [[0.14 - TARGET, 0.18 - TARGET], nothing])
    np.testing.assert_allclose(found[PAIRED], [[0.06 - GAIN, 0.09 - GAIN], nothing])


@pytest.mark.parametrize(
    ("facts", "first", "after"),
    [
        ({}, [True, True], [True, True]),
        ({"met": {1: False}}, [True, False], [True, False]),
        ({"status": {0: "failed"}}, [False, True], [False, True]),
        ({"last_week": 51}, [True, True], [True, True]),
        ({"last_week": 52}, [True, True], [False, False]),
    ],
    ids=["all well", "missed the base year", "failed", "just in time", "a week too late for a full year after"],
)
def test_a_pair_has_no_margin_unless_both_worlds_live_to_the_horizon_and_met_the_base_year(facts, first, after):
    found = made(**facts)
    assert np.isfinite(found["share.value | paired | first year"][0]).tolist() == first
    assert np.isfinite(found[PAIRED][0]).tolist() == after


def test_every_numeric_reading_has_a_margin_by_comparator_and_horizon_from_few_metrics():
    numeric = [
        f"{name}.{reading}"
        for name, claim in load_catalogue().claims.items()
        if claim.kind == "number"
        for reading in claim.readings
    ]
    known = {margin.name: margin for margin in margins()}
    assert len(known) == len(numeric) * len(COMPARATORS) * 2
    assert {name.split(" | ")[0] for name in known} == set(numeric)
    values = yearly(4, market_share=PAIRS[0][0])
    pair = worlds(values, yearly(4))
    few = Worlds(*({name: side[name] for name in METRICS} for side in (pair.programme, pair.nothing)), 1, pair.limits)
    assert all(np.isfinite(margin.of(few, 20)) for margin in known.values())


def test_a_ratio_to_nothing_is_no_value_and_money_beyond_nothing_is_one():
    values = {"market_share": PAIRS[0][0], "profit": [0.0, 0.0, 5.0, 5.0], "revenue": [0.0] * 4}
    runs = finished([(yearly(4, **values), yearly(4, **(values | {"profit": [0.0] * 4})))])
    for run in runs.runs:
        run["label"] = {"point": 0, "programme": run["label"]["programme"]}
    found = values_of(margins(), point({"calendar.years": 2}), runs, 1, [0])
    assert np.isnan(found["performance.revenue | paired | first year"]).all()
    np.testing.assert_allclose(found["performance.profit | paired | first year"], [[5.0]])
    assert np.isfinite(found[PAIRED]).all()


def test_a_margin_in_money_is_what_exceeds_the_part_of_what_it_is_compared_with():
    runs = finished([(yearly(4, profit=[10, 10, 20, 20]), yearly(4, profit=[10, 10, 10, -10]))])
    for run in runs.runs:
        run["label"] = {"point": 0, "programme": run["label"]["programme"]}
    found = values_of(margins(), point({"calendar.years": 2}), runs, 1, [0])
    np.testing.assert_allclose(found["performance.profit | paired | first year"], [[10 - 0.28 * 10]])
    after = "performance.profit | paired | first full year after the last step"
    np.testing.assert_allclose(found[after], [[30 - 0.28 * 10]])


# ---- what a study can ask for


def test_claims_readings_and_margins_can_be_named():
    scenario = point()
    everything = outcomes_named("claims", scenario)
    assert everything == margins()
    assert {one.claim for one in outcomes_named("performance", scenario)} == {"performance"}
    assert {(one.claim, one.reading) for one in outcomes_named("share.value", scenario)} == {("share", "value")}
    assert [one.name for one in outcomes_named(PAIRED, scenario)] == [PAIRED]


def test_a_metric_can_be_named_by_year_and_comparison():
    texts = [f"market_share year 2 {compared}" for compared in ("paired", "before-after", "value")]
    asked = [one for text in texts for one in outcomes_named(text, point({"calendar.years": 2}))]
    assert asked[0] == MetricOutcome("market_share", 2, "paired")
    found = made(outcomes=asked)
    for text, expected in zip(texts, ([0.06, 0.09], [0.06, 0.10], [0.14, 0.18]), strict=True):
        np.testing.assert_allclose(found[text][0], expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share.valu", r"'share.valu' is no outcome; allowed: claims, .*Did you mean 'share.value'\?"),
        ("strategy", "is no outcome"),
        ("market_share", "a metric as in 'market_share year 3 paired'"),
        ("market_share year 1 weekly", "is no outcome"),
        ("market_shar year 1 paired", r"market_shar is not a metric .*Did you mean 'market_share'\?"),
        ("market_share year 3 paired", "the scenario lives 2 years .*; allowed: 1 to 2"),
        ("market_share year 0 value", "allowed: 1 to 2"),
    ],
)
def test_what_is_no_outcome_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        outcomes_named(text, point({"calendar.years": 2}))
