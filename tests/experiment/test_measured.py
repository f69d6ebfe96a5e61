"""What is kept of a group of runs: the focal firm's own numbers, and every run that did not raise."""

from studies import point

from simbiz.runs.measuring import Keep, Measured
from simbiz.runs.run import Outcome, Run


def outcome(run):
    firms = ["rival_a", "partner_dv", "rival_b"]
    programme = {"tasks": [1], "answers": [2], "last_week": 30}
    return Outcome(run.key, run.seed, "ok", [0, 1], firms, {"value": [[1, 2, 3], [4, 5, 6]]}, {}, programme)


def group(count):
    scenario = point()
    return [Run(scenario, seed) for seed in range(count)]


def test_the_focal_firm_keeps_its_own_column():
    kept = Measured(lambda runs: [outcome(run) for run in runs], Keep(firms="focal", tasks=False))
    (found,) = kept(group(1))
    assert (found.firms, found.metrics) == (["partner_dv"], {"value": [[2], [5]]})
    assert found.programme == {"last_week": 30}


def test_a_run_that_raises_costs_the_others_of_its_group_nothing():
    def work(runs):
        if any(run.seed == 1 for run in runs):
            raise ValueError("planted")
        return [outcome(run) for run in runs]

    found = Measured(work)(group(3))
    assert [one.status for one in found] == ["ok", "failed", "ok"]
    assert [one.seed for one in found] == [0, 1, 2]
    assert "planted" in found[1].error
