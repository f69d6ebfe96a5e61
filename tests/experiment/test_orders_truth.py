"""The search against the truth: every order of some tools done once in the model, and kept."""

import numpy as np
import orders_truth
import pandas as pd
import pytest

from simbiz.runs.executor import Finished
from simbiz.runs.study_file import study_of

RUNS = {"eight": 1600, "six": 1200}
# Luck of an order within a seed, in parts of the spread of orders' means; a seed of the model has about as much.
LUCK = 0.5
REPEATS = 20


class Kept:
    """The kept means in the place of the model, with luck of a seed and luck of an order in a seed."""

    def __init__(self, table):
        self.table, self.spread = table, table.std()

    def perform(self, plan):
        runs, rows = [], []
        for number, (run, label) in enumerate(plan.runs):
            order, key = tuple(label["order"]), str(number)
            luck = np.random.default_rng([run.seed, *map(sorted(order).index, order), label["parallel"]])
            shared = np.random.default_rng(run.seed).normal()
            values = self.table.loc[[order]].iloc[0] + self.spread * (10.0 * shared + LUCK * luck.normal())
            runs.append({"key": key, "seed": run.seed, "label": label, "status": "ok", "fit": {"met": True}})
            rows.append({"key": key, "year": 1, "firm": "own", **values})
        return Finished(runs, pd.DataFrame(rows), None)


def searched(name):
    """For every outcome: part of all orders better than the leader, and whether the best finalist is in the set."""
    facts, table = orders_truth.read(name)
    settings = {"kind": "orders", "scenario": "partner-dv", "tools": facts["tools"], "runs": RUNS[name]}
    found = {}
    for repeat in range(REPEATS):
        study = study_of({**settings, "first_seed": 1 + 1000 * repeat})
        for outcome, told in study.carry_out(Kept(table).perform)["outcomes"].items():
            truth = (1.0 if told["more_is_better"] else -1.0) * table[outcome]
            finalists = [truth.loc[[tuple(row["order"])]].iloc[0] for row in told["finalists"]]
            inside = told["finalists"][int(np.argmax(finalists))]["inside"]
            found.setdefault(outcome, []).append(((truth > finalists[0]).mean(), inside))
    return {outcome: np.array(pairs, dtype=float).mean(axis=0) for outcome, pairs in found.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", orders_truth.names())
def test_the_search_ends_among_the_best_hundredth_and_its_set_holds_the_best_finalist(name):
    for outcome, (better, inside) in searched(name).items():
        assert better < 0.01, outcome
        assert inside >= 0.95 - 3.0 * np.sqrt(0.95 * 0.05 / REPEATS), outcome
