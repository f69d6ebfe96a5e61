import numpy as np
import pytest

from simbiz.statistics.halving import halve, rounds_needed

WORLDS = 1500


class Landscape:
    """Known means with luck: of the block, which all share, and of each candidate."""

    def __init__(self, means, rng, shared=0.0, own=1.0):
        self.means, self.rng, self.shared, self.own = np.asarray(means, float), rng, shared, own
        self.calls = []

    def __call__(self, candidates, seeds):
        self.calls.append((list(candidates), seeds))
        block = self.shared * self.rng.normal(size=(seeds, 1))
        return {"worth": self.means[candidates] + block + self.own * self.rng.normal(size=(seeds, len(candidates)))}


def selected(landscape, runs):
    left, _ = halve({"worth": range(len(landscape.means))}, landscape, finalists=1, runs=runs)
    return left["worth"][0]


def often_right(means, runs, **luck):
    rng = np.random.default_rng(11)
    right = sum(selected(Landscape(means, rng, **luck), runs) == np.argmax(means) for _ in range(WORLDS))
    return right / WORLDS


def test_of_two_the_better_is_chosen_as_often_as_the_normal_law_says():
    from scipy.stats import norm

    chance = norm.cdf(0.5 * np.sqrt(10) / np.sqrt(2))
    assert abs(often_right([0.0, 0.5], runs=20) - chance) < 5 * np.sqrt(chance * (1 - chance) / WORLDS)


def test_one_cut_chooses_the_best_of_four_as_often_as_bechhofer_tabulated():
    # Bechhofer (1954), Annals of Mathematical Statistics 25, table I: k = 4, 0.95 where sqrt(N) d / s = 2.9162.
    rng, right, seeds = np.random.default_rng(12), 0, 16
    for _ in range(WORLDS):
        landscape = Landscape([0.0, 0.0, 0.0, 2.9162 / np.sqrt(seeds)], rng, shared=7.0)
        # Halving keeps two of four first: with all luck in one round the last cut is by the same means.
        values = landscape(range(4), seeds)["worth"]
        left, _ = halve({"worth": range(4)}, lambda found, _, v=values: {"worth": v[:, found]}, finalists=1, runs=99)
        right += left["worth"][0] == 3
    assert abs(right / WORLDS - 0.95) < 5 * np.sqrt(0.95 * 0.05 / WORLDS)


def test_halving_is_right_no_less_often_than_the_computing_budget_allocation_of_sim_tools():
    fixed_budget = pytest.importorskip("sim_tools.ovs.fixed_budget")
    toy = pytest.importorskip("sim_tools.ovs.toy_models")
    means, runs, worlds = np.arange(10) * 0.3, 300, 150
    np.random.seed(13)  # noqa: NPY002 - that is where sim_tools draws from
    right = 0
    for _ in range(worlds):
        model = toy.custom_gaussian_model(means, np.ones(10))
        right += fixed_budget.OCBA(model, 10, runs, delta=10, n_0=5, obj="max").solve() == 9
    theirs, ours = right / worlds, often_right(means, runs, shared=5.0)
    assert ours > theirs - 5 * np.sqrt(theirs * (1 - theirs) * (1 / worlds + 1 / WORLDS))


def test_the_budget_is_kept_and_all_of_a_round_see_the_same_seeds():
    landscape = Landscape(np.arange(20), np.random.default_rng(1))
    left, rounds = halve({"worth": range(20)}, landscape, finalists=3, runs=200)
    assert len(left["worth"]) == 3
    assert sum(each.runs for each in rounds) <= 200
    assert [len(candidates) for candidates, _ in landscape.calls] == [20, 10, 5]
    assert rounds_needed(20, 3) == 3


def test_a_candidate_of_several_pools_is_run_once():
    landscape = Landscape(np.arange(6), np.random.default_rng(2))

    def evaluate(candidates, seeds):
        values = landscape(candidates, seeds)["worth"]
        return {"worth": values, "worthless": -values}

    left, _ = halve({"worth": [0, 1, 2, 3], "worthless": [2, 3, 4, 5]}, evaluate, finalists=2, runs=400)
    assert landscape.calls[0][0] == [0, 1, 2, 3, 4, 5]
    assert left == {"worth": [3, 2], "worthless": [2, 3]}


def test_where_the_budget_is_short_the_least_promising_do_not_take_part():
    landscape = Landscape(np.zeros(12), np.random.default_rng(3))
    halve({"worth": range(12)}, landscape, finalists=6, runs=16)
    assert landscape.calls == [(list(range(8)), 2)]


def test_a_pool_that_is_small_already_costs_nothing():
    left, rounds = halve({"worth": [4, 2]}, Landscape(np.zeros(5), None), finalists=2, runs=100)
    assert left == {"worth": [4, 2]}
    assert rounds == []


def test_a_candidate_is_judged_by_all_rounds_that_it_has_been_through():
    rounds = iter([{0: 10.0, 1: 9.0, 2: 0.0, 3: 0.0}, {0: 8.8, 1: 9.0}])

    def evaluate(candidates, seeds):
        means = next(rounds)
        return {"worth": np.repeat([[means[one] for one in candidates]], seeds, axis=0)}

    left, done = halve({"worth": range(4)}, evaluate, finalists=1, runs=24)
    assert [round_.candidates for round_ in done] == [4, 2]
    assert left["worth"] == [0]
