"""A result read back has one shape, for one run and for many, of this version and of an earlier one."""

import json
import shutil
import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from results_made import SEEDS, ablation_study, result, run_study
from studies import TINY

from simbiz import load_result
from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.results.ledger import Ledger
from simbiz.runs.conduct import conduct
from simbiz.runs.executor import perform
from simbiz.runs.run import Outcome
from simbiz.runs.study_file import study_of

METRICS = list(load_catalogue().metrics)


def test_a_run_and_a_study_have_the_same_shape(tmp_path):
    run, study = load_result(result(tmp_path)), load_result(str(result(tmp_path, "ablation", "other")))
    assert (run.study, run.kind, run.settings["scenario"]) == ("run-partner_dv", "run", "partner-dv")
    assert (study.study, study.kind, study.settings["mechanisms"]) == ("ablation-partner_dv", "ablation", ["loyalty"])
    assert list(run.runs.columns[:3]) == list(study.runs.columns[:3]) == ["key", "seed", "status"]
    labels = ["mechanism", "programme"]
    assert list(run.outcomes.columns) == ["key", "seed", "year", "firm", *METRICS]
    assert list(study.outcomes.columns) == ["key", "seed", *labels, "year", "firm", *METRICS]
    assert study.report["schema_version"] == 1
    assert run.report["seeds"] == list(SEEDS)


def test_outcomes_are_those_of_the_study_bit_for_bit(tmp_path):
    finished = perform(run_study().plan(), folder=None)
    read = load_result(result(tmp_path)).outcomes
    pd.testing.assert_frame_equal(
        read[["key", "year", "firm", *METRICS]].astype({"firm": str}),
        finished.outcomes[["key", "year", "firm", *METRICS]].astype({"firm": str}),
        check_exact=True,
        check_dtype=False,
        check_categorical=False,
    )


def test_the_focal_frame_has_one_firm_so_that_a_mean_share_is_its_share(tmp_path):
    found = load_result(result(tmp_path))
    scenario = run_study().scenario
    assert set(found.focal["firm"]) == {scenario.focal}
    assert len(found.focal) * len(scenario.firms) == len(found.outcomes)
    share = found.focal.groupby("year")["market_share"].mean()
    assert (share - 1.0 / len(scenario.firms)).abs().min() > 1e-6
    assert found.outcomes.groupby("year")["market_share"].mean().to_numpy() == pytest.approx(1.0 / len(scenario.firms))


def test_of_alternatives_with_other_focal_firms_each_has_its_own(tmp_path):
    settings = {"kind": "compare", "scenario": "partner-dv", "replicates": 1, "outcomes": ["revenue"], "set": TINY}
    settings["alternatives"] = {"ours": {}, "theirs": {"focal": "rival_d", "programme.order": []}}
    conduct(study_of(settings), folder=tmp_path / "made")
    found = load_result(tmp_path / "made").focal
    assert {tuple(pair) for pair in found[["alternative", "firm"]].to_numpy()} == {
        ("ours", "partner_dv"),
        ("theirs", "rival_d"),
    }


def test_runs_have_their_labels_and_how_they_met_the_base_year(tmp_path):
    found = load_result(result(tmp_path, "ablation"))
    runs = found.runs
    plan = ablation_study().plan()
    assert runs["key"].tolist() == [run.key for run, _ in plan.runs]
    assert runs["programme"].tolist() == [label["programme"] for _, label in plan.runs]
    assert runs["mechanism"].tolist() == [label["mechanism"] for _, label in plan.runs]
    facts = found.run(runs["key"][1])
    reached = facts["fit"]["reached"]
    assert runs.loc[1, ["fit_reached_before", "fit_reached"]].tolist() == reached
    assert runs["fit_met"].tolist() == [True] * len(runs)
    assert runs["error"].tolist() == [""] * len(runs)
    assert facts["programme"]["tasks"]


def test_a_part_of_the_outcomes_is_read_without_the_rest(tmp_path):
    found = load_result(result(tmp_path))
    part = found.table(["revenue", "market_share"], firm="partner_dv")
    assert list(part.columns) == ["key", "seed", "year", "firm", "revenue", "market_share"]
    whole = found.outcomes[found.outcomes["firm"] == "partner_dv"].reset_index(drop=True)
    assert part["revenue"].tolist() == whole["revenue"].tolist()
    own = found.of_run(found.runs["key"].iloc[1])
    assert own["revenue"].tolist() == found.outcomes[found.outcomes["seed"] == SEEDS[1]]["revenue"].tolist()
    with pytest.raises(InputError, match="Did you mean 'market_share'"):
        found.table(["market_shre"])
    with pytest.raises(InputError, match="x is no run of it"):
        found.run("x")


