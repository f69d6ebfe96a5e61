"""Differences on paired worlds."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from studies import point

from simbiz.catalogue import load_catalogue
from simbiz.runs import run as run_module
from simbiz.runs.run import simulate
from simbiz.scenario import without_programme
from simbiz.studies.compare.compare import compare

SEEDS = 4


def focal(scenario):
    table = simulate(scenario, seed=1, replicates=SEEDS)
    return table[table["firm"] == scenario.focal]


@pytest.fixture(scope="module")
def table():
    return compare(without_programme(point()), point(), replicates=SEEDS)


def test_there_is_a_row_for_every_metric_and_year(table):
    assert list(table.groupby("metric", sort=False).size().items()) == [(name, 3) for name in load_catalogue().metrics]
    assert sorted(set(table["year"])) == [-1, 0, 1]


def test_differences_and_intervals_are_those_of_pairs(table):
    first, second = focal(without_programme(point())), focal(point())
    for metric in ("market_share", "profit", "wait"):
        row = table[(table["metric"] == metric) & (table["year"] == 1)].iloc[0]
        a, b = (one.loc[one["year"] == 1, metric].to_numpy() for one in (first, second))
        low, high = stats.t.interval(0.95, SEEDS - 1, loc=(b - a).mean(), scale=stats.sem(b - a))
        expected = (a.mean(), b.mean(), (b - a).mean(), low, high)
        assert tuple(row[["first", "second", "difference", "low", "high"]]) == pytest.approx(expected)
        reduction = (a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1)
        assert row["variance_reduction"] == pytest.approx(reduction)


def test_worlds_share_their_luck_until_the_programme_begins(table):
    past = table[table["year"] <= 0]
    assert (past["difference"] == 0.0).all()
    assert (table[table["year"] == 1]["difference"] != 0.0).any()


def test_means_and_difference_are_over_the_seeds_at_which_both_worlds_met_the_base_year(monkeypatch):
    real, missed = run_module.fit_of, 2

    def fit(model):
        return real(model) | {"met": not model.layout.scenario.programme.order or model.seed_used != missed}

    monkeypatch.setattr(run_module, "fit_of", fit)
    table = compare(without_programme(point()), point(), replicates=SEEDS, metrics=["market_share"])
    assert set(table["seeds"]) == {SEEDS - 1}
    assert (table["second"] - table["first"]).to_numpy() == pytest.approx(table["difference"].to_numpy())
    own = focal(point())
    kept = own[(own["seed"] != missed) & (own["year"] == 1)]["market_share"].mean()
    assert table[table["year"] == 1]["second"].item() == pytest.approx(kept)


def test_without_a_common_seed_there_is_no_mean():
    strict = {"fit.tolerance": 1e-9}
    table = compare(without_programme(point(strict)), point(strict), replicates=2, metrics=["revenue"])
    assert set(table["seeds"]) == {0}
    assert table[["first", "second", "difference", "low", "high"]].isna().all(axis=None)


def test_a_scenario_differs_from_itself_by_nothing():
    table = compare(point(), point(), replicates=2)
    assert (table[["difference", "low", "high"]] == 0.0).all(axis=None)
    assert table["variance_reduction"].isna().all()


def test_one_pair_has_no_interval():
    table = compare(without_programme(point()), point(), replicates=1, metrics=["market_share"])
    assert table[["low", "high", "variance_reduction"]].isna().all(axis=None)
    assert table["difference"].notna().all()


def test_only_the_metrics_asked_for_are_compared_and_the_seed_counts():
    tables = [
        compare(without_programme(point()), point(), replicates=1, seed=seed, metrics=["wait"]) for seed in (1, 2)
    ]
    assert set(tables[0]["metric"]) == {"wait"}
    assert not tables[0].equals(tables[1])


def test_scenarios_of_different_length_are_compared_in_the_years_that_both_have():
    table = compare(point(), point({"calendar.years": 2}), replicates=2, metrics=["revenue"])
    assert table["year"].tolist() == [-1, 0, 1]
    backwards = compare(point({"calendar.years": 2}), point(), replicates=2, metrics=["revenue"])
    pd.testing.assert_frame_equal(backwards, table)


def test_firms_may_have_other_focal_firms():
    other = point({"focal": "rival_d", "programme.order": []})
    table = compare(without_programme(point()), other, replicates=1, metrics=["revenue"])
    year = simulate(other, seed=1)
    own = year[(year["firm"] == "rival_d") & (year["year"] == 1)]["revenue"].to_numpy()
    assert table[table["year"] == 1]["second"].to_numpy() == pytest.approx(own)


def test_a_failed_run_is_an_error(monkeypatch):
    def broken(observation):
        raise ArithmeticError("a planted failure")

    monkeypatch.setattr(run_module, "observe", broken)
    with pytest.raises(RuntimeError, match=r"^4 runs failed; the first:\nTraceback[\s\S]*a planted failure"):
        compare(without_programme(point()), point(), replicates=2)


def test_shared_luck_makes_the_difference_more_certain():
    pairs = compare(without_programme(point({"customers": 1500})), point({"customers": 1500}), replicates=8)
    row = pairs[(pairs["metric"] == "market_share") & (pairs["year"] == 1)].iloc[0]
    # Under no gain the factor follows F(7, 7) at most in the mean of 1: 5 is beyond its 97 % point.
    assert row["variance_reduction"] > stats.f.ppf(0.97, SEEDS + 3, SEEDS + 3)
    assert np.isfinite(row["variance_reduction"])
