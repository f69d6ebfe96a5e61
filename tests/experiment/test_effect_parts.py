"""Parts of an effect: what it gains in all, and with the mechanisms off through which it acts."""

import pytest
from studies import finished, point, yearly

from simbiz.errors import InputError
from simbiz.runs.executor import perform
from simbiz.runs.plan import Plan
from simbiz.runs.study_file import load_study
from simbiz.scenario import parameter_values
from simbiz.studies.ablation.effect_parts import check_effect, effect_parts, effect_runs, subsets
from simbiz.studies.claims.horizons import HORIZONS

EFFECT, THROUGH = "bpm_crm.integration", ("coordination", "context")
FIRST = HORIZONS[0]
TOGETHER = {"programme.order": ["bpm_crm", "smm"], "programme.parallel": 2, "parameters.step_weeks_factor": 0.2}


def test_every_subset_of_the_mechanisms_is_switched_off_at_both_ends_of_the_range():
    assert list(subsets(THROUGH)) == [(), ("coordination",), ("context",), THROUGH]
    runs = effect_runs(point(), EFFECT, THROUGH, [3, 4])
    assert len(runs) == 4 * 2 * 2
    for run, label in runs:
        assert run.scenario.programme.order == point().programme.order
        assert run.scenario.effects[EFFECT] == {"high": 1.0, "low": 0.0}[label["end"]]
        values = parameter_values(run.scenario)
        assert (values["coordination_effort"] == 0.0) == ("coordination" in label["off"])
        assert (values["context_loss_effort"] == 0.0) == ("context" in label["off"])


def test_the_gain_is_that_of_the_upper_over_the_lower_end_within_seeds():
    high, low = (yearly(3, market_share=[0.08, 0.08, share]) for share in (0.13, 0.09))
    done = finished([(high, low), (high, low)])
    for run in done.runs:
        end = "high" if run["label"].pop("programme") else "low"
        run["label"] |= {"effect": EFFECT, "off": "all on", "end": end, "programme": True, "seed": run["seed"]}
    row = next(row for row in effect_parts(point(), EFFECT, (), done)["rows"] if row["horizon"] == FIRST)
    assert (row["gain"], row["less"], row["pairs"]) == (pytest.approx(0.04), 0.0, 2)


def test_integration_gains_exactly_nothing_where_neither_context_nor_coordination_costs_anything():
    scenario = point(TOGETHER)
    runs = Plan("parts", effect_runs(scenario, EFFECT, THROUGH, [1, 2]))
    found = effect_parts(scenario, EFFECT, THROUGH, perform(runs, folder=None))
    rows = {tuple(row["off"]): row for row in found["rows"] if row["horizon"] == FIRST}
    assert rows[()]["gain"] != 0.0
    assert (rows[THROUGH]["gain"], rows[THROUGH]["interval"]) == (0.0, [0.0, 0.0])
    assert rows[THROUGH]["less"] == rows[()]["gain"]
    for one in THROUGH:
        assert rows[(one,)]["gain"] != 0.0


@pytest.mark.parametrize(
    ("effect", "through", "said"),
    [
        ("bpm_crm.integraton", THROUGH, "Did you mean 'bpm_crm.integration'"),
        (EFFECT, ("contxt",), "contxt is not a mechanism .*Did you mean 'context'"),
    ],
)
def test_what_does_not_exist_is_refused_in_one_line(effect, through, said):
    with pytest.raises(InputError, match=said):
        check_effect(point(), effect, through)


def test_a_mechanism_that_is_off_already_is_refused():
    with pytest.raises(InputError, match="context is switched off in partner_dv already"):
        check_effect(point({"mechanisms.context": False}), EFFECT, THROUGH)


def test_the_shipped_ablation_parts_integration_where_the_programme_has_the_platform():
    asked = load_study("ablation")
    assert (asked.settings.effect, asked.settings.through) == (EFFECT, THROUGH)
    without = load_study("ablation", {"set": {"programme.order": ["smm"]}})
    assert len(asked.plan().runs) - len(without.plan().runs) == 8 * asked.settings.replicates
