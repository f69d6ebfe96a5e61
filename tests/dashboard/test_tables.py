"""Tables and figures of the page say what the worlds recorded."""

from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from worlds import lived, market

from simbiz.catalogue import load_catalogue
from simbiz.dashboard import figures, tables
from simbiz.dashboard.last_year import difference_text, focal_value, last_year, metric_text
from simbiz.dashboard.paired_model import PairedModel
from simbiz.metrics import METRICS

NAMES = ("played", "beside")
DRAWN = (figures.shares, figures.programme, figures.loyalty, figures.position, figures.flows_of(0), figures.flows_of(1))


@cache
def played(weeks):
    model = PairedModel(market(), rng=1)
    for _ in range(weeks):
        model.step()
    return model


@pytest.mark.parametrize("metric", ["market_share", "profit", "contexts_lost", "nps_customers", "productivity"])
def test_at_the_end_of_a_year_the_last_year_is_that_year(metric):
    alone = lived()
    own = METRICS[metric](alone.observation())[-1]
    assert METRICS[metric](last_year(alone))[0] == pytest.approx(own, rel=1e-12)
    assert focal_value(alone, metric) == own[alone.layout.focal]


def test_every_metric_can_be_read_over_the_last_year_at_any_week():
    window = last_year(played(7))
    for name in load_catalogue().metrics:
        assert np.all(np.isfinite(METRICS[name](window))), name


def test_shares_of_all_firms_make_up_the_market():
    own, others = tables.shares(played(30), NAMES)
    focal = own[own["world"] == NAMES[0]].set_index("week")["value"]
    total = others.groupby("week")["value"].sum() + focal
    assert total.to_numpy() == pytest.approx(1.0)
    assert own["week"].max() == 29
    assert own["week"].min() == -tables.PAST_SHOWN


def test_a_share_of_the_last_weeks_is_revenue_over_revenue():
    model = played(30)
    own, _ = tables.shares(model, NAMES)
    weeks = slice(model.week - tables.SMOOTHED_WEEKS, model.week)
    revenue = (model.tallies.revenue[weeks] @ model.expansion).sum(axis=0)
    shown = own[(own["world"] == NAMES[0]) & (own["week"] == 29)]["value"].item()
    assert shown == pytest.approx(revenue[model.layout.focal] / revenue.sum())


def test_the_steps_of_the_programme_are_those_that_were_begun():
    table = tables.programme_steps(played(30))
    order = [tool for tool in market().programme.order if tool in set(table["tool"])]
    assert list(dict.fromkeys(table["tool"])) == order
    assert (table["first_week"] < 30).all()
    assert tables.programme_steps(played(0)).empty


def test_flows_are_those_of_the_last_year():
    model = played(30)
    table = tables.flows(model)
    counted = (model.tallies.flows[model.week - 52 : model.week, model.layout.focal] @ model.expansion).sum()
    assert table["count"].sum() == pytest.approx(counted)
    assert counted > 0


def test_firms_are_placed_by_shares_that_make_up_the_market():
    table, placed = tables.positions(played(30))
    assert table["share"].sum() == pytest.approx(1.0)
    assert placed.growth == pytest.approx(table["share"] / table["share_before"])


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("weeks", [0, 30])
def test_a_figure_is_small_and_says_in_words_what_it_shows(draw, weeks):
    drawn = draw(played(weeks), NAMES)
    assert ElementTree.fromstring(drawn.svg).tag.endswith("svg")
    assert len(drawn.svg) < 100_000
    assert drawn.words.endswith(".")


def test_a_title_is_text_whatever_it_looks_like():
    title = "<script>alert(1)</script> $\\frac{a$"
    model = PairedModel(market({"firms.partner_dv.title": title, "firms.rival_a.title": title}), rng=1)
    for draw in DRAWN:
        svg = draw(model, NAMES).svg
        assert b"<script" not in svg
        ElementTree.fromstring(svg)


def test_numbers_are_said_in_the_units_of_the_catalogue():
    metrics = load_catalogue().metrics
    assert metric_text(0.1234, metrics["market_share"]) == "12.3%"
    assert difference_text(-0.0123, metrics["market_share"]) == "-1.2 points"
    assert metric_text(12345.6, metrics["profit"]) == "12,346 thousand roubles"
    assert difference_text(1.0, metrics["profit"]) == "+1 thousand roubles"