def test_series_are_read_when_they_are_asked_for(tmp_path):
    found = load_result(result(tmp_path))
    series = found.series()
    assert set(series["key"]) == set(found.runs["key"])
    one = found.series(found.runs["key"].iloc[0])
    assert len(one) == len(series) / 2
    with pytest.raises(InputError, match="keeps no weekly series"):
        load_result(result(tmp_path, "ablation", "other")).series()


def made_ledger(folder, plan, outcomes, metrics=("revenue",)):
    folder.mkdir(exist_ok=True)
    with Ledger(folder / "runs.sqlite", list(metrics)) as ledger:
        ledger.plan(plan, "plan")
        ledger.finish(outcomes)
    (folder / "manifest.json").write_text(json.dumps({"schema_version": 2, "study": "try-x", "id": "1"}))
    return folder


def test_labels_become_columns_whatever_they_hold_and_take_no_other_column_away(tmp_path):
    label = {"order": ["a", "b"], "revenue": 7, "seed": 9, "point": 1, "only_here": None}
    plan = [("k", 1, label), ("l", 2, {"point": 2, "seed": 2})]
    done = Outcome("k", 1, "ok", [0], ["one"], {"revenue": [[2.5]]})
    failed = Outcome("l", 2, "failed", error="Traceback\n  line\nArithmeticError: broken\n")
    found = load_result(made_ledger(tmp_path / "x", plan, [done, failed]))
    assert found.runs["order"].tolist()[0] == '["a","b"]'
    assert found.runs["label_seed"].tolist() == [9, 2]
    assert found.runs["seed"].tolist() == [1, 2]
    assert found.runs["error"].tolist() == ["", "ArithmeticError: broken"]
    assert found.outcomes["revenue"].tolist() == [2.5]
    assert found.outcomes["label_revenue"].tolist() == [7]
    assert found.standing == {"ok": 1, "failed": 1, "planned": 0}


def test_a_study_without_any_finished_run_has_empty_tables_of_the_same_shape(tmp_path):
    found = load_result(made_ledger(tmp_path / "x", [("k", 1, {"point": 0})], []))
    assert list(found.outcomes.columns) == ["key", "seed", "point", "year", "firm", "revenue"]
    assert len(found.outcomes) == 0
    assert found.report == {}


OLD_TABLES = """
CREATE TABLE runs (position INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seed INTEGER NOT NULL, label TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'planned', seconds REAL, error TEXT, fit TEXT, programme TEXT);
CREATE TABLE outcomes (key TEXT NOT NULL, year INTEGER NOT NULL, firm TEXT NOT NULL, "revenue" REAL,
    PRIMARY KEY (key, year, firm));
INSERT INTO runs VALUES (1, 'k', 3, '{"programme": true}', 'ok', 1.0, '', '{"met": true}', '{}');
INSERT INTO outcomes VALUES ('k', 0, 'z', 1.5);
INSERT INTO outcomes VALUES ('k', 0, 'a', 2.5);
"""


def test_a_result_of_the_first_version_opens(tmp_path):
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as database:
        database.executescript(OLD_TABLES)
    (tmp_path / "manifest.json").write_text('{"schema_version": 1, "study": "claims-partner_dv", "id": "abc"}')
    (tmp_path / "claims.json").write_text('{"schema_version": 1}')
    found = load_result(tmp_path)
    assert (found.study, found.kind, found.id, found.settings) == ("claims-partner_dv", "claims", "abc", {})
    assert found.outcomes["firm"].tolist() == ["z", "a"]
    assert found.outcomes["revenue"].tolist() == [1.5, 2.5]
    assert found.report == {"schema_version": 1}


def test_a_result_of_a_later_version_says_so(tmp_path):
    folder = result(tmp_path)
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 99}))
    with pytest.raises(InputError, match=r"manifest.json: was written by a later simbiz \(schema_version 99"):
        load_result(folder)


def test_what_is_no_result_is_said_in_one_line(tmp_path):
    folder = result(tmp_path, name="study")
    (tmp_path / "file").write_text("")
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "manifest.json").write_text('{"schema_version": 2, "event_log": "partner_dv"}')
    (tmp_path / "bare").mkdir()
    shutil.copy(folder / "runs.sqlite", tmp_path / "bare")
    said = {
        "nowhere": "there is no such folder",
        "file": "is no folder",
        "log": "holds an event log and no result",
        "bare": "it has neither study.json nor manifest.json",
        ".": "is no result folder of simbiz; it holds study",
    }
    for name, words in said.items():
        with pytest.raises(InputError) as caught:
            load_result(tmp_path / name)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_result_without_its_ledger_opens_and_says_what_is_missing(tmp_path):
    folder = result(tmp_path)
    (folder / "runs.sqlite").unlink()
    found = load_result(folder)
    assert found.report["kind"] == "run"
    with pytest.raises(InputError, match=r"runs.sqlite: is missing"):
        _ = found.runs
