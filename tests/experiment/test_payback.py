"""When a programme has paid for itself."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from studies import point

from simbiz.cli import main
from simbiz.experiment.payback import payback, payback_week, profit_paths
from simbiz.experiment.run import YEAR, Run, execute
from simbiz.scenario import without_programme


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
    runs = [Run(scenario, 3), Run(without_programme(scenario), 3)]
    programme, nothing, costs = profit_paths(runs)
    outcomes = execute(runs)
    for path, outcome in zip((programme, nothing), outcomes, strict=True):
        focal = outcome.firms.index("partner_dv")
        assert path[:YEAR].sum() == pytest.approx(outcome.metrics["profit"][2][focal], rel=1e-9)
        assert len(path) >= YEAR
    invested = outcomes[0].metrics["invested"][2][outcomes[0].firms.index("partner_dv")]
    assert costs[:YEAR].sum() == pytest.approx(invested, rel=1e-9)


def test_a_world_without_a_programme_gains_nothing():
    report = payback(without_programme(point()), seeds=[1, 2])
    assert [year["gain"] for year in report["years"]] == [0.0]
    assert (report["paid_back"], report["week"]) == (1.0, 1.0)


def test_the_command_prints_what_the_report_says():
    changes = [part for key, value in {"customers": 150, "calendar.burn_in_weeks": 52, "calendar.years": 1}.items()
               for part in ("--set", f"{key}={value}")]
    command = ["payback", "partner-dv", "--replicates", "2", "--workers", "1", *changes]
    told = CliRunner().invoke(main, [*command, "--json"])
    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout)
    assert report["worlds"] == 2
    assert len(report["years"]) == 1
    printed = CliRunner().invoke(main, command).output
    assert f"{report['years'][0]['gain']:+,.0f}" in printed
