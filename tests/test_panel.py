"""Statistics of purchase panels: known markets pass, planted violations are caught."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from panels import (
    CUSTOMERS,
    SHARES,
    dirichlet_market,
    identical_customers,
    niche_brands,
    poisson_needs,
    purchases,
    rates,
    split_market,
    total_lock_in,
)

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.panel import COLUMNS, panel_of, statistics
from simbiz.panel.excerpt import excerpt_of
from simbiz.panel.laws import LAWS
from simbiz.studies.patterns.laws import panel_report

# Customers 1 to 3 buy from firms A and B; a fourth buys nothing.
TINY = pd.DataFrame(
    {
        "customer": [1, 1, 1, 2, 2, 3],
        "week": [0, 3, 9, 1, 1, 50],
        "firm": ["A", "A", "B", "A", "B", "A"],
        "amount": [1.0, 2.0, 4.0, 1.0, 1.0, 1.0],
    }
)


def failing(panel):
    """Names of the gated statistics that do not hold."""
    rows = panel_report(panel)["patterns"]
    return {f"{row['id']}.{row['statistic']}" for row in rows if row["gated"] and row["holds"] is False}


def test_a_panel_by_hand():
    panel = panel_of(TINY, 4)
    assert panel.firms == ["A", "B"]
    np.testing.assert_array_equal(panel.counts, [[2, 1], [1, 1], [1, 0]])
    np.testing.assert_allclose(panel.penetration, [3 / 4, 2 / 4])
    np.testing.assert_allclose(panel.frequency, [4 / 3, 1.0])
    np.testing.assert_allclose(panel.share, [4 / 6, 2 / 6])
    np.testing.assert_allclose(panel.value_share, [0.5, 0.5])
    np.testing.assert_allclose(panel.requirements, [4 / 6, 2 / 5])
    np.testing.assert_allclose(panel.duplication, [[1, 2 / 3], [1, 1]])
    np.testing.assert_array_equal(panel.purchase_numbers, [1, 1, 1, 1])


def test_statistics_by_hand():
    found = statistics(panel_of(TINY, 4))
    assert found["P1.slope"] == pytest.approx(np.log(4 / 3) / np.log(2))
    assert found["P2.rank_correlation"] == pytest.approx(1.0)
    assert found["P5.coefficient"] == pytest.approx((2 / 3 + 1) / (2 / 4 + 3 / 4))
    assert found["P5.deviation"] == pytest.approx(0.0, abs=1e-12)
    assert found["P6.variation"] == pytest.approx(np.std([1 / 3, 1 / 2]) / np.mean([1 / 3, 1 / 2]))
    assert found["P8.heavy_share"] == pytest.approx(0.7)
    assert found["P11.herfindahl"] == pytest.approx(0.5)


def test_every_panel_statistic_of_the_catalogue_is_computed_and_no_other():
    patterns = load_catalogue().patterns.items()
    assert set(LAWS) == {
        f"{name}.{one}" for name, pattern in patterns if pattern.measured == "panel" for one in pattern.statistics
    }


def test_a_market_of_gamma_needs_and_dirichlet_choices_passes_every_gate():
    assert failing(dirichlet_market(1)) == set()


@pytest.mark.parametrize(
    ("market", "by"),
    [
        (identical_customers, "P3.dirichlet_sum"),
        (total_lock_in, "P3.dirichlet_sum"),
        (total_lock_in, "P5.coefficient"),
        (niche_brands, "P1.slope"),
        (niche_brands, "P3.dirichlet_sum"),
        (poisson_needs, "P4.dispersion"),
        (poisson_needs, "P4.shape"),
    ],
)
def test_a_market_that_is_wrong_in_one_way_is_caught(market, by):
    assert by in failing(market(1))


def test_double_jeopardy_alone_does_not_notice_identical_customers():
    assert not failing(identical_customers(1)) & {"P1.slope", "P2.rank_correlation", "P5.correlation"}


def test_a_market_split_by_design_has_a_lower_correlation_when_pooled():
    """The duplication law holds in each segment; pooling customers of different markets breaks it."""
    one, other = split_market(1)
    within = [statistics(panel_of(part))["P5.correlation"] for part in (one, other)]
    pooled = pd.concat([one, other.assign(customer=other["customer"] + CUSTOMERS)])
    correlation = statistics(panel_of(pooled))["P5.correlation"]
    assert correlation < min(within) - 0.2
    assert correlation < load_catalogue().patterns["P5"].statistics["correlation"].low


def test_the_order_of_purchases_and_the_names_of_customers_and_firms_mean_nothing():
    choices = np.random.default_rng(3).dirichlet(SHARES, 200)
    table = purchases(choices, rates(3, 200), 3)
    renamed = table.sample(frac=1.0, random_state=1).assign(
        customer=lambda rows: "c" + (997 - rows["customer"]).astype(str), firm=lambda rows: 10 - rows["firm"]
    )
    assert statistics(panel_of(renamed, 200)) == pytest.approx(statistics(panel_of(table, 200)), rel=1e-4)


def test_customers_without_a_purchase_count_only_where_penetration_or_zeros_do():
    few, many = (statistics(panel_of(TINY, customers)) for customers in (3, 30))
    same = {"P1.slope", "P2.rank_correlation", "P3.dirichlet_sum", "P5.correlation", "P5.deviation", "P8.heavy_share"}
    same |= {"P11.fit", "P11.herfindahl"}
    assert {name for name in few if few[name] == pytest.approx(many[name], nan_ok=True)} == same
    assert many["P5.coefficient"] == pytest.approx(10 * few["P5.coefficient"])


@pytest.mark.filterwarnings("error")
def test_of_a_single_firm_laws_about_several_neither_hold_nor_fail():
    alone = panel_of(TINY.assign(firm="A"), 4)
    found = statistics(alone)
    of_several = {"P1.slope", "P2.rank_correlation", "P3.dirichlet_sum", "P6.variation", "P11.fit"}
    of_several |= {f"P5.{name}" for name in ("coefficient", "correlation", "deviation")}
    assert {name for name, value in found.items() if np.isnan(value)} == of_several
    assert {holds_of(alone)[name] for name in of_several} == {None}


def holds_of(panel):
    return {f"{row['id']}.{row['statistic']}": row["holds"] for row in panel_report(panel)["patterns"]}


def test_where_nobody_knows_who_bought_nothing_needs_are_not_measured():
    """P4 is about all customers: without those who bought nothing it neither holds nor fails."""
    buyers, everybody = panel_of(TINY), panel_of(TINY, 3)
    needs = {name for name in LAWS if name.startswith("P4.")}
    assert {name for name, value in statistics(buyers).items() if np.isnan(value)} >= needs
    assert {holds_of(buyers)[name] for name in needs} == {None}
    assert None not in {holds_of(everybody)[name] for name in needs}
    assert statistics(buyers)["P1.slope"] == statistics(everybody)["P1.slope"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TINY.drop(columns="firm"), "column firm is missing; wanted: customer, firm, amount; there"),
        (TINY.rename(columns={"firm": "Firm"}), "Did you mean 'Firm'"),
        (pd.concat([TINY, TINY[["firm"]]], axis=1), "column firm is there twice"),
        (TINY.assign(amount=-1.0), "column amount must hold numbers of at least 0"),
        (TINY.assign(amount=0.0), "column amount must not be 0 everywhere"),
        (TINY.assign(amount="much"), "column amount must hold numbers, not"),
        (TINY.assign(firm=[None, *"ABABA"]), "column firm has missing values"),
        (TINY.iloc[:0], "there are no purchases"),
    ],
)
def test_a_table_that_is_no_panel_is_refused(table, message):
    with pytest.raises(InputError, match=message):
        panel_of(table)


def test_fewer_customers_than_buyers_are_refused():
    with pytest.raises(InputError, match="3 customers bought something: there must be at least so many, not 2"):
        panel_of(TINY, 2)


def test_a_panel_is_read_from_a_file_and_from_a_folder_of_files(tmp_path):
    TINY.to_parquet(tmp_path / "panel.parquet")
    TINY.to_parquet(tmp_path / "parts", partition_cols=["firm"])
    assert tuple(TINY.columns) == COLUMNS
    for file in (tmp_path / "panel.parquet", tmp_path / "parts"):
        found = statistics(excerpt_of(file).panel(4))
        assert found == pytest.approx(statistics(panel_of(TINY, 4)), nan_ok=True)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "same",
    [
        TINY.assign(amount=TINY["amount"].astype(np.float32)),
        TINY.assign(amount=[Decimal(str(paid)) for paid in TINY["amount"]]),
        TINY.assign(amount=TINY["amount"].astype(np.int16)),
        TINY.set_index("customer"),
        TINY.set_index("week", drop=False),
        TINY.astype({"firm": "category", "customer": str}),
    ],
    ids=["float32", "decimals", "whole numbers", "customer as index", "week twice", "categories"],
)
def test_numbers_of_every_kind_and_a_named_index_are_read(same):
    assert statistics(panel_of(same, 4)) == pytest.approx(statistics(panel_of(TINY, 4)), nan_ok=True)


def test_a_file_that_is_no_panel_is_named(tmp_path):
    missing, text, other = (tmp_path / name for name in ("missing.parquet", "text.parquet", "other.parquet"))
    text.write_text("no table", encoding="utf-8")
    TINY.drop(columns="firm").to_parquet(other)
    reasons = {missing: "there is no such file", text: "cannot be read as Parquet", other: "column firm is missing"}
    for file, reason in reasons.items():
        with pytest.raises(InputError, match=reason) as refusal:
            excerpt_of(file)
        assert str(refusal.value).startswith(str(file))
