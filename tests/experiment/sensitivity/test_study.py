"""The study of sensitivity on a small market: common luck, missing points, stages, and what its file may say."""

import json

import numpy as np
import pytest

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.market.model import OmnichannelModel
from simbiz.runs.conduct import conduct
from simbiz.runs.study_file import load_study, study_of
from simbiz.scenario import load_scenario, resolved, with_changes
from simbiz.studies.sensitivity.uncertainty import uncertainties

# One quick tool, so that a full year follows the programme soon; few customers never meet the shipped tolerance.
SMALL = {
    "calendar.burn_in_weeks": 52,
    "calendar.years": 2,
    "programme.order": ["smm"],
    "fit.check_rest": False,
}
INPUTS = ("parameters.loyalty_coefficient", "parameters.forgetting", "effects.smm.channel_quality.social")
PAIRED = "share.value | paired | first full year after the last step"
PLAIN = {
    "kind": "sensitivity",
    "scenario": "partner-dv",
    "customers": 200,
    "fit_tolerance": 100.0,
    "first_seed": 4,
    "method": "morris",
    "size": 2,
    "inputs": list(INPUTS),
    "outcomes": ["share", "profit year 2 paired"],
}


def study(changes=None, **settings):
    return study_of(PLAIN | {"set": SMALL | (changes or {})} | settings)


