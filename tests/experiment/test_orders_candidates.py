import numpy as np
from studies import point

from simbiz.runs.run import Run
from simbiz.scenario import with_changes
from simbiz.studies.orders.candidates import (
    Candidate,
    allowed,
    every_order,
    positions,
    runs_of,
    sampled_orders,
)

TOOLS = list("abcdefgh")


def test_eight_tools_have_all_their_orders_once():
    orders = every_order(TOOLS, {})
    assert len(np.unique(orders, axis=0)) == len(orders) == 40_320


def test_no_order_has_a_tool_before_what_it_requires():
    orders = every_order(list("abcd"), {"a": ["c"], "b": ["elsewhere"]})
    assert len(orders) == 12
    assert np.all(positions(orders)[:, 2] < positions(orders)[:, 0])


def test_a_balanced_set_has_every_tool_equally_often_everywhere_and_before_every_other():
    orders = sampled_orders(TOOLS, {}, 16, seed=1, block=0)
    places = positions(orders)
    assert all(np.bincount(places[:, tool]).tolist() == [2] * 8 for tool in range(8))
    assert all(np.sum(places[:, i] < places[:, j]) == 8 for i in range(8) for j in range(i))


def test_samples_are_the_same_for_the_same_seed_and_block_only():
    one = sampled_orders(TOOLS, {}, 32, seed=1, block=0)
    assert np.array_equal(one, sampled_orders(TOOLS, {}, 32, seed=1, block=0))
    assert not np.array_equal(one, sampled_orders(TOOLS, {}, 32, seed=1, block=1))
    assert not np.array_equal(one, sampled_orders(TOOLS, {}, 32, seed=2, block=0))


def test_samples_obey_prerequisites_and_repeat_nothing():
    requires = {"a": ["b"], "h": ["a"]}
    orders = sampled_orders(TOOLS, requires, 40, seed=1, block=0)
    assert len(np.unique(orders, axis=0)) == 40
    assert allowed(orders, TOOLS, requires).all()


def test_a_sample_of_more_orders_than_there_are_is_all_of_them():
    assert len(sampled_orders(list("abc"), {}, 50, seed=1, block=0)) == 6


def test_runs_of_a_candidate_are_those_of_the_scenario_with_its_order():
    scenario = point()
    order = tuple(reversed(scenario.programme.order))
    ((run, label), *others) = runs_of(scenario, [Candidate(order, 2)], [4, 5], stage="final")
    same = with_changes(scenario, {"programme.order": list(order), "programme.parallel": 2})
    assert run.key == Run(same, 4).key
    assert label == {"order": list(order), "parallel": 2, "stage": "final"}
    assert [run.seed for run, _ in others] == [5]


def test_all_candidates_live_through_the_same_seeds():
    scenario = point()
    order = tuple(scenario.programme.order)
    runs = runs_of(scenario, [Candidate(order, 1), Candidate(order[::-1], 1)], [4, 5])
    assert [run.seed for run, _ in runs] == [4, 5, 4, 5]
