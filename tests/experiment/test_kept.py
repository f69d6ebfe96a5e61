"""What runs keep for figures: the same outcomes as without, flows as tallied, customers as they are."""

import numpy as np
import pytest
from results_made import run_study
from studies import content, point
from worlds import lived

from simbiz.results.load import load_result
from simbiz.results.manifest import checksums
from simbiz.runs.conduct import conduct
from simbiz.runs.recorded import LARGEST_SAMPLE, customer_columns, execute_kept, flow_columns
from simbiz.runs.run import Run, execute
from simbiz.scenario import without_programme
from simbiz.state.columns import LOYALTY_PARTS


def test_keeping_tables_changes_no_outcome():
    group = [Run(point(), 3), Run(without_programme(point()), 3)]
    plain, kept = execute(group, series=True), execute_kept(group)
    for one, other in zip(plain, kept, strict=True):
        own = content(other)
        assert set(own.pop("tables")) == {"flows", "customers"}
        assert own == content(one)
        assert {name: values.tolist() for name, values in other.weekly.items()} == {
            name: values.tolist() for name, values in one.weekly.items()
        }


def test_a_run_that_fails_is_an_outcome_and_costs_the_others_nothing(monkeypatch):
    from simbiz.runs import recorded as kept

    whole = kept.kept_outcome

    def some(model, run):
        if not model.layout.scenario.programme.order:
            raise ArithmeticError("this one")
        return whole(model, run)

    monkeypatch.setattr(kept, "kept_outcome", some)
    good, bad = execute_kept([Run(point(), 3), Run(without_programme(point()), 3)])
    assert (good.status, bad.status, bad.stage) == ("ok", "failed", "measure")
    assert "this one" in bad.error


def test_flows_are_the_tallies_of_each_year():
    model = lived()
    table = flow_columns(model)
    assert (table["count"] > 0).all()
    assert set(table["year"]) == {-1, 0, 1}
    focal = model.layout.scenario.focal
    own = table["count"][(table["year"] == 1) & (table["firm"] == focal)].sum()
    steps = model.tallies.flows[model.start : model.start + 52, model.layout.focal].sum(axis=0) @ model.expansion
    assert own == np.rint(steps).sum()


def test_customers_are_evenly_chosen_with_their_loyalty_to_every_firm(monkeypatch):
    model = lived()
    table = customer_columns(model)
    assert len(table["segment"]) == min(len(model.customers), LARGEST_SAMPLE)
    for row, name in enumerate(model.layout.firms):
        np.testing.assert_allclose(table[f"loyalty_{name}"], model.customers.loyalty[:, row] / LOYALTY_PARTS)
    monkeypatch.setattr("simbiz.runs.recorded.LARGEST_SAMPLE", 100)
    few = customer_columns(model)
    assert len(few["segment"]) == 100
    shares = [np.mean(part["segment"] == "organisation") for part in (few, table)]
    assert shares[0] == pytest.approx(shares[1], abs=0.02)


def test_runs_with_series_keep_them_on_disk_under_checksums(tmp_path):
    conduct(run_study(), folder=tmp_path / "made")
    result = load_result(tmp_path / "made")
    keys = set(result.runs["key"])
    for name, table in (("flows", result.flows()), ("customers", result.customers())):
        assert set(table["key"]) == keys
        files = [file for file in checksums(result.folder) if file.startswith(f"{name}/")]
        assert len(files) == len(keys)
        assert set(files) <= set(result.manifest["files"])


def test_a_study_finds_them_with_the_runs_of_another(tmp_path):
    root = tmp_path / "results"
    conduct(run_study(), folder=root / "one" / "a")
    done = conduct(run_study(replicates=1), folder=root / "two" / "b")
    (key,) = done.finished[0].keys
    assert load_result(root / "two" / "b").flows(key).equals(load_result(root / "one" / "a").flows(key))
