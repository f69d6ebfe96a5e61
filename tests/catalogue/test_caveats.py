"""What must be said beside a metric is true, and is said wherever the metric is explained or printed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.caveats import caveats_in
from simbiz.cli import main
from simbiz.cli.docs import with_tables
from simbiz.runs.run import simulate
from simbiz.scenario import load_scenario

DRIFTING = ("new_customers", "acquisition_cost")
SMALL = {"customers": 600, "calendar.years": 5, "fit.tolerance": 100.0, "fit.check_rest": False}


def simbiz(*arguments):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def caveat(metric):
    return load_catalogue().metrics[metric].caveat


def test_where_nothing_happens_new_customers_run_out_and_each_costs_more():
    scenario = load_scenario("partner-dv", SMALL | {"rivals.mode": "stopped"})
    table = simulate(scenario, seed=1, programme=False)
    market = table[table["year"] >= 0].groupby("year")[list(DRIFTING)].mean()
    assert market.loc[5, "new_customers"] < market.loc[0, "new_customers"]
    assert market.loc[5, "acquisition_cost"] > market.loc[0, "acquisition_cost"]


@pytest.mark.parametrize("metric", DRIFTING)
def test_a_caveat_is_said_wherever_the_metric_is_explained(metric):
    assert caveat(metric) in simbiz("list", "metrics")
    assert caveat(metric) in simbiz("show", "metric", metric)
    assert caveat(metric) in simbiz("explain", f"metrics.{metric}")
    assert json.loads(CliRunner().invoke(main, ["explain", f"metrics.{metric}", "--json"]).stdout)["caveat"]
    page = with_tables(f"<!-- simbiz metrics {metric} -->\n<!-- simbiz end -->", Path("page.md"))
    assert caveat(metric) in page


def test_a_caveat_stands_beside_a_text_that_names_its_metric_however_it_is_written():
    for text in ("acquisition_cost.new_customer", "Acquisition cost in year 3: 1.82", "acquisition_cost | paired"):
        assert caveats_in(text) == [f"Acquisition cost: {caveat('acquisition_cost')}."]
    assert caveats_in("market share and the number of customers") == []


def test_a_caveat_is_printed_with_a_comparison_and_with_the_claim_about_the_metric(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tiny = {
        "customers": 150,
        "calendar.burn_in_weeks": 52,
        "calendar.years": 1,
        "fit.tolerance": 100.0,
        "fit.check_rest": False,
    }
    small = [part for key, value in tiny.items() for part in ("--set", f"{key}={json.dumps(value)}")]
    common = ["--replicates", "1", "--workers", "1", *small]
    compared = simbiz("compare", "partner-dv-no-programme", "partner-dv", "--metric", "acquisition_cost", *common)
    assert caveat("acquisition_cost") in compared
    assert caveat("acquisition_cost") in simbiz("claims", "partner-dv", *common)