def reported(asked, folder=None):
    return conduct(asked, folder=folder, workers=1).report


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Give a finished study of two seeds and its folder."""
    folder = tmp_path_factory.mktemp("sensitivity") / "study"
    return conduct(study(replicates=2), folder=folder, workers=1)


def test_a_study_reports_what_varied_where_and_how_much_it_moved_every_outcome(done):
    report = done.report
    (stage,) = report["stages"]
    assert {name: report[name] for name in ("scenario", "customers", "seeds", "rivals", "decline", "failed_runs")} == {
        "scenario": "partner_dv",
        "customers": 200,
        "seeds": [4, 5],
        "rivals": "stopped",
        "decline": "ended",
        "failed_runs": 0,
    }
    assert (stage["method"], stage["size"], stage["points"], stage["points_a_block"]) == ("morris", 2, 8, 4)
    ranges = {source.path: (source.low, source.high) for source in uncertainties() if source.path in INPUTS}
    assert {one["path"]: (one["low"], one["high"]) for one in stage["inputs"]} == ranges
    assert len(stage["outcomes"]) == 5
    for outcome in stage["outcomes"].values():
        assert (outcome["missing_points"], outcome["blocks"], outcome["blocks_left_out"]) == (0, 2, 0)
        assert set(outcome["indices"]) == {"mu_star", "mu", "sigma"}
        assert sum(outcome["variance"].values()) == pytest.approx(1.0)
    assert max(stage["outcomes"]["profit year 2 paired"]["indices"]["mu_star"]) > 0.0
    assert json.loads((done.folder / "sensitivity.json").read_text()) == json.loads(json.dumps(report))


def test_all_points_have_the_same_seeds_with_and_without_the_programme(done):
    (finished,) = done.finished
    found = sorted((run["label"]["point"], run["seed"], run["label"]["programme"]) for run in finished.runs)
    assert found == [(point, seed, with_it) for point in range(8) for seed in (4, 5) for with_it in (False, True)]


def test_nothing_but_the_inputs_differs_between_points():
    runs = study().plan().runs
    one, other = runs[0][0].scenario, runs[2][0].scenario
    moved = {"parameters", "segments", "effects"}
    assert {name for name in resolved(one) if resolved(one)[name] != resolved(other)[name]} <= moved


def test_only_what_the_outcomes_read_is_kept_of_the_focal_firm(done):
    outcomes = done.finished[0].outcomes
    assert set(outcomes.columns) > {"market_share", "profit"}
    assert len(outcomes.columns) < 12
    assert "average_basket" not in outcomes.columns


def test_the_same_study_is_given_again_without_a_run(done, monkeypatch):
    monkeypatch.setattr(OmnichannelModel, "__init__", lambda *arguments, **options: pytest.fail("a run was made"))
    assert reported(study(replicates=2), done.folder) == done.report


def test_an_input_that_can_do_nothing_has_exactly_the_index_0_and_one_that_can_has_not():
    """All points share their luck, so that noise is not taken for an effect.

    Such is the effect of a tool that rivals could take who have no time to answer.
    """
    idle = "effects.bpm_crm.integration"
    asked = study({"rivals.mode": "responding"}, inputs=[*INPUTS, idle])
    (stage,) = reported(asked)["stages"]
    row = [one["path"] for one in stage["inputs"]].index(idle)
    for outcome in stage["outcomes"].values():
        assert [index[row] for index in outcome["indices"].values()] == [0.0] * 3


def test_points_that_miss_the_base_year_are_counted_and_their_blocks_left_out():
    past = ["parameters.loyalty_coefficient", "parameters.forgetting", "parameters.firm_taste_spread"]
    every = conduct(study(size=3, inputs=past), folder=None, workers=1)
    misses = {}
    for run in every.finished[0].runs:
        miss = abs(run["fit"]["relative_miss"])
        misses[run["label"]["point"]] = max(miss, misses.get(run["label"]["point"], 0.0))
    block = len(past) + 1
    worst = sorted(max(misses[point] for point in range(first, first + block)) for first in (0, block, 2 * block))
    tolerance = float(worst[1] + worst[2]) / 2.0
    beyond = sum(miss > tolerance for miss in misses.values())
    assert 0 < beyond <= block
    part = reported(study(size=3, inputs=past, fit_tolerance=tolerance))["stages"][0]["outcomes"][PAIRED]
    whole = every.report["stages"][0]["outcomes"][PAIRED]
    assert (whole["missing_points"], whole["blocks_left_out"]) == (0, 0)
    assert (part["missing_points"], part["blocks_left_out"]) == (beyond, 1)
    assert part["indices"] != whole["indices"]


def test_a_study_whose_points_all_miss_the_base_year_is_refused():
    with pytest.raises(InputError, match=r"only 0 of 2 blocks .*8 of 8 points failed, missed the base year"):
        reported(study(fit_tolerance=1e-9))


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_failed_is_tried_once_more_and_then_costs_its_block(monkeypatch, times):
    plain, seen = OmnichannelModel.observation, []

    def fails(self):
        if not seen:
            seen.append(self.layout.scenario)
        if self.layout.scenario == seen[0] and len(seen) <= times:
            seen.append(None)
            raise ZeroDivisionError
        return plain(self)

    monkeypatch.setattr(OmnichannelModel, "observation", fails)
    conducted = conduct(study(size=3), folder=None, workers=1)
    outcome = conducted.report["stages"][0]["outcomes"][PAIRED]
    lost = int(times == 2)
    assert (conducted.report["failed_runs"], len(conducted.failed)) == (lost, lost)
    assert (outcome["missing_points"], outcome["blocks_left_out"]) == (lost, lost)


def test_a_screened_study_goes_on_with_what_matters_in_a_plan_of_its_own():
    asked = study(size=3, screen={"method": "morris", "size": 2, "keep": 2}, outcomes=["share"])
    conducted = conduct(asked, folder=None, workers=1)
    screen, stage = conducted.report["stages"]
    kept = {row["path"] for row in screen["kept"]}
    assert (len(kept), {one["path"] for one in stage["inputs"]}) == (2, kept)
    assert (screen["points"], stage["points"]) == (8, 9)
    assert [len(finished.runs) for finished in conducted.finished] == [16, 18]
    assert not asked.knows_its_runs


def test_what_does_not_vary_is_as_in_the_scenario():
    asked = study()
    (first, *_) = asked.varied
    world = asked.plan_of([first], np.array([[first.high]])).runs[0][0].scenario
    assert resolved(world) == resolved(with_changes(asked.scenario, {first.path: first.high}))


def test_the_ranges_of_the_catalogue_belong_to_the_study():
    assert study().id == study(question="Why?").id
    assert len({study().id, study(inputs=INPUTS[:2]).id, study(size=3).id, study(design_seed=2).id}) == 4


@pytest.mark.parametrize("source", uncertainties(), ids=lambda source: source.path)
def test_both_ends_of_every_range_make_a_scenario(source):
    for place in (0.0, 1.0):
        table, _, name = source.path.partition(".")
        scenario = load_scenario("partner-dv", {source.path: source.value(place)})
        assert getattr(scenario, table)[name] == source.value(place)


# ---- what a file may say

HEAD = 'kind = "sensitivity"\nscenario = "partner-dv"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('method = "moris"\n', "mine.toml:3: moris is not a method; .*Did you mean 'morris'"),
        ('method = "sobol"\nsize = 100\n', "mine.toml:4: the size of sobol must be a power of two, .*64 or 128"),
        ('screen = { method = "fast", size = 5, keep = 3 }\n', "mine.toml:3: the size of fast must be at least 65"),
        ('screen = { methd = "fast", keep = 3 }\n', "mine.toml:3: screen.methd is not a known key"),
        ('screen = { method = "morris" }\n', "mine.toml:3: screen.keep is missing"),
        ('outcomes = ["share", "shar"]\n', "mine.toml:3: 'shar' is no outcome"),
        ("outcomes = []\n", "mine.toml:3: outcomes must have at least 1"),
        ('inputs = ["parameters.forgeting"]\n', "mine.toml:3: parameters.forgeting is no uncertain parameter"),
        ('inputs = ["parameters.forgetting"]\n', "mine.toml:3: fewer than two uncertain parameters vary"),
        ('method = "sobol"\nmost = 64\n', "mine.toml:4: most = 64: only a design of morris grows, not of sobol"),
        ("design_seed = 0\n", "mine.toml:3: design_seed = 0 must be at least 1: SALib takes 0 for no seed"),
    ],
)
def test_a_mistake_is_said_in_one_line_where_it_stands(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as refused:
        load_study(path)
    assert "\n" not in str(refused.value)


def test_a_study_whose_design_may_grow_does_not_know_its_runs_and_is_another_one():
    assert study().knows_its_runs
    assert study(most=2).knows_its_runs
    assert not study(most=4).knows_its_runs
    assert study(most=4).id != study().id


def test_levels_of_a_scenario_value_are_lived_and_reported_as_themselves():
    pair, tools = "segments.person.information_contacts", "programme.parallel"
    conducted = conduct(study(inputs=[pair, tools], outcomes=["share"]), folder=None, workers=1)
    (stage,) = conducted.report["stages"]
    declared = {one.path: one.described() for one in uncertainties(scenario=load_scenario("partner-dv"))}
    assert stage["inputs"] == [declared[one["path"]] for one in stage["inputs"]]
    assert {one["path"] for one in stage["inputs"]} == {pair, tools}
    runs = study(inputs=[pair, tools]).plan().runs
    worlds = {run.scenario.segments["person"].information_contacts for run, _ in runs}
    assert worlds <= set(map(tuple, declared[pair]["levels"]))
    assert len(worlds) > 1


@pytest.mark.parametrize("name", ["sensitivity", "claims_sensitivity", "claims_sensitivity_small"])
def test_the_shipped_studies_vary_everything_and_ask_for_all_claims(name):
    asked = load_study(name)
    assert asked.varied == uncertainties(scenario=load_scenario("partner-dv"))
    claims = {name for name, claim in load_catalogue().claims.items() if claim.kind == "number"}
    assert {outcome.claim for outcome in asked.outcomes} == claims
    assert len(asked.plan().runs) % (2 * len(asked.settings.seeds)) == 0
