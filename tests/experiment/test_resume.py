"""A plan that the ledger knows is gone on with without a key of any run; what others have done is not done again."""

import subprocess
import sys

import numpy as np
import pytest
from studies import point

from simbiz.errors import InputError
from simbiz.results.ledger_sharing import ledger_like, merge
from simbiz.runs import executor as perform_module
from simbiz.runs.engine import Engine
from simbiz.runs.executor import Performance, Ways, perform
from simbiz.runs.measuring import Keep, Measured, measure_name
from simbiz.runs.plan import Plan, PointRuns
from simbiz.runs.run import Run, execute

FEW = Keep(metrics=("market_share", "revenue"), firms="focal", tasks=False)


def plan(points=2, seeds=(1, 2), name="try"):
    changes = [{"parameters.price_sensitivity": 1.0 + 0.1 * number} for number in range(points)]
    return Plan(name, PointRuns(point({"calendar.weeks": 2}), changes, list(seeds), (True, False)))


def content(finished):
    """All of a finished plan but times and positions."""
    runs = [{key: run[key] for key in run.keys() - {"seconds", "position"}} for run in finished.runs]
    return runs, finished.outcomes.to_csv(index=False)


@pytest.fixture
def executed(monkeypatch):
    """Groups that are really executed."""
    groups = []

    def watched(sound):
        return lambda group, **how: groups.append(list(group)) or sound(group, **how)

    for name in ("execute", "execute_kept"):
        monkeypatch.setattr(perform_module, name, watched(getattr(perform_module, name)))
    return groups


@pytest.fixture
def no_keys(monkeypatch):
    """Whoever asks for a key or makes a run from now on is found out."""

    def forbid():
        def refuse(*arguments):
            raise AssertionError("a run was looked at")

        monkeypatch.setattr(Run, "key", property(refuse))
        monkeypatch.setattr(PointRuns, "_world", refuse)

    return forbid


def test_a_plan_that_is_done_is_read_back_without_a_key_or_a_run(tmp_path, no_keys):
    first = content(perform(plan(), folder=tmp_path))
    no_keys()
    again = perform(plan(), folder=tmp_path)
    assert content(again) == first
    assert again.labels == [{"point": p, "programme": w} for p in (0, 1) for _ in (1, 2) for w in (True, False)]
    assert again.statuses == ["ok"] * 8
    assert again.keys == [run["key"] for run in again.runs]


def test_only_runs_that_are_missing_are_made(tmp_path, monkeypatch):
    whole = plan()
    with Engine() as engine, Performance(tmp_path, engine) as do:
        do(whole)
        do.ledger.database.execute("UPDATE runs SET status = 'planned' WHERE position = 3")
    made = []
    sound = PointRuns.__getitem__
    monkeypatch.setattr(PointRuns, "__getitem__", lambda runs, place: made.append(place) or sound(runs, place))
    perform(plan(), folder=tmp_path)
    assert made == [2]


def test_what_one_plan_has_done_in_memory_the_next_does_not_do_again(executed):
    with Engine() as engine, Performance(None, engine) as do:
        do(plan(points=1))
        done = sum(map(len, executed))
        do(plan(points=2))
    assert (done, sum(map(len, executed))) == (4, 8)


def test_what_another_study_has_done_is_copied_and_not_done_again(tmp_path, executed):
    results = tmp_path / "results"
    other = perform(plan(points=3), folder=results / "other" / "1")
    executed.clear()
    own = perform(plan(points=2, seeds=(2, 3)), folder=results / "own" / "2")
    assert sorted(run.seed for group in executed for run in group) == [3] * 4
    assert content(own) == content(perform(plan(points=2, seeds=(2, 3)), folder=None))
    assert set(other.keys) & set(own.keys)


@pytest.mark.parametrize(
    ("before", "now", "served"),
    [
        (Keep(), FEW, False),
        (Keep(metrics=("market_share", "revenue", "profit"), firms="focal", tasks=False), FEW, True),
        (FEW, Keep(metrics=("market_share", "profit"), firms="focal", tasks=False), False),
        (FEW, Keep(metrics=("market_share",), firms="focal"), False),
        (Keep(), Keep(), True),
    ],
)
def test_runs_are_shared_only_where_what_is_kept_suffices(tmp_path, executed, before, now, served):
    results = tmp_path / "results"
    perform(plan(1, (1,)), folder=results / "other" / "1", keep=before)
    executed.clear()
    own = perform(plan(1, (1,)), folder=results / "own" / "2", keep=now)
    assert (executed == []) == served
    assert content(own) == content(perform(plan(1, (1,)), folder=None, keep=now))


def measured_otherwise(group):
    return execute(group)


def test_runs_measured_by_other_work_are_not_taken(tmp_path, executed):
    results = tmp_path / "results"
    perform(plan(1, (1,)), folder=results / "other" / "1", work=measured_otherwise)
    executed.clear()
    perform(plan(1, (1,)), folder=results / "own" / "2")
    assert len(executed) == 1


def test_runs_without_their_series_are_not_taken_where_series_are_wanted(tmp_path, executed):
    results = tmp_path / "results"
    perform(plan(1, (1,)), folder=results / "other" / "1", series=True)
    perform(plan(1, (2,)), folder=results / "other" / "2")
    executed.clear()
    own = perform(plan(1, (1, 2)), folder=results / "own" / "2", series=True)
    assert [[run.seed for run in group] for group in executed] == [[2, 2]]
    assert {path.stem for path in (results / "own" / "2" / "series").iterdir()} == set(own.keys)


