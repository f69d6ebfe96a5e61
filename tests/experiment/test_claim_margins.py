"""The margins of the claims over uncertain parameters: a small real study, and the command that prints it."""

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from click.testing import CliRunner
from studies import finished, yearly

import simbiz.experiment.claim_margins as claim_margins
import simbiz.experiment.perform
from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.sensitivity import OUTCOMES, print_sensitivity
from simbiz.errors import InputError
from simbiz.experiment.claim_margins import margins, margins_plan, sensitivity_of_claims
from simbiz.experiment.claim_statistics import COMPARATORS
from simbiz.experiment.sensitivity import Uncertainty, uncertainties
from simbiz.model import OmnichannelModel
from simbiz.scenario import load_scenario, resolved

# One quick tool, so that a full year follows the programme soon; few customers never meet the shipped tolerance.
SMALL = {
    "customers": 800,
    "calendar.burn_in_weeks": 52,
    "calendar.years": 2,
    "fit.tolerance": 100.0,
    "programme.order": ["smm"],
}
NOT_ADOPTED = "effects.bpm_crm.integration"
INPUTS = [
    Uncertainty("parameters.loyalty_coefficient", 1.0, 3.5),
    Uncertainty(NOT_ADOPTED, 0.0, 1.0),
    Uncertainty("effects.smm.channel_quality.social", 0.0, 0.8),
]
PARAMETERS_OF_THE_PAST = ("loyalty_coefficient", "forgetting", "firm_taste_spread")
SEEDS = (4,)
PAIRED = "share.value | paired | first full year after the last step"


def scenario(changes=None):
    return load_scenario("partner-dv", SMALL | (changes or {}))


