import numpy as np
import orders_truth
import pandas as pd
import pytest
from studies import TINY

from simbiz.cli.orders import print_census
from simbiz.runs.conduct import conduct
from simbiz.runs.finished import Finished
from simbiz.runs.study_file import load_study, study_of
from simbiz.studies.orders.candidates import runs_of
from simbiz.studies.orders.worlds import order_worlds
from simbiz.studies.orders_census.study import KEPT, CensusStudy, best_orders, order_means


@pytest.fixture(scope="module")
def conducted(tmp_path_factory):
    tools = ["bpm_crm", "website", "content"]
    settings = {"kind": "orders census", "scenario": "partner-dv", "tools": tools, "replicates": 2, "batch": 4}
    study = study_of(settings | {"set": {**TINY, "calendar.weeks": 30}})
    return conduct(study, folder=tmp_path_factory.mktemp("census"))


def test_every_order_has_its_mean_over_the_seeds(conducted):
    report, study = conducted.report, conducted.study
    assert report["orders"] == len(report["means"]) == 6
    assert not conducted.failed
    last = [run for run, _ in runs_of(study.scenario, study.candidates[5:], [1, 2])]
    own = [order_worlds([run])[0].metrics for run in last]
    assert report["means"][5] == [np.mean([world[name][0][0] for world in own]) for name in KEPT]


def test_the_best_order_is_the_one_with_the_best_mean(conducted, capsys):
    shares = [row[0] for row in conducted.report["means"]]
    best = conducted.study.candidates[int(np.argmax(shares))]
    assert conducted.report["best"]["share"][0] == {"order": list(best.order), "mean": max(shares)}
    print_census(conducted)
    assert " ".join(best.order) in capsys.readouterr().out


def test_the_best_payback_is_the_shortest(conducted):
    column = KEPT.index("payback")
    means = [[0.0] * len(KEPT) for _ in conducted.study.candidates]
    for number, row in enumerate(means):
        row[column] = [30.0, 20.0, 50.0, 10.0, 60.0, 40.0][number]
    best = best_orders("payback", conducted.study.candidates, means)
    assert [row["mean"] for row in best] == [10.0, 20.0, 30.0, 40.0, 50.0]


def test_an_order_that_lost_a_seed_has_no_mean_and_costs_the_others_nothing():
    keys = ["a1", "a2", "b1", "b2", "c1", "c2"]
    values = {"key": [key for key in keys if key != "b2"], "year": 1, "firm": "x"}
    table = pd.DataFrame(values | {name: [1.0, 3.0, 9.0, 4.0, 8.0] for name in KEPT})
    finished = Finished([{"key": key} for key in keys], table, None)
    assert list(order_means(finished, 2)) == [[2.0] * len(KEPT), None, [6.0] * len(KEPT)]


def test_a_truth_is_read_as_it_was_kept(conducted, tmp_path, monkeypatch):
    monkeypatch.setattr(orders_truth, "FOLDER", tmp_path)
    orders_truth.write(conducted.report, "three")
    facts, table = orders_truth.read("three")
    assert facts["seeds"] == [1, 2]
    assert [list(order) for order in table.index] == [list(one.order) for one in conducted.study.candidates]
    for name, step in orders_truth.STEPS.items():
        kept = [row[KEPT.index(name)] for row in conducted.report["means"]]
        np.testing.assert_allclose(table[name], kept, atol=step / 2 * 1.001)


@pytest.mark.parametrize(("name", "orders"), [("orders_truth", 40_320), ("orders_truth_six", 720)])
def test_the_shipped_censuses_have_every_order(name, orders):
    study = load_study(name)
    assert isinstance(study, CensusStudy)
    assert len(study.candidates) == orders
