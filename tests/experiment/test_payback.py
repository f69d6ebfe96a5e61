"""When a programme has paid for itself."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from studies import TINY, options, point

from simbiz.cli import main
from simbiz.runs.conduct import conduct
from simbiz.runs.run import YEAR, Run, execute
from simbiz.runs.study_file import load_study, study_of
from simbiz.scenario import without_programme
from simbiz.studies.payback.study import measure_payback, payback_week, profit_paths


def study(**changes):
    settings = {"kind": "payback", "scenario": "partner-dv", "first_seed": 1, "replicates": 2, "set": TINY}
    return study_of(settings | changes)


@pytest.mark.parametrize(
    ("gain", "week"),
    [
        ([-1.0, 0.5, 0.5], 3),
        ([-1.0, 2.0, -2.0, 1.5], 4),
        ([1.0, 1.0], 1),
        ([-1.0, 0.5], None),
        ([0.0, 0.0], 1),
        ([], None),
    ],
)
def test_a_programme_has_paid_back_when_its_gains_cover_its_losses_for_good(gain, week):
    assert payback_week(np.array(gain)) == week


def test_weekly_profits_add_up_to_the_yearly_ones():
    scenario = point()
    programme, nothing, costs, _ = profit_paths(scenario, 3)
    outcomes = execute([Run(scenario, 3), Run(without_programme(scenario), 3)])
    for path, outcome in zip((programme, nothing), outcomes, strict=True):
        focal = outcome.firms.index("partner_dv")
        assert path[:YEAR].sum() == pytest.approx(outcome.metrics["profit"][2][focal], rel=1e-9)
        assert len(path) >= YEAR
    invested = outcomes[0].metrics["invested"][2][outcomes[0].firms.index("partner_dv")]
    assert costs[:YEAR].sum() == pytest.approx(invested, rel=1e-9)


def test_a_world_without_a_programme_gains_nothing():
    report = conduct(study(set=TINY | {"programme.order": []}), folder=None).report
    assert [year["gain"] for year in report["years"]] == [0.0]
    assert (report["paid_back"], report["week"]) == (1.0, 1.0)


def test_gains_that_are_known_give_the_report_that_can_be_worked_out_by_hand(monkeypatch):
    """Two pairs over two years: one gains 2 a week after a year at -1, the other never."""
    from simbiz.studies.payback import study as payback

    early = np.repeat([-1.0, 2.0], YEAR)
    paths = {1: (early, np.zeros(2 * YEAR), np.repeat([3.0, 0.0], YEAR))}
    paths[2] = (np.full(2 * YEAR, -1.0), np.zeros(2 * YEAR), np.repeat([1.0, 0.0], YEAR))
    monkeypatch.setattr(payback, "profit_paths", lambda scenario, seed: (*paths[seed], {}))
    report = conduct(study(set=TINY | {"calendar.years": 2}), folder=None).report
    first, second = report["years"]
    assert (first["gain"], first["gain_to_date"], first["cost_to_date"]) == (-52.0, -52.0, 2.0 * YEAR)
    assert (second["gain"], second["gain_to_date"]) == ((104.0 - 52.0) / 2, (52.0 - 104.0) / 2)
    assert (report["paid_back"], report["week"], report["weeks"]) == (0.5, 78.0, [78, 78])


def test_a_pair_that_raises_is_counted_and_the_others_are_reported(monkeypatch):
    from simbiz.studies.payback import study as payback

    def broken(scenario, seed):
        if seed == 1:
            raise ArithmeticError("a planted failure")
        return (*(np.full(YEAR, 1.0) * number for number in (2, 1, 0)), {})

    monkeypatch.setattr(payback, "profit_paths", broken)
    conducted = conduct(study(), folder=None)
    assert (conducted.report["worlds"], conducted.report["failed_runs"]) == (1, 1)
    assert conducted.report["years"][0]["gain"] == YEAR
    assert "a planted failure" in conducted.failed[0]["error"]


def test_pairs_that_are_done_are_not_done_again(tmp_path, monkeypatch):
    first = conduct(study(), folder=tmp_path / "result").report
    monkeypatch.setattr("simbiz.studies.payback.study.profit_paths", None)
    assert conduct(study(), folder=tmp_path / "result").report == first


@pytest.mark.parametrize("name", ["payback", "payback_small", "loyalty", "loyalty_small", "map", "map_small"])
def test_the_shipped_studies_can_be_read(name):
    assert load_study(name).plan().runs


def test_the_command_prints_what_the_report_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["payback", "partner-dv", "--replicates", "2", "--workers", "1", *options()]
    told = CliRunner().invoke(main, [*command, "--json"])
    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout)
    assert report["worlds"] == 2
    assert len(report["years"]) == 1
    printed = CliRunner().invoke(main, command).output
    assert f"{report['years'][0]['gain']:+,.0f}" in printed
    assert "Results: results/payback-partner_dv/" in printed


def test_a_measured_pair_keeps_its_years_and_its_week():
    outcome = measure_payback([Run(point(), 3)])[0]
    programme, nothing, *_ = profit_paths(point(), 3)
    assert outcome.metrics["gain"][0][0] == pytest.approx((programme - nothing)[:YEAR].sum())
    assert outcome.programme["payback_week"] == payback_week(programme - nothing)