def study(folder, changes=None, size=2, inputs=INPUTS):
    return sensitivity_of_claims(
        scenario(changes), method="morris", size=size, seeds=SEEDS, inputs=inputs, folder=folder, workers=1
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Give a finished study and its folder."""
    folder = tmp_path_factory.mktemp("sensitivity") / "study"
    return study(folder), folder


def ledger(folder):
    with closing(sqlite3.connect(folder / "runs.sqlite")) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM runs ORDER BY position")]
    database.close()
    return [row | {"label": json.loads(row["label"]), "fit": json.loads(row["fit"])} for row in rows]


def refuse(*arguments, **options):
    raise AssertionError("a run was made")


# ---- the plan


def test_every_point_is_lived_with_and_without_the_programme_and_with_the_same_seeds():
    points = [{"parameters.loyalty_coefficient": value} for value in (1.5, 2.5, 3.0)]
    plan = margins_plan(scenario(), points, (4, 5))
    seen = [(label["point"], run.seed, label["programme"]) for run, label in plan.runs]
    assert sorted(seen) == sorted((p, seed, with_it) for p in range(3) for seed in (4, 5) for with_it in (True, False))
    for run, label in plan.runs:
        assert run.scenario.programme.order == (("smm",) if label["programme"] else ())
        assert run.scenario.parameters == {"loyalty_coefficient": (1.5, 2.5, 3.0)[label["point"]]}


def test_nothing_but_the_inputs_differs_between_points():
    points = [{"parameters.loyalty_coefficient": 1.5}, {NOT_ADOPTED: 0.25}]
    one, other = (margins_plan(scenario(), [point], [1]).runs[0][0].scenario for point in points)
    plain = resolved(scenario())
    assert resolved(one) == plain | {
        "parameters": plain["parameters"] | {"loyalty_coefficient": 1.5},
        "segments": {
            name: segment | {"parameters": segment["parameters"] | {"loyalty_coefficient": 1.5}}
            for name, segment in plain["segments"].items()
        },
    }
    assert resolved(other) == plain | {"effects": {NOT_ADOPTED.removeprefix("effects."): 0.25}}


@pytest.mark.parametrize("source", uncertainties(), ids=lambda source: source.path)
def test_both_ends_of_every_range_make_a_scenario_that_is_not_the_shipped_one(source):
    keys = {margins_plan(scenario(), [{source.path: source.value(place)}], [1]).runs[0][0].key for place in (0.0, 1.0)}
    assert len(keys | {margins_plan(scenario(), [{}], [1]).runs[0][0].key}) == 3


# ---- margins of finished runs


def made(pairs, **facts):
    """Give margins of one point from the focal firm's values by year in each pair of worlds."""
    worlds = [(yearly(4, market_share=one), yearly(4, market_share=other)) for one, other in pairs]
    runs = finished(worlds, **facts)
    for run in runs.runs:
        run["label"] = {"point": 0, "programme": run["label"]["programme"]}
    return margins(scenario(), runs, 2, len(pairs))


TARGET = 0.1279
PAIRS = [([0.08, 0.08, 0.10, 0.14], [0.08, 0.08, 0.08, 0.08]), ([0.08, 0.08, 0.12, 0.18], [0.08, 0.08, 0.08, 0.09])]


def test_a_margin_is_the_mean_over_the_seeds_less_the_target_and_a_point_without_runs_has_none():
    found = made(PAIRS)
    values = found["share.value | before-after | first year"]
    np.testing.assert_allclose(values, [0.11 - TARGET, np.nan])
    after = found["share.value | before-after | first full year after the last step"]
    np.testing.assert_allclose(after, [0.16 - TARGET, np.nan])


@pytest.mark.parametrize(
    ("facts", "first", "after"),
    [
        ({}, True, True),
        ({"met": {1: False}}, False, False),
        ({"status": {0: "failed"}}, False, False),
        ({"last_week": 51}, True, True),
        ({"last_week": 52}, True, False),
    ],
    ids=["all well", "missed the base year", "failed", "just in time", "a week too late for a full year after"],
)
def test_a_point_has_no_margin_unless_every_seed_has_worlds_to_compare(facts, first, after):
    found = made(PAIRS, **facts)
    assert np.isfinite(found["share.value | paired | first year"][0]) == first
    assert np.isfinite(found[PAIRED][0]) == after


def test_every_numeric_reading_has_a_margin_by_comparator_and_horizon():
    numeric = [
        f"{name}.{reading}"
        for name, claim in load_catalogue().claims.items()
        if claim.kind == "number"
        for reading in claim.readings
    ]
    found = made(PAIRS)
    assert len(found) == len(numeric) * len(COMPARATORS) * 2
    assert {name.split(" | ")[0] for name in found} == set(numeric)


# ---- a small real study


def test_a_study_reports_what_varied_where_and_how_much_it_moved_every_margin(done):
    report, _ = done
    assert {name: report[name] for name in ("method", "size", "seeds", "points", "customers", "scenario")} == {
        "method": "morris",
        "size": 2,
        "seeds": list(SEEDS),
        "points": 8,
        "customers": 800,
        "scenario": "partner_dv",
    }
    assert report["ranges"] == {source.path: [source.low, source.high] for source in INPUTS}
    assert (report["failed_runs"], report["missing_points"], report["blocks_left_out"]) == (0, 0, 0)
    assert report["inputs"] == [source.path for source in INPUTS]
    for indices in report["outcomes"].values():
        assert set(indices) == {"mu", "mu_star", "mu_star_conf", "sigma"}
        assert all(len(array) == 3 and np.isfinite(array).all() for array in indices.values())
    json.dumps(report, allow_nan=False)


def test_an_input_that_can_do_nothing_has_exactly_the_index_0_and_one_that_can_has_not(done):
    """All points share their luck, so that noise is not taken for an effect."""
    report, _ = done
    row = report["inputs"].index(NOT_ADOPTED)
    for name, indices in report["outcomes"].items():
        assert [indices[index][row] for index in indices] == [0.0] * 4, name
    others = np.delete(report["outcomes"][PAIRED]["mu_star"], row)
    assert (others > 0.0).all()


def test_all_points_of_a_study_have_the_same_seeds(done):
    report, folder = done
    seeds = {}
    for row in ledger(folder):
        seeds.setdefault((row["label"]["point"], row["label"]["programme"]), []).append(row["seed"])
    assert set(map(tuple, seeds.values())) == {SEEDS}
    assert len(seeds) == 2 * report["points"]


def test_a_finished_study_is_given_again_without_a_run(done, monkeypatch):
    report, folder = done
    monkeypatch.setattr(simbiz.experiment.perform, "execute", refuse)
    assert study(folder) == report
    with pytest.raises(AssertionError, match="a run was made"):
        study(folder, {"programme.order": ["website"]})


def test_a_study_that_was_interrupted_does_only_what_is_missing(tmp_path, monkeypatch):
    plain, groups = simbiz.experiment.perform.execute, []

    def counted(group, *arguments, **options):
        if len(groups) == 3:
            groups.append(None)
            raise KeyboardInterrupt
        groups.append([run.key for run in group])
        return plain(group, *arguments, **options)

    monkeypatch.setattr(simbiz.experiment.perform, "execute", counted)
    with pytest.raises(KeyboardInterrupt, match="the same command goes on from"):
        study(tmp_path / "study")
    first = groups[:3]
    groups[:] = [None] * 4
    report = study(tmp_path / "study")
    second = groups[4:]
    keys = [key for group in first + second for key in group]
    assert len(keys) == len(set(keys)) == 2 * report["points"]
    assert len(second) == report["points"] - 3


def test_points_that_miss_the_base_year_are_counted_and_their_blocks_left_out(tmp_path):
    past = [Uncertainty(f"parameters.{n}", *load_catalogue().parameters[n].range) for n in PARAMETERS_OF_THE_PAST]
    whole = study(tmp_path / "all", size=3, inputs=past)
    misses = {row["label"]["point"]: abs(row["fit"]["relative_miss"]) for row in ledger(tmp_path / "all")}
    block = len(past) + 1
    worst = sorted(max(misses[point] for point in range(first, first + block)) for first in (0, block, 2 * block))
    tolerance = float(worst[1] + worst[2]) / 2.0
    beyond = sum(miss > tolerance for miss in misses.values())
    assert 0 < beyond <= block
    part = study(tmp_path / "part", {"fit.tolerance": tolerance}, size=3, inputs=past)
    assert (whole["missing_points"], whole["blocks_left_out"]) == (0, 0)
    assert (part["missing_points"], part["blocks_left_out"]) == (beyond, 1)
    assert part["outcomes"][PAIRED] != whole["outcomes"][PAIRED]


def test_a_study_whose_points_all_miss_the_base_year_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"only 0 of 2 blocks .*8 of 8 points failed or missed the base year"):
        study(tmp_path / "none", {"fit.tolerance": 1e-9})