def test_a_folder_elsewhere_takes_nothing_from_results(tmp_path, executed):
    perform(plan(1, (1,)), folder=tmp_path / "results" / "other" / "1")
    executed.clear()
    perform(plan(1, (1,)), folder=tmp_path / "elsewhere")
    assert len(executed) == 1


def test_few_metrics_of_the_focal_firm_are_kept_as_they_are_measured(tmp_path):
    all_kept, few = perform(plan(1, (1,)), folder=None), perform(plan(1, (1,)), folder=tmp_path, keep=FEW)
    focal = all_kept.outcomes[all_kept.outcomes["firm"] == point().focal].reset_index(drop=True)
    assert list(few.outcomes) == ["key", "year", "firm", "market_share", "revenue"]
    assert np.array_equal(few.outcomes["revenue"], focal["revenue"])
    assert set(few.runs[0]["programme"]) == set(all_kept.runs[0]["programme"]) - {"tasks", "answers"}


def test_a_folder_does_not_mix_runs_of_which_other_things_are_kept(tmp_path):
    perform(plan(1, (1,)), folder=tmp_path, keep=FEW)
    with pytest.raises(InputError, match="it has other metrics"):
        perform(plan(1, (1,)), folder=tmp_path)
    with pytest.raises(InputError, match="measured in another way, or other parts of them were kept"):
        perform(plan(1, (1,)), folder=tmp_path, keep=FEW.model_copy(update={"firms": "all"}))


def test_shards_have_no_run_in_common_and_together_are_the_study(tmp_path, executed):
    whole = plan(points=3, seeds=(1, 2, 3))
    own = []
    for number in (1, 2, 3, 4):
        with Engine() as engine, Performance(tmp_path / f"shard-{number}-of-4", engine, shard=(number, 4)) as do:
            do(whole)
            own.append(set(do.own_places(whole)))
    assert sorted(place for places in own for place in places) == list(range(18))
    assert min(map(len, own)) >= 4
    executed.clear()
    found = perform(whole, folder=tmp_path)
    assert executed == []
    assert content(found) == content(perform(whole, folder=None))


def test_ledgers_that_are_merged_are_one_ledger_however_often(tmp_path, executed):
    whole = plan(points=2, seeds=(1, 2))
    paths = [tmp_path / f"shard-{number}-of-2" / "runs.sqlite" for number in (1, 2)]
    for number, path in enumerate(paths, 1):
        with Engine() as engine, Performance(path.parent, engine, shard=(number, 2)) as do:
            do(whole)
    (tmp_path / "together").mkdir()
    with ledger_like(paths[0], tmp_path / "together" / "runs.sqlite") as ledger:
        assert [merge(ledger, path) for path in paths] == [4, 4]
        assert [merge(ledger, path) for path in paths] == [0, 0]
    executed.clear()
    assert content(perform(whole, folder=tmp_path / "together")) == content(perform(whole, folder=None))


def test_a_run_that_raises_costs_its_group_nothing():
    def work(group):
        if any(run.seed == 2 for run in group):
            raise ArithmeticError("a planted failure")
        return execute(group)

    runs = [Run(point({"calendar.weeks": 1}), seed) for seed in (1, 2)]
    outcomes = Measured(work)(runs)
    assert [(one.seed, one.status, one.stage) for one in outcomes] == [(1, "ok", ""), (2, "failed", "measure")]
    assert "ArithmeticError: a planted failure" in outcomes[1].error


def test_work_is_known_by_its_name_its_settings_and_its_sources():
    from functools import partial

    assert measure_name(None) == "metrics"
    names = [measured_otherwise, partial(measured_otherwise, 1), partial(measured_otherwise, 2), execute]
    assert len({measure_name(work) for work in names}) == 4
    assert measure_name(partial(measured_otherwise, 1)) == measure_name(partial(measured_otherwise, 1))


def test_one_cluster_serves_all_plans_of_a_study(monkeypatch):
    started = []

    class Here:
        def __init__(self, *arguments):
            started.append(arguments)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            started.append("closed")

        def tasks(self, groups, work):
            return ([work(group)] for group in groups)

    from simbiz.runs.engine import cluster

    monkeypatch.setattr(cluster, "Cluster", Here)
    with Engine(2) as engine, Performance(None, engine) as do:
        do(plan(1, (1, 2)))
        assert len(do(plan(2, (1, 2))).failed) == 0
        assert started == [(2, None)]
    assert started == [(2, None), "closed"]


def test_a_study_in_one_process_does_not_import_dask():
    program = """
import sys
from studies import point
from simbiz.runs.executor import perform
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
perform(Plan("one", [(Run(point({"calendar.weeks": 1}), 1), {})]), folder=None, workers=8)
sys.exit("distributed" in sys.modules or "dask" in sys.modules)
"""
    from faulty_study import environment

    assert subprocess.run([sys.executable, "-c", program], env=environment(), check=False).returncode == 0


def test_ways_name_the_columns_of_the_ledger():
    assert Ways(columns=("a", "b")).metrics == ["a", "b"]
    assert Ways(keep=FEW).metrics == ["market_share", "revenue"]
    assert len(Ways().metrics) > 20
