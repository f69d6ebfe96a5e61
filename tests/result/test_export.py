"""Outcomes leave for other programs in a fixed order, without times, with every bit."""

import builtins
import csv
import json

import numpy as np
import pandas as pd
import pytest
from results_made import ablation_study, result

from simbiz.errors import InputError
from simbiz.results.export import csv_text, dataset_of, export
from simbiz.results.ledger import Ledger
from simbiz.results.load import load_result
from simbiz.runs.conduct import conduct
from simbiz.runs.run import Outcome


def test_two_performances_of_one_study_export_the_same_bytes(tmp_path):
    other = tmp_path / "other"
    conduct(ablation_study(), folder=other)
    assert csv_text(load_result(result(tmp_path, "ablation"))) == csv_text(load_result(other))


def test_csv_gives_the_same_bits_back(tmp_path):
    found = load_result(result(tmp_path))
    path = export(found, "csv", tmp_path / "new" / "out.csv")
    read = pd.read_csv(path, dtype=str)
    assert list(read.columns) == list(found.outcomes.columns)
    for name in found.metrics:
        assert [float(text) for text in read[name].fillna("nan")] == pytest.approx(
            found.outcomes[name].tolist(), rel=0, abs=0, nan_ok=True
        )
    assert "seconds" not in read


def test_parquet_gives_the_same_table_back(tmp_path):
    found = load_result(result(tmp_path, "ablation"))
    read = pd.read_parquet(export(found, "parquet", tmp_path / "out.parquet"))
    pd.testing.assert_frame_equal(
        read.astype({"firm": str}), found.outcomes.astype({"firm": str}), check_exact=True, check_dtype=False
    )


def test_netcdf_has_named_axes_units_and_labels_along_runs(tmp_path):
    xarray = pytest.importorskip("xarray")
    found = load_result(result(tmp_path, "ablation"))
    with xarray.open_dataset(export(found, "xarray", tmp_path / "out.nc")) as read:
        assert read["revenue"].dims == ("run", "year", "firm")
        assert read["revenue"].attrs["units"] == "thousand roubles"
        assert read.attrs["study"] == "ablation-partner_dv"
        assert read["mechanism"].values.tolist() == found.runs["mechanism"].tolist()
        assert read["programme"].values.tolist() == [int(value) for value in found.runs["programme"]]
        for position in (0, len(found.outcomes) // 2, len(found.outcomes) - 1):
            row = found.outcomes.iloc[position]
            run = found.runs["key"].tolist().index(row["key"])
            there = read["revenue"].isel(run=run).sel(year=row["year"], firm=row["firm"])
            assert float(there) == row["revenue"]


def test_runs_of_different_length_leave_years_empty(tmp_path):
    pytest.importorskip("xarray")
    found = load_result(result(tmp_path))
    short = found.outcomes[~((found.outcomes["seed"] == 3) & (found.outcomes["year"] == 0))]
    found.__dict__["outcomes"] = short.reset_index(drop=True)
    cube = dataset_of(found)["market_share"]
    assert np.isnan(cube.isel(run=0).sel(year=0)).all()
    assert not np.isnan(cube.isel(run=1)).any()


def test_without_xarray_the_reader_is_told_what_to_install(tmp_path, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name == "xarray":
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(InputError, match=r"needs xarray and h5netcdf: pip install 'simbiz\[xarray\]'"):
        export(load_result(result(tmp_path)), "xarray", tmp_path / "out.nc")
    assert not (tmp_path / "out.nc").exists()


def test_labels_of_several_types_can_be_exported(tmp_path):
    found = load_result(result(tmp_path, "ablation"))
    found.outcomes["mixed"] = [1, "a", None, 2.5] * (len(found.outcomes) // 4)
    read = pd.read_parquet(export(found, "parquet", tmp_path / "out.parquet"))
    assert read["mixed"].tolist()[:2] == ["1", "a"]


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path):
    found = load_result(result(tmp_path))
    with pytest.raises(InputError, match="is a folder; give the name of a file"):
        export(found, "csv", tmp_path)
    with pytest.raises(InputError, match="cannot be written: "):
        export(found, "csv", tmp_path / "made" / "run.json" / "x.csv")


def test_no_word_of_a_user_is_a_formula_in_a_spreadsheet_and_numbers_stay_numbers(tmp_path):
    words = {"=level": "=HYPERLINK(1)", "plus": "+1+cmd|x", "minus": "-25% to -8%", "at": "@SUM(1)", "tab": "\t=1"}
    words["fine"] = "a=b"
    with Ledger(tmp_path / "runs.sqlite", ["revenue"]) as ledger:
        ledger.plan([("k", 1, words | {"number": -2.5})], "plan")
        ledger.finish([Outcome("k", 1, "ok", [0], ["=firm"], {"revenue": [[-1.5]]})])
    (tmp_path / "manifest.json").write_text(json.dumps({"schema_version": 2, "study": "try-x", "id": "1"}))
    found = load_result(tmp_path)
    head, row = csv.reader(csv_text(found).splitlines())
    assert dict(zip(head, row, strict=True)) == {
        "key": "k", "seed": "1", "'=level": "'=HYPERLINK(1)", "plus": "'+1+cmd|x", "minus": "'-25% to -8%",
        "at": "'@SUM(1)", "tab": "'\t=1", "fine": "a=b", "number": "-2.5", "year": "0", "firm": "'=firm",
        "revenue": "-1.5",
    }  # fmt: skip
    read = pd.read_parquet(export(found, "parquet", tmp_path / "out.parquet"))
    assert read["=level"].tolist() == ["=HYPERLINK(1)"]
