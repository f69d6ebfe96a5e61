"""Calibration: what it may be given, what passes, and that nothing leaves its declared range."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from studies import point

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import PatternStatistic
from simbiz.errors import InputError
from simbiz.market.model import OmnichannelModel
from simbiz.runs.executor import Finished, perform
from simbiz.runs.run import Run
from simbiz.runs.study_file import find_experiment, load_study
from simbiz.studies.calibration import point as calibration_point
from simbiz.studies.calibration.calibrate import (
    BASE_YEAR,
    calibrate,
    calibration_plan,
    judged_points,
    residual,
    sobol_points,
    statistics_of,
)
from simbiz.studies.calibration.point import columns, measure_point
from simbiz.studies.calibration.search import local_search
from simbiz.studies.calibration.settings import claim_quantities, refuse_claims, varied
from simbiz.studies.calibration.study import CalibrationStudy
from simbiz.studies.claims.audit import claims_plan
from simbiz.studies.patterns.measures import advertising, panel_statistics
from simbiz.studies.sensitivity.uncertainty import Uncertainty

INPUTS = varied(("loyalty_coefficient", "forgetting"))
UNIT = [Uncertainty("parameters.a", 0.0, 1.0), Uncertainty("parameters.b", 1.0, 100.0, "log-uniform")]


def declared(low=None, high=None):
    return PatternStatistic(meaning="m", low=low, high=high)


# ---- what it may be given


def test_nothing_that_a_claim_is_about_is_a_target():
    for target in claim_quantities():
        with pytest.raises(InputError, match="claims are tested and never fitted; allowed: patterns"):
            refuse_claims(target)


def test_claims_readings_printed_numbers_and_metrics_are_known_as_such():
    assert {"share.value", "share_after", "market_share"} <= claim_quantities()
    refuse_claims("patterns")
    with pytest.raises(InputError, match="Did you mean 'patterns'"):
        refuse_claims("paterns")


def test_the_shipped_settings_vary_declared_uncertainties_only():
    settings = load_study("calibrate").settings
    assert (settings.to, settings.scenario) == ("patterns", "partner_dv")
    assert settings.fewest >= 30
    parameters = load_catalogue().parameters
    assert {parameters[name].role for name in settings.parameters} == {"uncertainty"}


def settings_with(folder, *changes):
    text = find_experiment("calibrate").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "calibrate.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to = "patterns"', 'to = "share.value"', "share.value is what a claim is about"),
        ('"basket_noise"', '"basket_noize"', "basket_noize is not a parameter. Did you mean 'basket_noise'?"),
        ('"basket_noise"', '"loyalty_smoothing"', "loyalty_smoothing is a constant"),
        ('"basket_noise"', '"forgetting"', "forgetting stands in parameters twice"),
        ("replicates = 3", "replicates = 0", "replicates"),
    ],
)
def test_a_mistake_in_the_settings_is_told_with_its_line(tmp_path, old, new, said):
    path = settings_with(tmp_path, (old, new))
    with pytest.raises(InputError, match=r"calibrate\.toml:\d+: ") as caught:
        load_study(path)
    assert said in str(caught.value)


# ---- points


def test_points_lie_inside_the_ranges_and_the_first_is_their_centre():
    points = sobol_points(UNIT, 64)
    assert points[0] == {"parameters.a": 0.5, "parameters.b": pytest.approx(10.0)}
    places = np.array([[one["parameters.a"], np.log10(one["parameters.b"]) / 2] for one in points])
    assert places.min() > 0
    assert places.max() < 1
    # A Sobol' sequence puts as many points into every half and quarter, less the corner that is left out.
    for axis in (0, 1):
        assert np.ptp(np.histogram(places[:, axis], 4, (0, 1))[0]) <= 2


def test_more_points_go_on_where_fewer_ended():
    assert sobol_points(INPUTS, 32)[:8] == sobol_points(INPUTS, 8)


def test_all_points_share_their_seeds_and_differ_in_what_varies_only():
    points = sobol_points(INPUTS, 3)
    plan = calibration_plan(point(), points, [4, 7])
    assert [run.seed for run, _ in plan.runs] == [4, 7] * 3
    assert [label["point"] for _, label in plan.runs] == [0, 0, 1, 1, 2, 2]
    for run, label in plan.runs:
        given = {f"parameters.{name}": value for name, value in run.scenario.parameters.items()}
        assert given == points[label["point"]]
        assert not run.scenario.programme.order


# ---- what passes


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [
        (1, 3, 2.0, 0.0),
        (1, 3, 3.0, 0.0),
        (1, 3, 4.0, 0.5),
        (1, 3, 0.0, 0.5),
        (None, 0.05, 0.10, 1.0),
        (0.75, None, 0.375, 0.5),
        (1, 3, np.nan, 1.0),
    ],
)
def test_a_residual_is_the_distance_outside_in_widths_of_the_tolerance(low, high, value, expected):
    assert residual(declared(low, high), value) == pytest.approx(expected)


def test_what_is_fitted_and_what_is_predicted_are_apart():
    fitted, predicted = statistics_of("fit"), statistics_of("predict")
    assert {name.split(".")[0] for name in fitted} == {"P1", "P3", "P8", "P17"}
    assert {name.split(".")[0] for name in predicted} == {"P2", "P5"}
    assert "P17.quarter" not in fitted
    assert {*fitted, *predicted} <= {*columns()}


def finished(values, miss=0.0, status="ok"):
    """Finish a study of one point: values by name, one by seed."""
    scenario = point()
    inside = {name: (one.low or 0.0) + 0.01 for name, one in statistics_of("fit").items()}
    runs, tables = [], []
    for seed, own in enumerate(values):
        label, fit = {"point": 0}, {"relative_miss": miss, "reached": [0.08, 0.077]}
        runs.append({"key": f"{seed}", "seed": seed, "status": status, "label": label, "fit": fit})
        found = dict.fromkeys(columns(), 0.9) | inside | own
        tables.append(pd.DataFrame({"key": f"{seed}", "year": 1, "firm": [*scenario.segments]} | found))
    return scenario, Finished(runs, pd.concat(tables), None)


def judge(values, seeds=None, **facts):
    scenario, study = finished(values, **facts)
    scenario = scenario.model_copy(update={"fit": scenario.fit.model_copy(update={"tolerance": 0.1})})
    return judged_points(scenario, [{"parameters.a": 1.0}], study, seeds or len(values))[0]


def test_a_point_passes_by_the_median_of_its_seeds():
    assert judge([{"P1.slope": 0.2}, {"P1.slope": 0.3}, {"P1.slope": 9.0}])["passes"]
    one = judge([{"P1.slope": 0.2}, {"P1.slope": 0.8}, {"P1.slope": 9.0}])
    assert not one["passes"]
    assert one["residuals"]["person.P1.slope"] == pytest.approx(0.25 / 0.5)
    assert one["objective"] == pytest.approx(0.25)
    assert one["statistics"]["person"]["P1.slope"] == 0.8


def test_a_prediction_that_fails_costs_nothing():
    one = judge([{"P2.rank_correlation": 0.1}])
    assert one["passes"]
    assert one["predictions"]["person.P2.rank_correlation"] is False
    assert one["predictions"]["person.P5.correlation"] is True


def test_a_point_that_misses_the_base_year_or_lost_a_seed_does_not_pass():
    one = judge([{}], miss=-0.2)
    assert not one["passes"]
    assert one["residuals"][BASE_YEAR] == pytest.approx(1.0)
    assert not judge([{}], seeds=2)["passes"]
    failed = judge([{}], status="failed")
    assert not failed["passes"]
    assert failed["objective"] == pytest.approx(len(statistics_of("fit")) + 1)


def test_an_undefined_statistic_does_not_pass():
    assert not judge([{"P17.ratio": np.nan}])["passes"]


def test_the_local_search_finds_points_inside_the_ranges_and_stops_when_enough_pass():
    def evaluate(values):
        place = np.array([values["parameters.a"], np.log10(values["parameters.b"]) / 2])
        objective = float(max(0.0, np.hypot(*(place - 0.7)) - 0.05))
        return {"passes": objective == 0.0, "objective": objective, "values": values}

    judged = [evaluate(one) for one in sobol_points(UNIT, 4)]
    assert not any(one["passes"] for one in judged)
    found = local_search(UNIT, judged, evaluate, fewest=2, search=200)
    assert sum(evaluate(one)["passes"] for one in found) == 2
    assert all(0 <= one["parameters.a"] <= 1 and 1 <= one["parameters.b"] <= 100 for one in found)
    assert len(local_search(UNIT, judged, evaluate, fewest=99, search=10)) <= 10
    assert local_search(UNIT, judged, evaluate, fewest=0, search=200) == []


def test_the_local_search_begins_with_the_best_that_does_not_pass():
    judged = [
        {"passes": passes, "objective": objective, "values": {"parameters.a": a, "parameters.b": 10.0}}
        for passes, objective, a in ((False, 3.0, 0.2), (True, 0.0, 0.5), (False, 1.0, 0.8))
    ]
    found = local_search(UNIT, judged, lambda point: {"passes": False, "objective": 1.0}, fewest=9, search=3)
    assert len(found) == 3
    assert all(abs(one["parameters.a"] - 0.8) < 0.1 for one in found)


# ---- a small calibration


def test_a_point_gives_what_the_patterns_command_measures():
    scenario = calibration_plan(point({"customers": 400}), sobol_points(INPUTS, 1), [1]).runs[0][0].scenario
    outcome = measure_point([Run(scenario, 1)])[0]
    assert outcome.error == ""
    past = OmnichannelModel(scenario, rng=1)
    past.run_past()
    world = past.branch(scenario)
    expected = panel_statistics(world)["person"] | advertising(past)["person"]
    place = outcome.firms.index("person")
    for name in columns():
        np.testing.assert_equal(outcome.metrics[name][0][place], float(expected[name]))
    assert outcome.fit["reached"][1] == pytest.approx(outcome.fit["target"] * (1 + outcome.fit["relative_miss"]))


def small(folder, **changes):
    given = {"points": 3, "seeds": [1, 2], "fewest": 0, "search": 0} | changes
    do = partial(perform, folder=folder, work=measure_point, columns=columns())
    return calibrate(point({"customers": 300}), INPUTS, do, **given)


def test_a_calibration_that_was_interrupted_goes_on(tmp_path, monkeypatch):
    whole = small(tmp_path / "whole")
    done = []
    sound = calibration_point.panel_statistics

    def stops(model):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(model)
        return sound(model)

    monkeypatch.setattr(calibration_point, "panel_statistics", stops)
    with pytest.raises(KeyboardInterrupt, match="goes on from"):
        small(tmp_path / "kept")
    monkeypatch.setattr(calibration_point, "panel_statistics", sound)
    assert small(tmp_path / "kept") == whole


def test_what_the_local_search_tries_is_part_of_the_set(tmp_path):
    report = small(tmp_path, points=1, seeds=[1], fewest=99, search=2)
    assert (report["tried"], report["from_local_search"], len(report["points"])) == (3, 2, 3)
    for path, bound in report["bounds"].items():
        low, high = bound["range"]
        assert all(low <= one["values"][path] <= high for one in report["points"])


def test_without_persons_there_is_nothing_to_fit():
    study = load_study("calibrate")
    others = {name: one for name, one in study.scenario.segments.items() if one.kind != "person"}
    alone = CalibrationStudy(study.settings, study.scenario.model_copy(update={"segments": others}))
    with pytest.raises(InputError, match="no segment of kind person"):
        alone.check(lambda path: (None, None))


def test_over_a_set_every_point_has_its_own_seeds_and_both_worlds_share_them():
    points = [{"parameters.forgetting": one} for one in (0.02, 0.03)]
    plan = claims_plan(point(), [3, 4], ["ended"], ["stopped"], points)
    seeds = {}
    for run, label in plan.runs:
        seeds.setdefault((label["point"], label["programme"]), []).append(run.seed)
        assert run.scenario.parameters["forgetting"] == (0.02, 0.03)[label["point"]]
    assert seeds == {(0, True): [3, 4], (0, False): [3, 4], (1, True): [5, 6], (1, False): [5, 6]}
    plain = claims_plan(point(), [3, 4], ["ended"], ["stopped"])
    assert [run.seed for run, _ in plain.runs] == [3, 3, 4, 4]
    assert all("point" not in label for _, label in plain.runs)
