"""What a run says of itself beside its metrics: how the base year was met, and when the programme took place."""

from types import SimpleNamespace

import numpy as np
import pytest
from studies import point

from simbiz.runs.run import YEAR, _programme, fit_of

START = 156


def model(**implementation):
    scenario = point({"fit.tolerance": 0.05, "programme.start_week": 3})
    focal = list(scenario.firms).index(scenario.focal)
    plan = {"tasks": [], "finished": (), "blocked": (), "spent": 0.0} | implementation
    return SimpleNamespace(
        layout=SimpleNamespace(scenario=scenario, focal=focal),
        implementations=[None] * focal + [SimpleNamespace(**plan)],
        rivalry=SimpleNamespace(given=[]),
        start=START,
    )


def fit(before, base):
    """What is told of a market of 100 a week in which the focal firm has these shares in the years -1 and 0."""
    made = model()
    weekly = np.zeros((START + YEAR, made.layout.focal + 2, 1))
    for year, share in ((2, before), (1, base), (0, 0.9)):
        weeks = slice(START - year * YEAR, START - (year - 1) * YEAR)
        weekly[weeks, made.layout.focal, 0], weekly[weeks, -1, 0] = 100.0 * share, 100.0 * (1.0 - share)
    made.tallies = SimpleNamespace(revenue=weekly, outside_value=np.full((START + YEAR, 1), 25.0))
    made.expansion = np.ones(1)
    return fit_of(made)


@pytest.mark.parametrize(("part", "met"), [(0.94, False), (0.96, True), (1.04, True), (1.06, False)])
def test_the_base_year_is_met_within_the_tolerance_on_both_sides(part, met):
    target = point().firms["partner_dv"].share
    found = fit(0.5, part * target)
    assert found["relative_miss"] == pytest.approx(part - 1.0)
    assert found["met"] is met
    assert found["outside"] == pytest.approx(0.2)
    assert found["burn_in_weeks"] == START - 2 * YEAR
    assert found["reached"] == [pytest.approx(0.5), pytest.approx(part * target)]
    assert found["target"] == [pytest.approx(target / point().past.share_index_before), target]


def test_steps_are_told_in_weeks_from_the_start_and_the_last_ends_the_programme():
    about = {"tool": "a", "step": "b", "attempt": 1, "failed": False}
    tasks = [
        SimpleNamespace(**about, first_week=START + 3, last_week=START + 20),
        SimpleNamespace(**about, first_week=START + 5, last_week=START + 9),
    ]
    found = _programme(model(tasks=tasks, spent=0.25))
    assert [(task["first_week"], task["last_week"]) for task in found["tasks"]] == [(3, 20), (5, 9)]
    assert (found["last_week"], found["spent"]) == (20, 0.25)
    assert _programme(model())["last_week"] == 2
