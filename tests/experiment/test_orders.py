import json

import numpy as np
import pandas as pd
import pytest
from studies import TINY

from simbiz.errors import InputError
from simbiz.runs.conduct import conduct
from simbiz.runs.executor import Finished
from simbiz.runs.study_file import study_of
from simbiz.scenario import load_scenario
from simbiz.studies.orders.candidates import Candidate
from simbiz.studies.orders.study import OrdersStudy

TOOLS = load_scenario("partner-dv").programme.order
BARE = {"firms.partner_dv.starting_tools": [], "firms.partner_dv.digitalization_rate": 0.0}
SETTINGS = {"kind": "orders", "scenario": "partner-dv", "runs": 1200, "outcomes": ["share"], "block": 16}


def study(**settings) -> OrdersStudy:
    return study_of(SETTINGS | settings)


class Landscape:
    """Known worth of orders in the place of the model, with luck that a seed's orders share and luck of their own."""

    def __init__(self, worth, own=0.4, fails=lambda order, seed: False, met=lambda seed: True):
        self.worth, self.own, self.fails, self.met, self.plans = worth, own, fails, met, []

    def perform(self, plan) -> Finished:
        self.plans.append(plan)
        runs, rows = [], []
        for number, (run, label) in enumerate(plan.runs):
            order, key = tuple(label["order"]), f"{len(self.plans)}-{number}"
            bad = self.fails(order, run.seed)
            runs.append({"key": key, "seed": run.seed, "label": label, "status": "failed" if bad else "ok"})
            runs[-1]["fit"] = {} if bad else {"met": self.met(run.seed)}
            if not bad:
                candidate = Candidate(order, label["parallel"])
                luck = np.random.default_rng([run.seed, *map(TOOLS.index, order), candidate.parallel]).normal()
                value = self.worth(candidate) + 20.0 * np.random.default_rng(run.seed).normal() + self.own * luck
                rows.append({"key": key, "year": 1, "firm": "own", "share": value, "profit": -value, "payback": -value})
        return Finished(runs, pd.DataFrame(rows), None)


def best_last_first(candidate) -> float:
    """Only the order that turns the programme round has every pair right."""
    places = [candidate.order.index(tool) for tool in TOOLS]
    return sum(places[i] > places[j] for i in range(len(TOOLS)) for j in range(i + 1, len(TOOLS))) / 4.0


def test_the_best_of_forty_thousand_orders_is_found_and_what_makes_it_good():
    landscape = Landscape(best_last_first)
    found = study(runs=3000, block=32).carry_out(landscape.perform)["outcomes"]["share"]
    assert found["finalists"][0]["order"] == list(reversed(TOOLS))
    assert found["finalists"][0]["inside"]
    assert not found["programme"]["inside"]
    assert found["programme"]["low"] <= -7.0 <= found["programme"]["high"]
    assert found["expected"]["programme_rank"] > 40_000
    assert found["first_steps"][0]["tool"] == TOOLS[-1]
    assert all(row["low"] <= 0.25 <= row["high"] for row in found["precedence"])
    assert all(TOOLS.index(row["first"]) > TOOLS.index(row["then"]) for row in found["precedence"] if row["low"] > 0)
    assert sum(row["low"] > 0 for row in found["precedence"]) > 5


def test_a_flat_landscape_ends_with_every_finalist_in_the_set():
    found = study().carry_out(Landscape(lambda candidate: 0.0).perform)["outcomes"]["share"]
    assert all(row["inside"] for row in found["finalists"])
    assert found["skill"][0] < 0.1
    assert not any(row["low"] > 0.0 for row in found["precedence"])
    assert all(row["inside"] for row in found["first_steps"])


@pytest.mark.parametrize(("runs", "outcomes"), [(600, ["share"]), (1601, ["share", "payback"]), (2000, ["profit"])])
def test_the_budget_is_kept_to_the_run_and_the_final_has_seeds_of_its_own(runs, outcomes):
    landscape = Landscape(best_last_first)
    report = study(runs=runs, outcomes=outcomes).carry_out(landscape.perform)
    spent = [len(plan.runs) for plan in landscape.plans]
    assert 0.9 * runs < sum(spent) <= runs
    budget = report["budget"]
    assert spent == [budget["screening"]["runs"], *(r["runs"] for r in budget["halving"]), budget["final"]["runs"]]
    *earlier, last = [{run.seed for run, _ in plan.runs} for plan in landscape.plans]
    assert not last & set().union(*earlier)


