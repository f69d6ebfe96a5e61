"""simbiz ablation: the study as a command."""

import json

import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.ablation import print_ablation
from simbiz.cli.exits import BAD_INPUT
from simbiz.runs.engine import Engine
from simbiz.runs.study_file import settings_of
from simbiz.studies.ablation.study import AblationSettings

ABLATION = ["ablation", "partner-dv", "--workers", "1", "--replicates", "2", "--mechanism", "loyalty", *options()]


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_study_is_kept_and_the_same_command_runs_nothing_again(tmp_path, monkeypatch):
    first = simbiz(*ABLATION, "-o", "kept", "--json")
    assert (first.exit_code, first.stderr) == (0, "")
    report = json.loads(first.stdout)
    assert (report["schema_version"], report["scenario"], report["seeds"]) == (1, "partner_dv", [1, 2])
    assert report["fit"] == {"full model": {"met": 2, "runs": 2}, "loyalty": {"met": 2, "runs": 2}}
    assert {row["mechanism"] for row in report["rows"]} == {"loyalty"}
    assert json.loads((tmp_path / "kept" / "ablation.json").read_text()) == report

    def refused(engine, groups, *rest):
        assert list(groups) == []
        return iter([])

    monkeypatch.setattr(Engine, "tasks", refused)
    again = simbiz(*ABLATION, "-o", "kept", "--json")
    assert again.stdout == first.stdout


def test_people_read_a_table_for_each_horizon():
    result = simbiz(*ABLATION)
    assert (result.exit_code, result.stderr) == (0, "")
    for text in ("First year:", "full model", "no loyalty", "fit met", "2 of 2", "a sample of 60 customers"):
        assert text in result.stdout
    assert "Results: results/ablation-partner_dv/" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 100


def row(name, contribution, effect="market_share", pairs=3):
    known = contribution is not None
    return {
        "mechanism": name,
        "effect": effect,
        "horizon": "first year",
        "full": 0.05 if known else None,
        "without": 0.05 - contribution if known else None,
        "contribution": contribution,
        "interval": [contribution - abs(contribution) / 3, contribution + abs(contribution) / 3] if known else None,
        "pairs": pairs if known else 0,
    }


def test_the_largest_part_stands_first_and_a_missed_fit_is_told(capsys):
    parts = {"loyalty": 0.01, "price": -0.03, "season": None, "peers": 0.0, "memory": 0.0}
    rows = [row(name, part, effect) for name, part in parts.items() for effect in ("market_share", "revenue")]
    fit = {name: {"met": 0 if name == "season" else 3, "runs": 3} for name in ("full model", *parts)}
    full = [
        {"effect": effect, "horizon": "first year", "estimate": 0.05, "interval": [0.04, 0.06], "pairs": 3}
        for effect in ("market_share", "revenue")
    ]
    report = {"rows": rows, "fit": fit, "full": full, "seeds": [1, 2, 3]}
    about = {"customers": 5000, "fit_tolerance": 0.25, "rivals": "stopped", "decline": "ended"}
    print_ablation(report | about)
    lines = capsys.readouterr().out.splitlines()
    table = [line for line in lines if line.startswith(("full model", "no "))]
    assert [line.split("  ")[0] for line in table] == ["full model", "no price", "no loyalty", "no season"]
    assert "+8.00" in table[1]
    assert "-3.00" in table[1]
    assert "-4.00 to -2.00" in table[1]
    assert table[3].split()[2:] == ["-", "-", "-", "-", "0", "of", "3"]
    assert "Exactly no part in any world: memory, peers." in lines
    assert lines[-1] == "Base year missed in some worlds, which are left out: season."


def test_a_misspelt_mechanism_is_refused_before_anything_runs(tmp_path):
    result = simbiz("ablation", "partner-dv", "--mechanism", "loyality")
    assert result.exit_code == BAD_INPUT
    assert result.stderr == "loyality is not a mechanism (see simbiz list mechanisms). Did you mean 'loyalty'?\n"
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_settings_are_those_of_a_small_market():
    settings = settings_of("ablation", AblationSettings)
    assert (settings.kind, settings.scenario) == ("ablation", "partner_dv")
    assert settings.replicates >= 2
