"""What commands say of a sample: on how few agents it rests, and how far its seeds differ."""

import numpy as np
import pytest
from click.testing import CliRunner
from studies import options
from worlds import market

from simbiz.cli import main
from simbiz.cli.sample import agents_that_make, sample_words, spread_words
from simbiz.runs.run import simulate
from simbiz.scenario import load_scenario
from simbiz.state.layout import Layout


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_whole_market_is_no_sample():
    assert sample_words(load_scenario("partner-dv"), 1) == ""


def test_a_sample_names_its_agents_and_those_for_whom_they_stand():
    assert sample_words(market({"customers": 300}), 1).startswith("A sample: 300 agents stand for 36,038 customers; ")


def test_alike_customers_make_the_value_in_equal_parts():
    alike = {"parameters.need_dispersion": 0.0, "parameters.basket_spread": 0.0, "customers": 1000}
    layout = Layout.of(market(alike))
    # An agent of either segment stands for the same value: so is a sample of alike customers shared out.
    assert agents_that_make(layout, 1, 0.5) == pytest.approx(500, abs=2)
    assert agents_that_make(layout, 1, 0.999) == pytest.approx(999, abs=2)


def test_fewer_agents_make_the_value_where_customers_differ_more():
    few, many = (
        agents_that_make(Layout.of(market({"customers": 1000, "parameters.basket_spread": spread})), 1, 0.5)
        for spread in (1.5, 0.25)
    )
    assert few < 0.5 * many


def test_one_seed_says_that_it_shows_nothing_and_several_how_far_they_differ():
    assert "--replicates 10" in spread_words({4: 0.1}, "Firm", "3")
    words = spread_words({4: 0.1, 5: 0.125, 6: 0.09}, "Firm", "3")
    assert "differs by 3.5 points over these 3 seeds: from 9.0% (seed 6) to 12.5% (seed 5)" in words


def test_run_prints_the_spread_between_its_seeds_beside_its_means():
    command = ["run", "partner-dv", "--workers", 1, *options(), "--weeks", 52]
    one, two = simbiz(*command).stdout, simbiz(*command, "--replicates", 2).stdout
    assert "One seed shows nothing" in one
    assert "±" not in one
    assert "over these 2 seeds" in two
    assert two.count("  ±") == 12
    for text in (one, two):
        assert text.count("A sample: ") == 1


def test_the_spread_is_the_standard_deviation_over_the_seeds_that_were_run():
    from simbiz.runs.conduct import conduct
    from simbiz.runs.study_file import study_of

    small = {"customers": 200, "calendar.burn_in_weeks": 52, "calendar.weeks": 52}
    study = study_of({"kind": "run", "scenario": "partner_dv", "set": small, "first_seed": 3, "replicates": 3})
    report = conduct(study, folder=None).report
    runs = simulate(load_scenario("partner_dv", small), seed=3, replicates=3)
    shares = runs[(runs["firm"] == "partner_dv") & (runs["year"] == 1)]["market_share"]
    assert report["spreads"]["market_share"]["1"] == pytest.approx(np.std(shares, ddof=1))
    alone = study_of({**study.settings.model_dump(exclude_unset=True), "replicates": 1})
    assert conduct(alone, folder=None).report["spreads"] == {}
