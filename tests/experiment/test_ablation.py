"""Ablation: contributions from worlds whose numbers are known, and once from worlds that were run."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from studies import finished, point, yearly

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.runs.executor import Finished, perform
from simbiz.scenario import parameter_values, with_changes
from simbiz.studies.ablation.study import (
    FULL,
    ablation,
    ablation_plan,
    chosen_mechanisms,
    largest_first,
)
from simbiz.studies.claims.horizons import FIRST_YEAR, FULL_YEAR_AFTER

FIRST, AFTER = FIRST_YEAR, FULL_YEAR_AFTER
MECHANISMS = list(load_catalogue().mechanisms)
BASE = [0.0858, 0.0771]


def world(share, revenue):
    """Values by year with these in years 1 and 2."""
    return yearly(4, market_share=[*BASE, share, share], revenue=[1.0, 1.0, revenue, revenue])


def made(gains, **facts):
    """Make the runs of a study from (share, revenue) gained over 0.08 and 100, by mechanism and then by seed."""
    runs, tables = [], []
    for name, by_seed in gains.items():
        nothing = world(0.08, 100.0)
        pairs = [(world(0.08 + share, 100.0 + money), nothing) for share, money in by_seed]
        part = finished(pairs, **facts.get(name, {}))
        keys = {run["key"]: f"{name}-{run['key']}" for run in part.runs}
        for run in part.runs:
            run["label"] = {"mechanism": name, "seed": run["seed"], "programme": run["label"]["programme"]}
            run["key"] = keys[run["key"]]
            runs.append(run)
        tables.append(part.outcomes.assign(key=part.outcomes["key"].map(keys)))
    return ablation(point(), Finished(runs, pd.concat(tables), None))


def row(report, name, effect="market_share", horizon=FIRST):
    (found,) = [
        one for one in report["rows"] if (one["mechanism"], one["effect"], one["horizon"]) == (name, effect, horizon)
    ]
    return found


GAINS = {FULL: [(0.05, 50.0), (0.07, 80.0), (0.06, 50.0)], "price": [(0.03, 10.0), (0.03, 60.0), (0.03, 20.0)]}


def test_a_contribution_is_the_effect_in_the_full_model_less_that_without_the_mechanism_seed_by_seed():
    report = made(GAINS)
    for horizon in (FIRST, AFTER):
        share, revenue = row(report, "price", horizon=horizon), row(report, "price", "revenue", horizon)
        assert (share["full"], share["without"], share["contribution"]) == pytest.approx((0.06, 0.03, 0.03))
        assert (revenue["full"], revenue["without"], revenue["contribution"]) == pytest.approx((0.6, 0.3, 0.3))
        differences = np.array([0.02, 0.04, 0.03])
        expected = stats.t.interval(0.95, 2, loc=differences.mean(), scale=stats.sem(differences))
        assert share["interval"] == pytest.approx(list(expected))
        assert share["pairs"] == 3


def test_the_full_model_is_reported_by_itself():
    report = made(GAINS)
    full = {(one["effect"], one["horizon"]): one for one in report["full"]}
    assert full["market_share", FIRST]["estimate"] == pytest.approx(0.06)
    assert full["revenue", AFTER]["estimate"] == pytest.approx(0.6)
    assert full["revenue", AFTER]["pairs"] == 3


def test_a_mechanism_whose_removal_breaks_the_fit_says_so_and_only_common_seeds_count():
    report = made(GAINS, price={"met": {1: False}})
    assert report["fit"] == {"full model": {"met": 3, "runs": 3}, "price": {"met": 2, "runs": 3}}
    found = row(report, "price")
    assert (found["full"], found["contribution"], found["pairs"]) == pytest.approx((0.055, 0.025, 2))


def test_without_common_worlds_there_is_no_contribution():
    report = made(GAINS, price={"met": {0: False, 1: False, 2: False}})
    found = row(report, "price")
    nothing = {"full": None, "without": None, "contribution": None, "interval": None, "pairs": 0}
    assert {key: found[key] for key in nothing} == nothing
    json.dumps(report, allow_nan=False)


def test_a_failed_run_takes_its_pair_out():
    report = made(GAINS, price={"status": {0: "failed"}})
    assert (row(report, "price")["pairs"], report["failed_runs"]) == (2, 2)
    assert report["fit"]["price"] == {"met": 2, "runs": 3}


def test_the_largest_contribution_comes_first_whatever_its_sign_and_none_comes_last():
    rows = [{"contribution": value} for value in (0.01, None, -0.05, 0.03, 0.0)]
    assert [one["contribution"] for one in largest_first(rows)] == [-0.05, 0.03, 0.01, 0.0, None]


def test_every_mechanism_is_switched_off_in_its_turn_with_the_same_seeds():
    study = ablation_plan(point(), chosen_mechanisms(point()), [3, 4])
    assert len(study.runs) == 4 * (1 + len(MECHANISMS))
    assert [label["mechanism"] for _, label in study.runs[::4]] == [FULL, *MECHANISMS]
    for run, label in study.runs:
        values = parameter_values(run.scenario)
        for name in MECHANISMS:
            silenced = load_catalogue().mechanisms[name].off
            assert all(values[key] == off for key, off in silenced.items()) == (name == label["mechanism"])
        assert run.seed == label["seed"]
        assert bool(run.scenario.programme.order) == label["programme"]


def test_chosen_mechanisms_are_switched_off_in_the_order_of_the_catalogue():
    assert chosen_mechanisms(point(), ("loyalty", "awareness")) == ["awareness", "loyalty"]
    silent = with_changes(point(), {"mechanisms.loyalty": False})
    assert chosen_mechanisms(silent) == [name for name in MECHANISMS if name != "loyalty"]
    with pytest.raises(InputError, match="switched off in partner_dv already"):
        chosen_mechanisms(silent, ("loyalty",))
    with pytest.raises(InputError, match=r"loyality is not a mechanism .* Did you mean 'loyalty'\?"):
        chosen_mechanisms(point(), ("loyality",))


def test_to_an_empty_programme_every_mechanism_contributes_exactly_nothing():
    scenario = point({"programme.order": []})
    report = ablation(scenario, perform(ablation_plan(scenario, ["loyalty"], [1, 2]), folder=None))
    for effect in ("market_share", "revenue"):
        found = row(report, "loyalty", effect)
        assert (found["full"], found["without"], found["contribution"]) == (0.0, 0.0, 0.0)
        assert found["interval"] == [0.0, 0.0]


def test_a_mechanism_that_carries_the_effect_has_a_part_in_it():
    report = ablation(point(), perform(ablation_plan(point(), ["staff_use", "loyalty"], [1, 2]), folder=None))
    assert row(report, "loyalty")["contribution"] != 0.0
    assert row(report, "staff_use")["contribution"] != 0.0
    assert {one["horizon"] for one in report["rows"]} == {FIRST, AFTER}
