"""What is expected of a firm of a given share, and what is beyond it."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from simbiz.cli import main
from simbiz.panel import panel_of
from simbiz.panel.loyalty import bought_at_all, churn, expected_loyalty

RNG = np.random.default_rng(5)


def purchases_of(choices):
    """Give a table of purchases from a list of (customer, firm)."""
    table = pd.DataFrame(choices, columns=["customer", "firm"])
    return table.assign(week=0, amount=1.0)


def dirichlet_market(parameters, buyers, each):
    odds = RNG.dirichlet(parameters, size=buyers)
    return purchases_of(
        [(who, firm) for who in range(buyers) for firm in RNG.choice(len(parameters), size=each, p=odds[who])]
    )


def test_a_single_purchase_reaches_each_firm_by_its_share():
    parameters = np.array([0.6, 0.3, 0.1])
    np.testing.assert_allclose(bought_at_all(parameters, np.array([1]))[0], parameters / parameters.sum())


def test_with_many_purchases_everybody_has_bought_everywhere():
    np.testing.assert_allclose(bought_at_all(np.array([2.0, 1.0]), np.array([10**6])), 1.0, atol=1e-3)


def test_a_dirichlet_market_is_as_loyal_as_expected():
    panel = panel_of(dirichlet_market([0.9, 0.5, 0.3, 0.2], buyers=6000, each=6))
    frequency, requirements = expected_loyalty(panel)
    np.testing.assert_allclose(panel.frequency, frequency, rtol=0.04)
    np.testing.assert_allclose(panel.requirements, requirements, rtol=0.04)
    assert (np.diff(frequency) < 0).all()  # Double Jeopardy


def test_a_niche_firm_is_more_loyal_than_expected():
    market = dirichlet_market([0.9, 0.5, 0.3], buyers=3000, each=6)
    niche = purchases_of([(10_000 + who, 3) for who in range(150) for _ in range(6)])
    panel = panel_of(pd.concat([market, niche]))
    frequency, _ = expected_loyalty(panel)
    assert panel.frequency[3] > 1.3 * frequency[3]
    assert (panel.frequency[:3] < 1.1 * frequency[:3]).all()


def test_churn_counts_those_who_bought_and_did_not_again():
    before = purchases_of([(1, 0), (1, 0), (2, 0), (3, 1), (4, 0)])
    after = purchases_of([(1, 0), (2, 1), (3, 1), (5, 0)])
    np.testing.assert_allclose(churn(before, after, [0, 1, 2])[:2], [2 / 3, 0.0])
    assert np.isnan(churn(before, after, [0, 1, 2])[2])


SMALL = (
    *("customers=1500", "calendar.burn_in_weeks=52", "calendar.years=1"),
    *("fit.tolerance=100.0", "fit.check_rest=false"),
)


def test_the_command_says_for_every_firm_and_segment_what_is_and_what_is_expected(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = [part for change in SMALL for part in ("--set", change)]
    command = ["loyalty", "partner-dv", "--replicates", "1", "--workers", "1", *options]
    told = CliRunner().invoke(main, [*command, "--json"])
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)["firms"]
    assert len(rows) == 14
    for segment in ("organisation", "person"):
        own = [row for row in rows if row["segment"] == segment]
        assert sum(row["share"] for row in own) == pytest.approx(1.0)
        assert all(0.0 <= row["churn"] <= 1.0 for row in own)
        assert all(row["frequency"] >= 1.0 and row["expected_frequency"] >= 1.0 for row in own)
    assert "partner_dv" in CliRunner().invoke(main, command).output


def test_a_year_beyond_the_calendar_is_refused_in_one_line():
    told = CliRunner().invoke(main, ["loyalty", "partner-dv", "--year", "9"])
    assert told.exit_code == 3
    assert told.output == "year 9 lies outside the allowed 0 to 3 of partner_dv\n"


def test_the_report_is_the_mean_of_the_worlds_and_a_firm_without_buyers_is_no_number(monkeypatch):
    """Two worlds by hand: one firm sells in both, one in the second only, the others never."""
    from studies import TINY

    from simbiz.runs.conduct import conduct
    from simbiz.runs.study_file import study_of
    from simbiz.studies.loyalty import study as loyalty

    def of_year(run, year):
        values = np.full((len(loyalty.MEASURES), len(run.scenario.firms)), np.nan)
        values[:2] = 0.0
        values[:, 0] = [1.0 - 0.4 * (run.seed == 2), 0.5, 2.0 * run.seed, 2.0, 0.8, 0.7, 0.1]
        if run.seed == 2:
            values[:, 1] = [0.4, 0.2, 1.5, 1.2, 0.3, 0.4, 0.5]
        return dict.fromkeys(run.scenario.segments, values), {}

    monkeypatch.setattr(loyalty, "loyalty_of_year", of_year)
    settings = {"kind": "loyalty", "scenario": "partner-dv", "first_seed": 1, "replicates": 2, "set": TINY}
    report = conduct(study_of(settings), folder=None).report
    rows = {row["firm"]: row for row in report["firms"] if row["segment"] == "person"}
    one, other, third = (rows[firm] for firm in ("rival_a", "rival_b", "rival_c"))
    assert (one["share"], one["frequency"], one["excess_frequency"]) == (0.8, 3.0, 1.0)
    assert (other["share"], other["frequency"]) == (0.2, 1.5)
    assert (third["share"], third["frequency"], third["excess_requirements"]) == (0.0, None, None)
    assert report["worlds"] == 2
    json.dumps(report, allow_nan=False)


def test_a_segment_that_bought_nothing_is_no_number_and_one_of_a_single_firm_is_as_loyal_as_can_be():
    from simbiz.studies.loyalty.study import MEASURES, _of_segment

    sold = pd.DataFrame({"customer": [1, 1, 2], "week": [0, 1, 1], "firm": [1, 1, 1], "amount": [2, 2, 2]})
    nothing = dict(zip(MEASURES, _of_segment([sold, sold[:0]], 3, 4), strict=True))
    assert not nothing["penetration"].any()
    assert nothing["churn"][1] == 1.0
    assert all(np.isnan(nothing[name]).all() for name in ("share", "frequency", "expected_frequency"))
    alone = {name: row[1] for name, row in zip(MEASURES, _of_segment([sold[:0], sold], 3, 4), strict=True)}
    assert (alone["share"], alone["penetration"], alone["requirements"]) == (1.0, 0.5, 1.0)
    assert alone["frequency"] == alone["expected_frequency"] == 1.5
    assert alone["expected_requirements"] == 1.0
    assert np.isnan(alone["churn"])
