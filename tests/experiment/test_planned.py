"""Every run of a folder can be made again from the folder alone."""

import json

import pytest
from results_made import ablation_study, result
from studies import point

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.runs import stored_plan as planned
from simbiz.runs.plan import Plan, PointRuns
from simbiz.runs.run import Run
from simbiz.runs.stored_plan import planned_run, stored_plans, study_in, write_plan
from simbiz.scenario import with_changes, without_programme


def made_again(plan, folder):
    """All runs of a plan, made again from its file."""
    return [planned_run(folder, run.key, run.seed, json.loads(json.dumps(dict(label)))) for run, label in plan.runs]


def same(plan, folder):
    return [run.key for run, _ in plan.runs] == [run.key for run in made_again(plan, folder)]


def test_runs_of_a_list_are_made_again(tmp_path):
    scenario = point()
    name, _, effect = next(one for one in load_catalogue().effects() if not isinstance(one[2].value, dict))
    worlds = [
        scenario,
        without_programme(scenario),
        with_changes(scenario, {"mechanisms.loyalty": False}),
        with_changes(scenario, {f"effects.{name}": effect.value / 2}),
        with_changes(scenario, {"parameters.price_sensitivity": 0.4, "past.decline": "ended"}),
    ]
    plan = Plan("try", [(Run(world, seed), {"world": place}) for seed in (1, 9) for place, world in enumerate(worlds)])
    write_plan(plan, tmp_path)
    assert same(plan, tmp_path)


def test_a_list_keeps_each_world_once_and_only_what_is_different(tmp_path):
    worlds = [point(), point(), point({"customers": 151})]
    plan = Plan("try", [(Run(world, seed), {}) for world in worlds for seed in (1, 2)])
    write_plan(plan, tmp_path)
    assert same(plan, tmp_path)
    (stored,) = stored_plans(tmp_path)
    assert stored["worlds"] == [[], [[["customers"], 151]]]
    assert len(stored["runs"]) == 4
    assert len(list((tmp_path / "scenarios").iterdir())) == 1


POINTS = [{"parameters.price_sensitivity": 0.4}, {"customers": 151, "programme.order": []}, {}]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"programmes": (True, False)},
        {"first": lambda number: 10 * number},
        {"label": lambda number: {"point": 7 + number, "note": "x"}},
    ],
)
def test_runs_of_points_are_made_again(tmp_path, more):
    plan = Plan("try", PointRuns(point(), POINTS, [1, 2], **more))
    write_plan(plan, tmp_path)
    assert same(plan, tmp_path)


def test_a_second_plan_of_the_study_does_not_hide_the_first(tmp_path):
    first = Plan("try", PointRuns(point(), POINTS, [1]))
    second = Plan("try", PointRuns(point(), POINTS[1:], [1, 2]))
    for plan in (first, second):
        write_plan(plan, tmp_path)
        write_plan(plan, tmp_path)
    assert same(first, tmp_path)
    assert same(second, tmp_path)
    assert len(list(stored_plans(tmp_path))) == 2


def test_a_run_that_no_plan_gives_is_refused(tmp_path):
    write_plan(Plan("try", PointRuns(point(), POINTS, [1])), tmp_path)
    with pytest.raises(InputError, match=r"no plan of it gives the run 0{32} with this version of simbiz"):
        planned_run(tmp_path, "0" * 32, 1, {"point": 0, "programme": True})


def test_a_damaged_plan_is_said_in_one_line(tmp_path):
    write_plan(Plan("try", PointRuns(point(), POINTS, [1])), tmp_path)
    (path,) = (tmp_path / "plans").iterdir()
    for content, said in (("{", "is damaged: "), ('{"schema_version": 1}', "it has no scenario or no runs")):
        path.write_text(content)
        with pytest.raises(InputError, match=said):
            list(stored_plans(tmp_path))


def test_a_study_is_made_again_from_its_folder_whatever_the_scenario_says_today(tmp_path, monkeypatch):
    folder, study = result(tmp_path, "ablation"), ablation_study()
    monkeypatch.setattr("simbiz.scenario.load_scenario", None)
    again = study_in(folder)
    assert (again.id, again.name, again.settings) == (study.id, study.name, study.settings)
    assert again.scenario == study.scenario
    assert again.plan().id == study.plan().id


def test_a_kind_of_study_that_this_version_does_not_know_is_said(tmp_path, monkeypatch):
    folder = result(tmp_path)
    monkeypatch.setattr(planned, "kinds", dict)
    with pytest.raises(InputError, match=r"study.json: holds a study \(run\) that this version of simbiz"):
        study_in(folder)
