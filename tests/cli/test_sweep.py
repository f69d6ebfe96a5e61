"""What a sweep prints for people."""

import pytest
from studies import TINY

from simbiz.cli.sweep import print_sweep
from simbiz.runs.conduct import conduct
from simbiz.runs.kinds import imported, kinds
from simbiz.runs.run import Outcome
from simbiz.runs.study_file import load_study, study_of

MANY = [
    "loyalty_coefficient",
    "firm_taste_spread",
    "need_dispersion",
    "base_reach",
    "forgetting",
    "basket_spread",
    "basket_noise",
    "price_sensitivity",
]


def known(group):
    """A share that rises with loyalty, with luck of its seed; where reach is least the base year is missed."""
    outcomes = []
    for run in group:
        x = run.scenario.parameters.get("loyalty_coefficient", 0.0)
        share = 0.05 * x + 0.01 * ((run.seed * 7) % 5) + 0.1 * bool(run.scenario.programme.order)
        fit = {"met": run.scenario.rivals.mode != "trend"}
        outcomes.append(Outcome(run.key, run.seed, "ok", [1], ["partner_dv"], {"market_share": [[share]]}, fit))
    return outcomes


def printed(capsys, **settings):
    study = study_of({"kind": "sweep", "scenario": "partner-dv", "set": TINY, "replicates": 3} | settings)
    study.work, study.columns = known, ("market_share",)
    print_sweep(conduct(study, folder=None).report)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    return text


def test_a_table_of_many_factors_fits_and_says_what_it_leaves_out(capsys):
    factors = {f"parameters.{name}": {"range": "declared"} for name in MANY}
    text = printed(capsys, factors=factors, design="latin hypercube", points=40)
    head = next(line for line in text.splitlines() if line.startswith("point"))
    # The factor that decides has its place; others may not.
    assert "loyalty coefficient" in head
    assert "No room for " in text
    assert "20 more points stand in sweep.json." in text
    assert text.count("alike") + text.count("best") > 1
    # Every factor has its three parts among the effects, as far as they are shown.
    assert "parameters.price_sensitivity" in text
    assert "The points are the sample" in text


def test_long_levels_are_cut_and_worlds_that_cannot_be_used_are_told(capsys):
    orders = [["smm", "messenger", "bpm_crm", "mobile_app", "website"], []]
    factors = {"programme.order": orders, "rivals.mode": ["stopped", "trend"]}
    text = printed(capsys, factors=factors, paired=True, best={"of": "difference"})
    assert "smm, messenger, bpm_c..." in text
    assert "6 seeds missed the base year and are left out, at points 1, 3." in text
    assert "No seed could be used at points 1, 3: nothing is known there." in text
    assert "+10.00" in text


def test_people_are_told_where_an_outcome_is_less_sure_than_they_asked(capsys):
    stop = {"outcome": "market_share", "half_width": 0.01, "relative": True, "at_most": 5}
    text = printed(capsys, factors={"parameters.loyalty_coefficient": [1.0, 3.0]}, stop=stop)
    assert "market share in year 1 known to 1.00% of itself either way; not reached within 5 seeds at points 0, 1." in (
        " ".join(text.split())
    )


def test_nothing_to_show_is_said(capsys):
    assert "No point gave a result." in printed(capsys, factors={"rivals.mode": ["trend"]})


@pytest.mark.parametrize("file", ["sweep_small", "compare_small"])
def test_the_small_studies_are_sound_and_their_tables_fit(file, capsys):
    overrides = {"set": TINY, "customers": None, "fit_tolerance": None, "replicates": 2}
    study = load_study(file, overrides | ({"stop": None} if file == "sweep_small" else {}))
    imported(kinds()[study.kind].terminal)(conduct(study, folder=None))
    text = capsys.readouterr().out
    assert study.settings.question.split(":")[0][:60] in text
    assert max(map(len, text.splitlines())) <= 100
