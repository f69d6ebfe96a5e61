"""The weekly table against the yearly metrics."""

import numpy as np
import pandas as pd
import pytest
from worlds import lived

from simbiz.metrics import observe, weekly


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.DataFrame(weekly(lived().observation()))


@pytest.fixture(scope="module")
def yearly(table: pd.DataFrame) -> pd.DataFrame:
    """Sums by year and firm, in the order of the metrics."""
    years = table["week"] // 52 + 1
    kept = table[years >= -1].assign(year=years)
    return kept.groupby(["year", "firm"], sort=False).sum(numeric_only=True)


def test_there_is_a_row_for_every_week_and_firm_counted_from_the_start_of_the_programme(table):
    model = lived()
    assert len(table) == model.end * 7
    assert table["week"].min() == -model.start
    assert table["week"].max() == 51
    assert table[table["week"] == 0]["firm"].tolist() == model.layout.firms


@pytest.mark.parametrize("column", ["revenue", "purchases", "contacts"])
def test_weeks_add_up_to_the_year(yearly, column):
    metric = observe(lived().observation())[column]
    np.testing.assert_allclose(yearly[column].to_numpy(), metric.ravel(), rtol=1e-12)


@pytest.mark.parametrize(
    ("metric", "part", "whole"),
    [
        ("leads_lost", "leads_lost", "requests"),
        ("contexts_lost", "contexts_lost", "switches"),
        ("channel_switches", "switches", "contacts"),
        ("given_up", "given_up", "contacts"),
    ],
)
def test_sums_of_weeks_make_the_ratio_of_the_year(yearly, metric, part, whole):
    expected = observe(lived().observation())[metric].ravel()
    np.testing.assert_allclose((yearly[part] / yearly[whole]).to_numpy(), expected, rtol=1e-12)


def test_states_are_those_of_the_firms(table):
    model = lived()
    last = table[table["week"] == 51]
    np.testing.assert_array_equal(last["digital_share"], model.firm_series.digital_share[-1])
    np.testing.assert_array_equal(last["intercept"], model.firm_series.intercept[-1])
