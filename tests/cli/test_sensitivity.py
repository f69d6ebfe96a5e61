"""simbiz sensitivity: the study as a command, and its tables."""

import json

import pytest
from click.testing import CliRunner

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.cli.sensitivity_text import print_sensitivity
from simbiz.studies.sensitivity.methods import METHODS
from simbiz.studies.sensitivity.uncertainty import uncertainties

SMALL = {
    "customers": 200,
    "calendar.burn_in_weeks": 52,
    "calendar.years": 2,
    "fit.tolerance": 100.0,
    "fit.check_rest": False,
    "programme.order": ["smm"],
}
OPTIONS = [part for key, value in SMALL.items() for part in ("--set", f"{key}={json.dumps(value)}")]
INPUTS = ["--input", "parameters.loyalty_coefficient", "--input", "parameters.forgetting"]
GIVEN = ["sensitivity", "partner-dv", "--size", "2", "--workers", "1", *INPUTS, *OPTIONS]
PAIRED = "share.value | paired | first full year after the last step"


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_command_prints_the_report_as_json_and_then_as_tables():
    told = simbiz(*GIVEN, "--outcome", "share", "--json")
    assert (told.exit_code, told.stderr) == (0, "")
    report = json.loads(told.stdout)
    (stage,) = report["stages"]
    assert (stage["method"], stage["size"], stage["points"], report["seeds"]) == ("morris", 2, 6, [1])
    table = simbiz(*GIVEN, "--outcome", "share")
    assert (table.exit_code, table.stderr) == (0, "")
    lines = table.stdout.splitlines()
    assert "Margin of share.value, paired, full year" in lines
    paths, index = [one["path"] for one in stage["inputs"]], stage["outcomes"][PAIRED]["indices"]["mu_star"]
    values = dict(zip(paths, index, strict=True))
    told = [line.split() for line in lines if line.startswith(("loyalty_coefficient", "forgetting"))]
    rows = {words[0]: float(words[1]) for words in told}
    largest = max(values.values())
    for path, value in values.items():
        assert rows[path.removeprefix("parameters.")] == pytest.approx(value, abs=0.05 * largest)
    assert "One seed does not tell the seed's part of the variance" in table.stdout
    assert "Missing: at most 0 of 6 points" in table.stdout


@pytest.mark.slow
def test_any_outcome_can_be_asked_for_after_a_screen():
    result = simbiz(*GIVEN, "--input", "parameters.patience", "--keep", "2", "--method", "sobol", "--size", "8",
                    "--outcome", "market_share year 2 paired")  # fmt: skip
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Morris screening, 10 trajectories" in result.stdout
    assert "Sobol' indices, 8 base samples: 2 uncertain parameters, 32 points" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 100


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--method", "moris"], "moris is not a method"),
        (["--method", "sobol", "--size", "100"], "the size of sobol must be a power of two"),
        (["--outcome", "shar"], "'shar' is no outcome"),
        (["--input", "parameters.forgeting"], "parameters.forgeting is no uncertain parameter"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_before_anything_runs(tmp_path, options, said):
    result = simbiz("sensitivity", "partner-dv", *options)
    assert result.exit_code == BAD_INPUT
    (line,) = result.stderr.splitlines()
    assert line.startswith(said)
    assert not list(tmp_path.iterdir())


def made(method, inputs):
    """Give a report of a method about many inputs with long names and large numbers."""
    own = METHODS[method]
    count = len(inputs)
    outcome = {
        "missing_points": 123_456,
        "blocks": 8192,
        "blocks_left_out": 1234,
        "moves": True,
        "indices": {name: [-0.987 + 0.01 * number for number in range(count)] for name in own.indices},
        "half_widths": {name: [0.123] * count for name in own.indices},
        "nothing": dict.fromkeys(own.indices, 0.0123) if own.bare else {},
        "pairs": [{"inputs": [0, 1], "S2": 0.5, "S2_half_width": 0.1}] if own.pairs else [],
        "converging": [{"blocks": part, own.indices[0]: [0.5] * count} for part in (2048, 4096)],
        "variance": {"parameters": 0.9, "seed": -0.01, "both": 0.11},
    }
    still = outcome | {"moves": False}
    few = {"missing_points": 9, "blocks": 8, "blocks_left_out": 8, "refused": "only 0 of 8 blocks are whole"}
    stage = {"method": method, "size": 8192, "points": 999_999, "inputs": [{"path": path} for path in inputs]}
    stage["asked"] = {"size": 8192, "most": 0, "apart": 5, "enough": False}
    stage["outcomes"] = {PAIRED: outcome, "profit year 1 value": still, "revenue year 1 paired": few}
    facts = {"scenario": "partner_dv", "question": "", "customers": "market", "rivals": "responding"}
    facts["decline"] = "one_off"
    return facts | {"fit_tolerance": 0.25, "seeds": [1, 2], "failed_runs": 3, "acting_together": {}, "stages": [stage]}


@pytest.mark.parametrize("method", METHODS)
def test_the_tables_are_at_most_100_columns_wide_whatever_is_reported(method, capsys):
    inputs = sorted((source.path for source in uncertainties()), key=len)
    print_sensitivity(made(method, inputs))
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 100
    assert inputs[-1].removeprefix("effects.") in said
    together = " ".join(said.split())
    assert "Nothing moves profit year 1 value." in together
    assert "No indices of revenue year 1 paired: only 0 of 8 blocks are whole." in together
    assert "share.value, paired, full year 90% 0% 11%" in together
    assert "3 runs failed twice" in together
    assert "Convergence: " in together


def test_a_screen_says_what_goes_on_and_why(capsys):
    inputs = ["parameters.forgetting", "effects.smm.training"]
    report = made("sobol", inputs)
    kept = [{"input": 1, "path": inputs[1], "part": 0.6, "group": "share"}]
    report["stages"].insert(0, made("morris", inputs)["stages"][0] | {"kept": kept})
    print_sensitivity(report)
    said = " ".join(capsys.readouterr().out.split())
    assert "Morris screening, 8192 trajectories: 2 uncertain parameters" in said
    assert "smm.training 60% share Sobol' indices" in said
