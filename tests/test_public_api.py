"""What a user imports, and the example of the README."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import simbiz
from simbiz import compare, load_scenario, simulate, with_changes, without_programme
from simbiz.cli import main

REPOSITORY = Path(__file__).resolve().parents[1]
# So few customers seldom meet the base year within the shipped tolerance.
SMALL = {
    "customers": 150,
    "calendar.burn_in_weeks": 52,
    "calendar.years": 1,
    "fit.tolerance": 9.0,
    "fit.check_rest": False,
}


def readme_examples():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def test_the_study_of_the_readme_runs_on_a_smaller_market(capsys):
    example = readme_examples()[0]
    smaller = example.replace('{"customers": 5000}', repr(SMALL))
    assert smaller != example
    exec(compile(smaller, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "market_share" in printed
    assert "metric" in printed


def test_the_result_that_the_readme_reads_is_that_of_any_sweep(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ["experiment", "run", "sweep_small", "--workers", "1", "--replicates", "2", "-o", "kept"]
    for key, value in SMALL.items():
        arguments += ["--set", f"{key}={json.dumps(value)}"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    example = re.sub(r'"results/sweep-[^"]*"', '"kept"', readme_examples()[1])
    exec(compile(example, "README.md", "exec"), {})
    assert "point" in capsys.readouterr().out


def test_the_mesa_example_of_the_readme_runs(capsys):
    exec(compile(readme_examples()[2], "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "doing" in printed
    assert "digitalization_rate" in printed


def test_three_lines_answer_a_question():
    scenario = load_scenario("partner-dv", SMALL)
    table = simulate(scenario, seed=1)
    difference = compare(without_programme(scenario), scenario, replicates=2, metrics=["market_share"])
    assert isinstance(table, pd.DataFrame)
    assert {"seed", "year", "firm", "market_share", "revenue"} <= set(table.columns)
    assert difference["year"].tolist() == [-1, 0, 1]
    focal = table[table["firm"] == scenario.focal].set_index("year")["market_share"]
    one = compare(without_programme(scenario), scenario, replicates=1, metrics=["market_share"]).set_index("year")
    assert one.loc[1, "second"] == pytest.approx(focal[1])


def test_a_scenario_is_changed_by_dotted_paths():
    changed = with_changes(load_scenario("partner-dv", SMALL), {"market.growth": 0.1})
    assert changed.market.growth == 0.1
    with pytest.raises(simbiz.InputError, match="Did you mean 'growth'"):
        with_changes(changed, {"market.grwth": 0.1})


@pytest.mark.parametrize("name", simbiz.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(simbiz, name).__name__.lower().replace("_", "") == name.lower().replace("_", "")
    assert name in dir(simbiz)


def test_there_are_few_public_names_and_no_others():
    assert len(simbiz.__all__) <= 12
    with pytest.raises(AttributeError, match="has no attribute 'smulate'"):
        simbiz.smulate  # noqa: B018


def test_importing_the_package_costs_nothing():
    script = "import simbiz, sys; print(sorted({'numba', 'mesa', 'pandas', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
