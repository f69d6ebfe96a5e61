"""A panel of purchases against the tolerances of the laws, as a table."""

import pandas as pd
import pytest
from panels import CUSTOMERS, SHARES, purchases, rates

from simbiz import InputError, load_catalogue, measure_panel
from simbiz.panel import panel_of
from simbiz.studies.patterns.laws import panel_report


def bought(seed=1):
    return purchases([SHARES] * CUSTOMERS, rates(seed), seed)


def test_the_table_says_what_the_report_says_with_the_law_of_each_statistic():
    table = measure_panel(bought(), CUSTOMERS)
    rows = panel_report(panel_of(bought(), CUSTOMERS))["patterns"]
    laws = load_catalogue().patterns
    assert list(table.columns) == [
        "pattern", "statistic", "value", "low", "high", "holds", "gated", "meaning", "law",
    ]  # fmt: skip
    assert table["pattern"].tolist() == [row["id"] for row in rows]
    assert table["value"].tolist() == [row["value"] for row in rows]
    assert table["law"].tolist() == [laws[row["id"]].law for row in rows]


def test_customers_who_are_alike_are_found_outside_the_law_of_polarisation():
    table = measure_panel(bought(), CUSTOMERS).set_index(["pattern", "statistic"])
    assert table.loc[("P3", "dirichlet_sum"), "holds"] is False
    assert table.loc[("P8", "heavy_share"), "low"] == load_catalogue().patterns["P8"].statistics["heavy_share"].low
    assert table.loc[("P6", "variation"), "holds"] is None


def test_a_file_is_measured_as_the_table_in_it(tmp_path):
    bought().to_parquet(tmp_path / "panel.parquet")
    for file in (tmp_path / "panel.parquet", str(tmp_path / "panel.parquet")):
        pd.testing.assert_frame_equal(measure_panel(file, CUSTOMERS), measure_panel(bought(), CUSTOMERS))


def test_the_table_tells_which_weeks_and_whom_it_is_about():
    long = pd.concat([bought(), bought(2).assign(week=lambda table: table["week"] + 52)])
    told = measure_panel(long.assign(segment="person"), CUSTOMERS)
    assert told.attrs["weeks"] == {"first": 0, "last": 51, "number": 52, "first_in_file": 0, "last_in_file": 103}
    assert (told.attrs["segments"], told.attrs["customers_given"]) == ({"person": len(bought())}, True)
    pd.testing.assert_frame_equal(told, measure_panel(bought(), CUSTOMERS))
    second = measure_panel(long, CUSTOMERS, weeks=(52, 103))
    pd.testing.assert_frame_equal(second, measure_panel(bought(2), CUSTOMERS))
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(measure_panel(long, CUSTOMERS, weeks="all"), told)


def test_what_is_no_panel_is_refused(tmp_path):
    bought().to_parquet(tmp_path / "panel.parquet")
    with pytest.raises(InputError, match=r"panel.parquet: .* there must be at least so many, not 3"):
        measure_panel(tmp_path / "panel.parquet", 3)
    with pytest.raises(InputError, match="there is no such file"):
        measure_panel(tmp_path / "nothing.parquet")
    with pytest.raises(InputError, match="column firm is missing"):
        measure_panel(bought().drop(columns="firm"))
