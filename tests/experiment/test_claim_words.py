"""Claims are written as their papers print them, from what the catalogue says of them."""

import pytest

from simbiz.catalogue import load_catalogue
from simbiz.experiment.claim_cases import printed_numbers, target_value
from simbiz.experiment.claim_statistics import NUMBERS
from simbiz.experiment.claim_words import DECLINES, MAIN, NOTHING, RIVALS, as_printed, printed_for
from simbiz.experiment.joint_claims import READINGS, statistic_of
from simbiz.scenario.records import Past, Rivals

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
    assert statistic_of(name) in NUMBERS
    claim, own = READINGS[name].split(".")
    assert CLAIMS[claim].readings[own].target == name
    assert printed_for(name, READINGS[name]) == as_printed(READINGS[name], CLAIMS[claim].printed[name])


def test_every_case_and_every_main_claim_has_its_words():
    assert set(DECLINES) == set(Past.model_fields["decline"].annotation.__args__)
    assert set(RIVALS) == set(Rivals.model_fields["mode"].annotation.__args__)
    assert all(own in CLAIMS[claim].readings for claim, own in (name.split(".") for name in MAIN))