def test_every_block_of_screening_has_a_seed_of_its_own_that_all_its_orders_share():
    blocks = {}
    for run, label in study(first_seed=7).plan().runs:
        blocks.setdefault(label["block"], set()).add(run.seed)
    assert len(blocks) > 1
    assert blocks == {number: {7 + number} for number in range(len(blocks))}


def test_all_of_a_round_see_the_same_seeds():
    landscape = Landscape(best_last_first)
    study().carry_out(landscape.perform)
    for plan in landscape.plans[1:]:
        seeds: dict = {}
        for run, label in plan.runs:
            seeds.setdefault((*label["order"], label["parallel"]), []).append(run.seed)
        assert len({tuple(own) for own in seeds.values()}) == 1


def test_the_same_settings_give_the_same_report():
    one, other = (study().carry_out(Landscape(best_last_first).perform) for _ in range(2))
    assert one == other
    assert study(first_seed=7).carry_out(Landscape(best_last_first).perform) != one


def test_less_is_better_for_payback():
    found = study(outcomes=["payback"]).carry_out(Landscape(best_last_first).perform)["outcomes"]["payback"]
    assert found["finalists"][0]["order"] == list(reversed(TOOLS))
    means = [row["mean"] for row in found["finalists"]]
    assert means == sorted(means)


def test_seeds_that_miss_the_base_year_and_failed_runs_are_left_out_and_counted():
    def fails(order, seed):
        return seed == 3 and order[0] == TOOLS[0]

    landscape = Landscape(best_last_first, fails=fails, met=lambda seed: seed % 5 != 0)
    report = study().carry_out(landscape.perform)
    assert report["outcomes"]["share"]["finalists"][0]["inside"]
    assert report["budget"]["left_out"] > 0
    final = report["budget"]["final"]
    assert final["seeds"] < final["runs"] / final["candidates"]
    json.dumps(report, allow_nan=False)


def test_where_no_seed_meets_the_base_year_the_study_says_what_helps():
    with pytest.raises(InputError, match="more customers or a wider fit_tolerance"):
        study().carry_out(Landscape(best_last_first, met=lambda seed: False).perform)


def test_how_many_tools_at_a_time_is_searched_too():
    def worth(candidate):
        return best_last_first(candidate) + 5.0 * candidate.parallel

    report = study(parallel=[1, 2]).carry_out(Landscape(worth).perform)
    found = report["outcomes"]["share"]
    assert report["candidates"] == 80_640
    assert found["finalists"][0] | {"order": list(reversed(TOOLS)), "parallel": 2} == found["finalists"][0]
    assert [row["inside"] for row in found["levels"]] == [False, True]


def test_all_at_once_is_compared_with_the_best_order():
    def worth(candidate):
        return 12.0 if candidate.parallel == 8 else best_last_first(candidate)

    found = study().carry_out(Landscape(worth).perform)["outcomes"]["share"]
    assert found["at_once"]["low"] <= 5.0 <= found["at_once"]["high"]
    assert found["at_once"]["low"] > 0


def test_orders_obey_prerequisites():
    tools = ["service_backbone", "bpm_crm", "website", "content"]
    searched = study(tools=tools, set=BARE)
    assert len(searched.candidates) == 12
    for _, label in searched.plan().runs:
        assert label["order"].index("bpm_crm") < label["order"].index("service_backbone")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tools": ["websit", "content"]}, "websit is not a tool.*Did you mean 'website'"),
        ({"tools": ["website"]}, "tools: 1 tools; allowed: 2 to 9"),
        ({"outcomes": ["shar"]}, "shar is not a measure of orders.*Did you mean 'share'"),
        ({"outcomes": ["share", "share"]}, "one of them stands there twice"),
        ({"runs": 100}, "runs: 100 are too few; allowed: at least"),
        ({"replicates": 3}, "give its budget, runs"),
        ({"screening": 0.8, "final": 0.3}, "must leave a part for halving"),
        ({"tools": ["service_backbone", "content"], "set": BARE}, "requires bpm_crm"),
    ],
)
def test_mistakes_are_refused_before_anything_is_run(settings, message):
    with pytest.raises(InputError, match=message):
        study(**settings)


def test_a_search_of_the_model_goes_on_from_its_folder_and_says_the_same(tmp_path):
    tools = ["bpm_crm", "website", "content"]
    settings = {"runs": 90, "tools": tools, "block": 4, "pool": 4, "finalists": 2}
    few = study(**settings, set={**TINY, "calendar.weeks": 20})
    one = conduct(few, folder=tmp_path / "a")
    assert not one.failed
    again = conduct(few, folder=tmp_path / "a")
    assert again.report == one.report
    assert one.report["budget"]["final"]["seeds"] >= 2
    assert one.report["candidates"] == 6
