"""A new kind of study is one folder: command, dry run, resume, JSON, answer, page and figure come with it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from studies import TINY

import simbiz
from simbiz.errors import InputError
from simbiz.plots.figures import figures_of_kind
from simbiz.report.sentences import Answer
from simbiz.runs.kinds import Kind, imported, kind_named, kinds
from simbiz.runs.study_file import load_study

SHIPPED = Path(simbiz.__file__).parent.parent / "experiments"

FILES = {
    "__init__.py": '"""Final shares of all firms."""\n',
    "kind.py": """
from simbiz.runs.kinds import Kind

KIND = Kind(
    name="final shares",
    study="simbiz.studies.final_shares.study:FinalSharesStudy",
    answer="simbiz.studies.final_shares.answer:answer",
    figures="simbiz.studies.final_shares.figures:FIGURES",
    summary="Which firm has the largest share in the last year.",
)
""",
    "study.py": """
from typing import Literal

from simbiz.runs.counted import counts
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.runs.study import Study, StudySettings


class Settings(StudySettings):
    kind: Literal["final shares"]


class FinalSharesStudy(Study[Settings]):
    kind = "final shares"
    Settings = Settings
    needs = ("market_share",)

    def plan(self):
        return Plan(self.name, [(Run(self.scenario, seed), {}) for seed in self.settings.seeds])

    def report(self, finished):
        good = [run["key"] for run in finished.runs if counts(run)]
        rows = finished.outcomes[finished.outcomes["key"].isin(good)]
        last = rows[rows["year"] == rows["year"].max()]
        return {"schema_version": 1, "shares": last.groupby("firm")["market_share"].mean().to_dict()}
""",
    "answer.py": """
from simbiz.plots.sheet import Shown
from simbiz.report.sentences import Answer


def answer(result):
    shares = result.report["shares"]
    rows = [[firm, f"{share:.1%}"] for firm, share in shares.items()]
    return Answer([f"The largest firm is {max(shares, key=shares.get)}."], [Shown(["firm", "share"], rows, "Shares")])
""",
    "figures.py": """
import pandas as pd

from simbiz.plots.figure import Figure
from simbiz.plots.sheet import Sheet, Shown


def sheet(result, subject):
    table = pd.DataFrame(sorted(result.report["shares"].items()), columns=["firm", "share"])
    return Sheet({"shares": table}, [Shown(["firm", "share"], table.astype(str).to_numpy().tolist())], "Shares.")


def draw(sheet, figure):
    figure.subplots().bar(sheet.table["firm"], sheet.table["share"])


FIGURES = {"final": Figure("Final shares", sheet, draw, lambda sheet: (6.0, 3.0))}
""",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give a working folder with a kind of its own and its study file."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "kinds" / "final_shares").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / "kinds" / "final_shares" / name).write_text(text)
    (folder / "experiments").mkdir()
    values = {key: value for key, value in TINY.items() if key != "customers"}
    pairs = ", ".join(f'"{key}" = {json.dumps(value)}' for key, value in values.items())
    (folder / "experiments" / "final_shares.toml").write_text(
        'kind = "final shares"\\nquestion = "Who leads?"\\nscenario = "partner_dv"\\nreplicates = 2\\n'.replace(
            "\\n", "\n"
        )
        + f"customers = {TINY['customers']}\nset = {{ {pairs} }}\n"
    )
    (folder / "experiments" / "final_shares_small.toml").write_text('extends = "final_shares"\nreplicates = 1\n')
    return folder


def done(place, *arguments, code=0):
    """Run the command line in a process of its own, as a user does."""
    environment = {**os.environ, "SIMBIZ_STUDIES": str(place / "kinds")}
    ended = subprocess.run(
        [sys.executable, "-m", "simbiz", *map(str, arguments)],
        cwd=place, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == code, ended.stderr
    return ended.stdout


def test_it_has_a_command_with_the_options_of_all_studies(place):
    assert "Which firm has the largest share" in done(place, "--help")
    told = done(place, "final-shares", "--help")
    for option in ("--dry-run", "--shard", "--scheduler", "--small", "--json", "--replicates", "--set"):
        assert option in told
    assert (
        json.loads(done(place, "schema", "--for", "study", "--kind", "final shares"))["title"]
        == "simbiz study: final shares"
    )


def test_a_dry_run_says_what_it_takes(place):
    assert json.loads(done(place, "final-shares", "--small", "--dry-run", "--json"))["runs"] == 1


def test_it_is_done_goes_on_and_says_its_answer_in_every_form(place):
    told = done(place, "final-shares", "--workers", "2", "-o", "made")
    answer = re.match(r"The largest firm is rival_\w\.", told).group()
    assert "partner_dv" in told.split("Shares:")[1]
    again = json.loads(done(place, "final-shares", "-o", "made", "--json"))
    assert set(again["shares"]) >= {"rival_a", "partner_dv"}
    assert answer in done(place, "results", "show", "made")
    assert "Everything is done." in done(place, "experiment", "status", "made")
    done(place, "report", "made", "-o", "made.html")
    page = (place / "made.html").read_text()
    assert answer in page
    assert "<svg" in page
    done(place, "plot", "made", "final", "-o", "made.png")
    assert (place / "made.png").stat().st_size > 1000
    assert json.loads(done(place, "results", "verify", "made", "--json"))["problems"] == []


def test_without_its_folder_nobody_knows_the_kind(place):
    ended = subprocess.run(
        [sys.executable, "-m", "simbiz", "experiment", "run", "final_shares"],
        cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 3
    assert "kind of study" in ended.stderr


# ---- all kinds that are shipped


@pytest.mark.parametrize("name", kinds())
def test_every_kind_has_what_its_record_says(name):
    kind = kinds()[name]
    assert isinstance(kind, Kind)
    assert kind_named(name).kind == name
    assert kind.answer
    for place in filter(None, (kind.answer, kind.terminal, kind.draw)):
        assert callable(imported(place))
    assert figures_of_kind(name)
    assert imported(kind.answer).__annotations__["return"] in (Answer, "Answer")


@pytest.mark.parametrize("name", [name for name, kind in kinds().items() if kind.summary])
def test_every_kind_with_a_command_has_a_full_and_a_small_study(name):
    full = [file.stem for file in SHIPPED.glob("*.toml") if f'kind = "{name}"' in file.read_text()]
    assert any((SHIPPED / f"{stem}_small.toml").exists() for stem in full)


@pytest.mark.parametrize("kind", ["claims", "claims under uncertainty", "map", "ablation"])
def test_a_report_about_all_firms_refuses_to_keep_the_focal_one_alone(kind):
    text = kinds()[kind].file
    study = {"claims under uncertainty": "claims_uncertainty_small"}.get(kind, f"{text}_small")
    with pytest.raises(InputError, match=f"a study of kind {kind} needs all firms"):
        load_study(study, {"keep": {"firms": "focal"}})
