"""simbiz compare, and what it prints."""

import json

import pytest
from click.testing import CliRunner
from studies import TINY, options

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS, USAGE
from simbiz.runs import run as run_module

COMPARE = ["compare", "partner-dv-no-programme", "partner-dv", "--workers", "1", *options()]
METRICS = list(load_catalogue().metrics)


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def widest(result):
    """Widest line, but for the one that names the result folder."""
    return max(len(line) for line in result.stdout.splitlines() if not line.startswith("Results: "))


def study_file(folder, text):
    file = folder / "mine.toml"
    lines = [f'"{key}" = {json.dumps(value)}' for key, value in TINY.items()]
    file.write_text(f'kind = "compare"\nscenario = "partner-dv"\n{text}\n[set]\n' + "\n".join(lines), encoding="utf-8")
    return file


def test_a_comparison_gives_differences_with_intervals():
    result = simbiz(*COMPARE, "--replicates", "2", "--json")
    data = json.loads(result.stdout)
    assert [one["name"] for one in data["alternatives"]] == ["partner-dv-no-programme", "partner-dv"]
    assert data["seeds"] == [1, 2]
    assert [row["outcome"] for row in data["pairs"]] == METRICS
    means = {(row["alternative"], row["outcome"]): row["mean"] for row in data["values"]}
    for row in data["pairs"]:
        first, second = (means[row[side], row["outcome"]] for side in ("first", "second"))
        if row["difference"] is not None:
            assert second - first == pytest.approx(row["difference"], abs=1e-9)
            assert row["interval"] == row["interval_together"]
            assert row["interval"][0] <= row["difference"] <= row["interval"][1]
    (rate,) = [row for row in data["pairs"] if row["outcome"] == "digitalization_rate"]
    assert rate["difference"] > 0.0
    assert simbiz(*COMPARE, "--replicates", "2", "--json").stdout_bytes == result.stdout_bytes


def test_the_table_for_people_fits_100_columns():
    for arguments in ([], ["--metric", "market_value"]):
        result = simbiz(*COMPARE, "--replicates", "2", *arguments)
        assert result.exit_code == 0, result.output
        assert widest(result) <= 100
        assert result.stderr == ""


def test_many_alternatives_with_long_names_are_shown_pair_by_pair_and_fit(tmp_path):
    names = ["nothing at all is done by the firm", "the platform, and nothing beside it", "everything at once"]
    orders = ["[]", '["bpm_crm"]', '["smm", "messenger"]']
    lines = zip(names, orders, strict=True)
    table = "\n".join(f'"{name}" = {{ "programme.order" = {order} }}' for name, order in lines)
    text = f'outcomes = ["market_share"]\nreplicates = 2\n[alternatives]\n{table}'
    result = simbiz("experiment", "run", study_file(tmp_path, text), "--workers", "1")
    assert result.exit_code == 0, result.output
    assert widest(result) <= 100
    assert "The intervals of the 3 differences" in result.stdout
    assert f"no. 2: {names[1]}\n" in result.stdout
    assert "no. 2 less no. 1" in result.stdout


def test_worlds_that_miss_the_base_year_are_left_out_and_people_are_told():
    changes = options({"fit.tolerance": 1e-9})
    result = simbiz(*COMPARE[:5], *changes, "--replicates", "2")
    assert result.exit_code == 0, result.output
    assert "partner-dv: 2 missed the base year of 2 worlds, left out." in result.stdout


def miss_the_base_year(monkeypatch, seeds):
    """Let worlds with a programme miss the base year at some seeds."""
    real = run_module.fit_of

    def fit(model):
        return real(model) | {"met": not model.layout.scenario.programme.order or model.seed_used not in seeds}

    monkeypatch.setattr(run_module, "fit_of", fit)


