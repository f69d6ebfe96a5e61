import pytest
from studies import point

from simbiz.runs.run import Run, execute
from simbiz.scenario import without_programme
from simbiz.studies.orders import worlds as orders_worlds
from simbiz.studies.orders.candidates import Candidate, runs_of
from simbiz.studies.orders.worlds import COLUMNS, OUTCOMES, order_worlds
from simbiz.studies.payback.study import measure_payback


@pytest.fixture(scope="module")
def scenario():
    return point({"calendar.years": 2})


@pytest.fixture(scope="module")
def runs(scenario):
    own = scenario.programme.order
    orders = [own, tuple(reversed(own)), own[4:] + own[:4]]
    candidates = [Candidate(order, 1) for order in orders] + [Candidate(own, 8)]
    return [run for run, _ in runs_of(scenario, candidates, [3])]


@pytest.fixture(scope="module")
def outcomes(runs):
    return order_worlds(runs)


def value(outcome, name):
    return outcome.metrics[name][0][0]


def test_totals_are_those_of_the_yearly_metrics(scenario, runs, outcomes):
    nothing = execute([Run(without_programme(scenario), 3)])[0]
    for whole, ours in zip(execute(runs), outcomes, strict=True):
        focal = whole.firms.index(scenario.focal)
        year = {name: [row[focal] for row in rows[2:]] for name, rows in whole.metrics.items()}
        assert value(ours, "profit") == pytest.approx(sum(year["profit"]))
        without = sum(row[focal] for row in nothing.metrics["profit"][2:])
        assert value(ours, "gain") == pytest.approx(sum(year["profit"]) - without)
        assert value(ours, "share") == pytest.approx(sum(year["revenue"]) / sum(year["market_value"]))
        assert value(ours, "share_last_year") == pytest.approx(year["market_share"][-1])
        assert min(year["repeat_rate"]) <= value(ours, "loyalty") <= max(year["repeat_rate"])
        assert ours.fit == whole.fit
        assert ours.key == whole.key


def test_payback_is_that_of_the_command(scenario, outcomes):
    week = measure_payback([Run(scenario, 3)])[0].programme["payback_week"]
    assert value(outcomes[0], "paid_back") == (week is not None)
    assert value(outcomes[0], "payback") == (105 if week is None else week)


def test_every_outcome_is_a_column(outcomes):
    assert set(OUTCOMES) <= set(COLUMNS)
    assert all(tuple(outcome.metrics) == COLUMNS for outcome in outcomes)


def test_orders_that_differ_only_after_the_end_are_one_world_lived_once(monkeypatch):
    scenario = point({"calendar.weeks": 10})
    one, *_, last = scenario.programme.order
    between = scenario.programme.order[1:-1]
    candidates = [Candidate((one, *between, last), 1), Candidate((one, *between[:-1], last, between[-1]), 1)]
    runs = [run for run, _ in runs_of(scenario, candidates, [3])]
    orders_worlds._kept.clear()
    lived = []
    measured = orders_worlds._measured
    monkeypatch.setattr(orders_worlds, "_measured", lambda run, past: lived.append(run) or measured(run, past))
    together = order_worlds(runs)
    assert len(lived) == 1
    alone = []
    for run in runs:
        orders_worlds._kept.clear()
        alone += order_worlds([run])
    assert len(lived) == 3
    assert [outcome.metrics for outcome in together] == [outcome.metrics for outcome in alone]
    assert together[0].key != together[1].key


def test_a_run_that_raises_costs_the_others_nothing(runs, outcomes, monkeypatch):
    measured = orders_worlds._measured

    def fragile(run, background):
        if run is runs[1]:
            raise ValueError("it broke")
        return measured(run, background)

    orders_worlds._kept.clear()
    monkeypatch.setattr(orders_worlds, "_measured", fragile)
    found = order_worlds(runs)
    assert [outcome.status for outcome in found] == ["ok", "failed", "ok", "ok"]
    assert "it broke" in found[1].error
    assert found[2].metrics == outcomes[2].metrics


def test_runs_in_pieces_share_what_was_kept_and_give_the_same(runs, outcomes, monkeypatch):
    orders_worlds._kept.clear()
    made, make = [], orders_worlds._made
    monkeypatch.setattr(orders_worlds, "_made", lambda nothing: made.append(nothing) or make(nothing))
    pieces = [*order_worlds(runs[:2]), *order_worlds(runs[2:])]
    assert len(made) == 1
    assert [outcome.metrics for outcome in pieces] == [outcome.metrics for outcome in outcomes]
    order_worlds([Run(runs[0].scenario, 4)])
    assert [nothing.seed for nothing in made] == [3, 4]
    assert len(orders_worlds._kept) == 1


def test_a_past_that_raises_fails_the_group(runs, monkeypatch):
    def broken(*_):
        raise ValueError("no past")

    monkeypatch.setattr(orders_worlds, "_background", broken)
    assert [outcome.status for outcome in order_worlds(runs)] == ["failed"] * 4
