"""simbiz calibrate as a command, and the audit of the claims over the set that it finds."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.runs.parameter_set import FILE, read_set

SMALL = [*options({"customers": 300}), "--workers", "1"]
COMMAND = ["calibrate", "partner-dv", "--to", "patterns", "--points", "2", "--replicates", "1", *SMALL]


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def shipped(name):
    from simbiz.runs.study_file import find_experiment

    return find_experiment(name).read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    """Give settings of the working folder in which no local search goes on for long and few cases are audited."""
    calibrate, over = shipped("calibrate"), shipped("claims_over")
    monkeypatch.chdir(tmp_path)
    Path("experiments").mkdir()
    Path("experiments/calibrate.toml").write_text(calibrate.replace("fewest = 30", "fewest = 0"), encoding="utf-8")
    over = over.replace('["one_off", "ended", "steady"]', '["ended"]').replace('"stopped", "responding"', '"stopped"')
    Path("experiments/claims_over.toml").write_text(over, encoding="utf-8")


def kept_set(**changes):
    """Write the set of a small calibration into a folder, with all points passing."""
    result = simbiz(*COMMAND, "--out", "kept")
    assert result.exit_code == 0, result.output
    file = Path("kept") / FILE
    found = json.loads(file.read_text()) | changes
    for one in found["points"]:
        one["passes"] = True
    file.write_text(json.dumps(found))
    return found


def test_json_is_what_is_kept_with_seeds_bounds_objective_residuals_and_model():
    result = simbiz(*COMMAND, "--out", "kept", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert report == json.loads((Path("kept") / FILE).read_text())
    assert (report["schema_version"], report["to"], report["tried"], report["seeds"]) == (1, "patterns", 2, [1])
    assert len(report["model"]) == 32
    for one in report["points"]:
        assert {"values", "objective", "residuals", "passes", "statistics", "predictions", "base_year"} <= set(one)
        assert set(one["values"]) == set(report["bounds"])
    assert (Path("kept") / "manifest.json").is_file()


def test_people_read_ranges_statistics_and_how_many_pass():
    result = simbiz(*COMMAND)
    assert (result.exit_code, result.stderr) == (0, "")
    for text in ("of 2 points pass", "parameters.loyalty_coefficient", "1 to 3.5", "P1.slope (person, fitted)"):
        assert text in result.stdout
    assert "P5.correlation (person, predicted)" in result.stdout
    assert "Results: results/calibrate-partner_dv/" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 100


@pytest.mark.parametrize("target", ["share.value", "market_share", "patern"])
def test_a_target_that_is_no_law_is_refused_in_one_line(target):
    result = simbiz("calibrate", "partner-dv", "--to", target)
    assert result.exit_code == BAD_INPUT
    assert result.stderr.count("\n") == 1
    assert "allowed: patterns" in result.stderr


def test_claims_are_audited_over_all_points_of_a_set():
    found = kept_set()
    command = ["claims", "partner-dv", "--over", "kept", "--workers", "1", *options(), "--replicates", "2"]
    result = simbiz(*command, "--json", "--out", "audit")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["parameters"] == "over a set of 2 parameter points that pass the patterns"
    assert (report["points"], report["replicates"], len(found["points"])) == (2, 4, 2)
    row = next(row for row in report["claims"] if row["id"] == "share.value" and row["worlds"])
    assert row["worlds"] == 4
    assert row["passing"] in (0, 0.25, 0.5, 0.75, 1)
    text = simbiz(*command, "--out", "audit").stdout
    assert "over a set of 2 parameter points that pass the patterns" in " ".join(text.split())
    assert "where a range is assumed it is no probability" in " ".join(text.split())
    assert max(map(len, text.splitlines()[:-1])) <= 100


def test_rows_over_a_set_are_those_of_the_audit():
    kept_set()
    over = simbiz("claims", "--over", "kept", "--workers", "1", *options(), "--replicates", "1", "--json")
    settings = shipped("claims").replace('["one_off", "ended", "steady"]', '["ended"]')
    Path("experiments/claims.toml").write_text(settings.replace(', "trend", "responding"', ""), encoding="utf-8")
    plain = simbiz("claims", "--workers", "1", *options(), "--replicates", "1", "--json")
    one, other = (json.loads(result.stdout) for result in (over, plain))
    assert [(row["id"], row["horizon"], row["test"]) for row in one["claims"]] == [
        (row["id"], row["horizon"], row["test"]) for row in other["claims"]
    ]
    assert set(one) == set(other)
    assert other["points"] is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "0" * 32}, "this renews it: simbiz calibrate partner_dv --to patterns --out kept"),
        ({"points": []}, "none of its 0 points passes"),
        ({"kind": "something else"}, "is no set of parameter points"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused_in_one_line(changes, said):
    kept_set(**changes)
    result = simbiz("claims", "--over", "kept")
    assert result.exit_code == BAD_INPUT
    assert result.stderr.startswith(f"kept/{FILE}: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_without_a_set_is_refused():
    result = simbiz("claims", "--over", "nowhere")
    assert (result.exit_code, result.stderr.count("\n")) == (BAD_INPUT, 1)
    assert "this makes one: simbiz calibrate --out" in result.stderr


def test_a_set_gives_its_points_and_ranges_back():
    found = kept_set()
    parameters = read_set(Path("kept"))
    assert parameters.points == [one["values"] for one in found["points"]]
    assert parameters.scenario == "partner_dv"
    assert parameters.ranges["parameters.loyalty_coefficient"] == [1.0, 3.5]
