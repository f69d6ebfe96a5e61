"""A run with an event log: the log tells the same story as the counts, and listening changes nothing."""

import json

import numpy as np
import pandas as pd
import pytest
from studies import content, point
from worlds import market

from simbiz.catalogue import LEAD_STAGES, STAGES
from simbiz.errors import InputError
from simbiz.market.model import OmnichannelModel
from simbiz.metrics import observe
from simbiz.results.event_log import EventLog
from simbiz.results.event_tables import SCHEMAS
from simbiz.runs import logged as logged_module
from simbiz.runs.logged import execute_logged, log_folders
from simbiz.runs.run import Run, execute
from simbiz.state.customers import KOPECKS


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Give a small market after its last week, and its log."""
    folder = tmp_path_factory.mktemp("log")
    model = OmnichannelModel(market(), rng=1)
    with EventLog(folder, model.layout, model.start) as log:
        model.log = log
        model.run()
        log.add_customers(model.customers)
        log.add_firms(model.observation())
    return model, {name: pd.read_parquet(folder / f"{name}.parquet") for name in SCHEMAS}


def by(table, *keys):
    """Rows by the values of keys, those that do not occur included."""
    return table.groupby(list(keys), observed=False).size()


def test_every_purchase_of_the_counts_is_in_the_log_and_no_other(lived):
    model, tables = lived
    counted = model.tallies.purchases.sum(axis=0).ravel()
    assert by(tables["purchases"], "firm", "segment").tolist() == counted.tolist()
    amounts = tables["purchases"].groupby(["firm", "segment"], observed=False)["amount"].sum()
    np.testing.assert_allclose(amounts, model.tallies.revenue.sum(axis=0).ravel() / KOPECKS, rtol=1e-9)


def test_every_touchpoint_of_the_counts_is_in_the_log_and_no_other(lived):
    model, tables = lived
    touchpoints, tallies = tables["touchpoints"], model.tallies
    assert by(touchpoints, "firm", "channel").tolist() == tallies.contacts.sum(axis=(0, 3)).ravel().tolist()
    assert by(touchpoints, "firm", "phase").tolist() == tallies.stages.sum(axis=(0, 3)).ravel().tolist()
    lost = touchpoints[~touchpoints["context_kept"]]
    assert by(lost, "firm", "segment").tolist() == tallies.contexts_lost.sum(axis=0).ravel().tolist()
    unanswered = touchpoints[np.isinf(touchpoints["wait_hours"])]
    assert by(unanswered, "firm", "segment").tolist() == tallies.leads_lost.sum(axis=0).ravel().tolist()
    requests = touchpoints[touchpoints["wait_hours"].notna()]
    assert by(requests, "firm", "segment").tolist() == tallies.requests.sum(axis=0).ravel().tolist()


def test_leads_surveys_and_complaints_are_those_of_the_counts(lived):
    model, tables = lived
    tallies = model.tallies
    rank = {stage: number for number, stage in enumerate(LEAD_STAGES, 1)}
    steps = tables["leads"].assign(
        before=tables["leads"]["from_stage"].astype(object).map(rank).fillna(0),
        after=tables["leads"]["to_stage"].astype(object).map(rank),
    )
    for number, stage in enumerate(LEAD_STAGES, 1):
        passed = steps[(steps["before"] < number) & (number <= steps["after"])]
        assert by(passed, "firm").tolist() == tallies.leads.sum(axis=(0, 3))[:, number - 1].tolist(), stage
    answered = tables["surveys"].dropna(subset="dimension")
    assert (by(answered, "firm") / 5).tolist() == tallies.answers.sum(axis=(0, 2)).tolist()
    scores = answered.groupby(["firm", "dimension"], observed=False)["perception"].sum()
    assert scores.tolist() == tallies.survey_perception.sum(axis=(0, 3)).ravel().tolist()
    assert by(tables["complaints"], "firm").tolist() == tallies.complaints.sum(axis=(0, 2)).tolist()


def test_the_life_of_a_journey_is_in_order(lived):
    _, tables = lived
    touchpoints = tables["touchpoints"]
    of_a_journey = touchpoints.groupby("journey")
    assert (of_a_journey["seq"].diff().dropna() == 1).all()
    assert (of_a_journey["seq"].min() == 1).all()
    assert (of_a_journey["week"].diff().dropna() >= 0).all()
    assert (of_a_journey["customer"].nunique() == 1).all()
    bought = tables["purchases"].groupby("journey").size()
    assert (bought == 1).all()
    ordered = touchpoints[touchpoints["phase"] == "purchase"]
    assert set(bought.index) <= set(ordered["journey"])
    assert set(touchpoints["phase"]) <= {"pre-purchase", "purchase", "post-purchase"}
    assert len(STAGES) == 3


def test_customers_are_all_there_with_what_they_keep_for_life(lived):
    model, tables = lived
    customers = tables["customers"]
    assert customers["customer"].tolist() == list(range(len(model.customers)))
    assert set(tables["purchases"]["customer"]) <= set(customers["customer"])
    segments = np.array(model.layout.segments)[model.customers.segment]
    assert customers["segment"].tolist() == segments.tolist()
    for segment, record in model.layout.scenario.segments.items():
        own = customers[customers["segment"] == segment]
        spread = 5.0 / np.sqrt(len(own))
        assert abs(own["need_rate"].mean() / record.needs_per_year - 1.0) < spread * own["need_rate"].std()
        assert abs(own["basket"].mean() / record.basket - 1.0) < spread
        assert own["members"].between(*record.buying_centre).all()


def test_the_firms_weeks_add_up_to_the_years(lived):
    model, tables = lived
    firms = tables["firms"].assign(year=tables["firms"]["week"] // 52 + 1)
    yearly = firms[firms["year"] >= -1].groupby(["year", "firm"], observed=False)
    metrics = observe(model.observation())
    sold = metrics["revenue"] + metrics["services_revenue"]
    np.testing.assert_allclose(yearly["revenue"].sum(), sold.ravel(), rtol=1e-9)
    np.testing.assert_allclose(yearly["profit"].sum(), metrics["profit"].ravel(), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(yearly["digitalization_rate"].last(), metrics["digitalization_rate"].ravel())
    np.testing.assert_allclose(firms["revenue"] - firms["cost"], firms["profit"], atol=1e-9)
    traded = firms.groupby("week")["revenue"].sum() > 0
    shares = firms.groupby("week")["share"].sum()
    np.testing.assert_allclose(shares[traded], 1.0)
    last = firms[firms["week"] == firms["week"].max()]
    assert last["tools_live"].tolist() == model.firms.live.sum(axis=1).tolist()


# ---- runs


RUN = Run(point(), 3)


@pytest.fixture(scope="module")
def plain():
    return execute([RUN])[0]


@pytest.mark.parametrize("engine", ["arrays", "agents"])
def test_a_run_with_a_log_gives_what_it_gives_without(tmp_path, plain, engine):
    (outcome,) = execute_logged([RUN], log_folders(tmp_path, [RUN]), engine=engine)
    assert outcome.error == ""
    assert content(outcome) == content(plain)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["seed"], manifest["run"], manifest["weeks"]) == (3, RUN.key, [-104, 51])
    assert list(manifest["customers_per_agent"]) == list(RUN.scenario.segments)


def test_both_engines_write_the_same_log(tmp_path):
    for engine in ("arrays", "agents"):
        execute_logged([RUN], log_folders(tmp_path / engine, [RUN]), engine=engine)
    for name in SCHEMAS:
        one, other = (pd.read_parquet(tmp_path / engine / f"{name}.parquet") for engine in ("arrays", "agents"))
        pd.testing.assert_frame_equal(one, other)


def test_several_runs_have_a_folder_each(tmp_path):
    runs = [Run(point(), seed) for seed in (1, 2)]
    folders = log_folders(tmp_path, runs)
    assert sorted(path.name for path in folders.values()) == ["seed-1", "seed-2"]
    (tmp_path / "seed-2" / "leads").mkdir()
    with pytest.raises(InputError, match="holds an event log already"):
        log_folders(tmp_path, runs)


def test_a_run_that_fails_leaves_no_joined_log_and_is_an_outcome(tmp_path, monkeypatch):
    def observe(model, run, series):
        raise ArithmeticError("a planted failure")

    monkeypatch.setattr(logged_module, "outcome_of", observe)
    (outcome,) = execute_logged([RUN], log_folders(tmp_path, [RUN]))
    assert outcome.status == "failed"
    assert "a planted failure" in outcome.error
    assert list(tmp_path.glob("*.parquet")) == []
    assert not (tmp_path / "manifest.json").exists()
