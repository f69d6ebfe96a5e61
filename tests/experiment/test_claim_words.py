"""Claims are written as their papers print them, from what the catalogue says of them."""

import pytest

from simbiz.catalogue import load_catalogue
from simbiz.scenario.records import Past, Rivals
from simbiz.statistics.verdicts import VERDICTS
from simbiz.studies.claims.cases import printed_numbers, target_value
from simbiz.studies.claims.joint import READINGS, reading_of
from simbiz.studies.claims.statistics import NUMBERS
from simbiz.studies.claims.words import (
    DECLINES,
    MAIN,
    MARKS,
    NOTHING,
    RIVALS,
    as_printed,
    estimate_as_printed,
    printed_for,
    target_as_printed,
    value_as_printed,
)

CLAIMS = load_catalogue().claims


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("rate.staff", "0.57"),
        ("performance.revenue", "+28 %"),
        ("performance.mean_index", "127.86 %"),
        ("share.value", "12.79 %"),
        ("share_index.chain", "106.48 %"),
        ("revenue.level", "114,499"),
        ("revenue.constant_market", "+66 %"),
        ("nps_ratio.customers", "2.5x"),
    ],
)
def test_a_target_is_written_as_the_paper_prints_it(reading, expected):
    claim, own = reading.split(".")
    assert as_printed(reading, target_value(CLAIMS[claim].readings[own].target, printed_numbers())) == expected


def test_a_category_is_a_cell_of_the_map_or_a_word_and_what_is_missing_a_dash():
    assert as_printed("market_map.side", "10") == "cell 10"
    assert as_printed("strategy.class", "leader") == "leader"
    assert as_printed("share.value", None) == NOTHING


@pytest.mark.parametrize("name", READINGS)
def test_a_printed_number_is_compared_with_a_statistic_of_a_number(name):
    assert reading_of(name).statistic in NUMBERS
    claim, own = READINGS[name].split(".")
    assert CLAIMS[claim].readings[own].target == name
    assert printed_for(name, READINGS[name]) == as_printed(READINGS[name], CLAIMS[claim].printed[name])


@pytest.mark.parametrize(
    ("name", "comparator", "value", "written"),
    [
        ("share.value", "before-after", 0.139, "13.90 %"),
        ("share.value", "paired", 0.0508, "+5.08 pts"),
        ("rate.staff", "paired", 0.42, "+42.00 pts"),
        ("revenue.level", "paired", -45477.0, "-45,477"),
        ("performance.profit", "before-after", 2890.4, "+2,890"),
        ("performance.revenue", "paired", 0.28, "+28 %"),
        ("share_index.chain", "paired", 1.0648, "106.48 %"),
        ("strategy.class", "paired", "leader", "leader"),
        ("share.value", "paired", None, NOTHING),
    ],
)
def test_an_estimate_is_written_in_points_or_money_where_it_is_a_difference(name, comparator, value, written):
    assert estimate_as_printed({"id": name, "comparator": comparator}, value) == written


def test_a_target_of_money_stays_a_part_and_values_are_written_as_they_are():
    assert target_as_printed({"id": "performance.profit", "comparator": "paired", "target": 0.28}) == "+28 %"
    assert target_as_printed({"id": "share.value", "comparator": "paired", "target": 0.0508}) == "+5.08 pts"
    assert value_as_printed({"id": "performance.profit"}, 2890.4) == "2,890"
    assert value_as_printed({"id": "share.value"}, 0.139) == "13.90 %"
    assert value_as_printed({"id": "performance.profit"}, None) == NOTHING


def test_every_verdict_has_its_mark():
    assert set(MARKS) == set(VERDICTS)
    assert len(set(MARKS.values())) == len(VERDICTS)


def test_every_case_and_every_main_claim_has_its_words():
    assert set(DECLINES) == set(Past.model_fields["decline"].annotation.__args__)
    assert set(RIVALS) == set(Rivals.model_fields["mode"].annotation.__args__)
    assert all(own in CLAIMS[claim].readings for claim, own in (name.split(".") for name in MAIN))