def test_means_differences_and_intervals_are_over_the_same_seeds_and_their_number_is_said(monkeypatch):
    miss_the_base_year(monkeypatch, {2})
    result = simbiz(*COMPARE, "--replicates", "3", "--metric", "market_share", "--json")
    data = json.loads(result.stdout)
    assert [one["seeds"] for one in data["alternatives"]] == [3, 2]
    means = {(row["alternative"], row["year"]): row for row in data["values"]}
    for row in data["pairs"]:
        first, second = (means[row[side], row["year"]] for side in ("first", "second"))
        assert second["mean"] - first["mean"] == pytest.approx(row["difference"], abs=1e-12)
        assert first["seeds"] == second["seeds"] == row["seeds"] == 2
    text = simbiz(*COMPARE, "--replicates", "3", "--metric", "market_share").stdout
    assert "Means and differences are over the same seeds" in text
    table = [line.split() for line in text.splitlines()]
    (head,) = [line for line in table if line[-1:] == ["seeds"]]
    assert {line[-1] for line in table if line[:1] == ["1"] and line[-1:] != ["year."]} == {"2"}, head


def test_whole_scenarios_are_told_by_what_they_have_other_than_the_first():
    data = json.loads(simbiz(*COMPARE, "--replicates", "1", "--metric", "market_share", "--json").stdout)
    first, second = data["alternatives"]
    assert first["changes"] == {}
    assert set(second["changes"]) == {"programme.order"}
    assert (first["programme"], second["programme"]) == (False, True)


def test_a_comparison_on_one_pair_has_no_interval():
    data = json.loads(simbiz(*COMPARE, "--replicates", "1", "--json").stdout)
    assert {(row["interval"], row["interval_together"], row["variance_reduction"]) for row in data["pairs"]} == {
        (None, None, None)
    }
    assert not any(row["told_apart"] for row in data["pairs"])


def test_a_comparison_keeps_its_runs_where_out_says(monkeypatch):
    first = simbiz(*COMPARE, "--replicates", "1", "--out", "kept", "--json").stdout
    monkeypatch.setattr(run_module, "_branch", None)
    assert simbiz(*COMPARE, "--replicates", "1", "--out", "kept", "--json").stdout == first


def test_a_comparison_with_failed_runs_ends_with_1(monkeypatch):
    def observe(observation):
        raise ArithmeticError("a planted failure")

    monkeypatch.setattr(run_module, "observe", observe)
    result = simbiz(*COMPARE, "--replicates", "1")
    assert result.exit_code == FAILED_RUNS
    assert "partner-dv: 1 failed of 1 worlds, left out." in result.stdout
    assert result.stderr.startswith("2 runs failed; the first")
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("wrong", [["compare", "partner-dv"], ["compare", "partner-dv", "wow", "partner-dv"]])
def test_a_scenario_alone_or_named_twice_is_misuse(wrong):
    result = simbiz(*wrong)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["compare", "partner-dv", "partner-vd"], "Did you mean 'partner_dv'?"),
        (["compare", "partner-vd", "partner-dv"], "Did you mean 'partner_dv'?"),
        ([*COMPARE, "--metric", "market_shre"], "Did you mean 'market_share'?"),
        ([*COMPARE, "--set", "parameters.price_sensitivty=1.0"], "Did you mean 'price_sensitivity'?"),
    ],
)
def test_bad_input_is_said_in_one_line(wrong, said):
    result = simbiz(*wrong)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_result_folder_that_cannot_be_written_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("")
    result = simbiz(*COMPARE, "--replicates", "1", "--out", "file/below")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert "file/below" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[alternatives]\nonly = {}\n", 3, "at least 2"),
        ('[alternatives]\na = {}\nb = { "rivals.mode" = "trent" }\n', 5, "'stopped', 'trend' or 'responding'"),
        ('[alternatives]\na = {}\nb = { scenario = "partner_vd" }\n', 5, "Did you mean 'partner_dv'?"),
        ("[alternatives]\na = {}\nb = { scenario = 3 }\n", 5, "must be the name of a scenario"),
        ('outcomes = ["market_shre"]\n[alternatives]\na = {}\nb = {}\n', 3, "Did you mean 'market_share'?"),
        ("years = [2]\n[alternatives]\na = {}\nb = {}\n", 3, "year 2 is not lived; allowed: -1 to 1"),
    ],
)
def test_mistakes_in_a_file_are_said_with_file_and_line(tmp_path, text, line, said):
    result = simbiz("experiment", "run", study_file(tmp_path, text))
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr.startswith(f"{tmp_path / 'mine.toml'}:{line}: ")
    assert said in result.stderr