# ---- the command


@pytest.fixture
def printed(tmp_path, monkeypatch):
    """Run the command over three inputs; gives its result and the folder of its results."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(claim_margins, "uncertainties", lambda scenario: INPUTS)
    options = [part for key, value in SMALL.items() for part in ("--set", f"{key}={json.dumps(value)}")]

    def run(*arguments):
        common = ["--size", "2", "--replicates", "1", "--seed", "4", "--workers", "1", *options]
        return CliRunner().invoke(main, ["sensitivity", "partner-dv", *common, *arguments])

    return run


def test_the_command_prints_the_report_as_json_and_then_as_a_table_from_the_same_runs(printed, tmp_path, monkeypatch):
    result = printed("--json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert set(report) == {
        *("schema_version", "scenario", "method", "size", "seeds", "customers", "decline", "rivals"),
        *("failed_runs", "ranges", "inputs", "points", "missing_points", "blocks_left_out", "outcomes"),
    }
    assert (report["schema_version"], report["seeds"], report["points"]) == (1, [4], 8)
    assert (report["decline"], report["rivals"]) == ("ended", "stopped")
    assert set(OUTCOMES) <= set(report["outcomes"])
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["sensitivity-partner_dv"]

    monkeypatch.setattr(simbiz.experiment.perform, "execute", refuse)
    table = printed()
    assert table.exit_code == 0
    lines = table.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    rows = [line.split() for line in lines if line.startswith(("parameters.", "effects."))]
    assert len(rows) == 2 * len(INPUTS)
    values = dict(zip(report["inputs"], report["outcomes"][OUTCOMES[0]]["mu_star"], strict=True))
    shown = {row[0]: float(row[2]) for row in rows[: len(INPUTS)]}
    assert shown == pytest.approx({name: 100.0 * value for name, value in values.items()}, abs=0.0051)
    assert list(shown.values()) == sorted(shown.values(), reverse=True)


@pytest.mark.parametrize("names", [("mu", "mu_star", "mu_star_conf", "sigma"), ("S1", "S1_conf", "ST", "ST_conf")])
def test_the_table_is_at_most_100_columns_wide_whatever_is_reported(names, capsys):
    inputs = sorted((source.path for source in uncertainties()), key=len, reverse=True)
    indices = {name: [-123.456] * len(inputs) for name in names}
    report = {
        "method": "morris",
        "inputs": inputs,
        "points": 123_456,
        "customers": "market",
        "rivals": "stopped",
        "decline": "one_off",
        "missing_points": 12_345,
        "blocks_left_out": 1_234,
        "outcomes": dict.fromkeys(OUTCOMES, indices),
    }
    print_sensitivity(report)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100
    assert any(line.startswith(inputs[0]) for line in lines)


def test_a_method_that_does_not_exist_is_refused_before_anything_runs(printed):
    result = printed("--method", "moris")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("moris is not a method")


def test_a_failed_run_costs_its_block_is_counted_and_ends_with_1(printed, monkeypatch):
    plain, seen = OmnichannelModel.observation, []

    def fail_once(self):
        seen.append(self.week)
        if len(seen) == 1:
            raise ZeroDivisionError
        return plain(self)

    monkeypatch.setattr(OmnichannelModel, "observation", fail_once)
    result = printed("--json", "--size", "3")
    assert (result.exit_code, result.stderr) == (1, "1 runs failed\n")
    report = json.loads(result.stdout)
    assert (report["failed_runs"], report["missing_points"], report["blocks_left_out"]) == (1, 1, 1)
