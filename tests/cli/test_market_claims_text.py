"""The second paper's claims in words."""

from studies import finished, point, yearly

from simbiz.catalogue import load_catalogue
from simbiz.cli.market_claims_text import COLUMNS, market_closing_lines, market_heading, market_rows
from simbiz.studies.claims.audit import judged

MARKET = [
    f"{name}.{key}"
    for name, claim in load_catalogue().claims.items()
    for key in claim.readings
    if claim.kind == "market"
]


def report(**later):
    before, after = yearly(4, **later), yearly(4)
    return judged(point(), finished([(before, after)] * 2))


def test_every_claim_about_the_market_has_a_line():
    columns, rows = market_rows(report())
    assert columns == COLUMNS
    assert [row[0] for row in rows] == MARKET
    assert all(len(row) == len(columns) for row in rows)


def test_values_are_told_as_people_say_them():
    made = report(purchase_frequency=[1.0, 1.0, 1.1, 1.2], acquisition_cost=[1.0, 1.0, 2.0, 0.5])
    lines = {row[0]: row[1:] for row in market_rows(made)[1]}
    assert lines["purchase_frequency.run_length"][:2] == ["0", "+10.0% few"]
    assert lines["acquisition_cost.new_customer"][1] == "-100.0% few"
    assert lines["acquisition_cost.new_customer"][3] == "+50.0% few"
    assert lines["average_basket.basket"][1:] == ["- n/t"] * 4
    # All firms have the same score here, so nobody leads.
    assert lines["nps_growth.customers_rank"][1] == "- n/t"
    assert lines["nps_ratio.customers"][0] == "2.5x"


def test_what_cannot_be_tested_says_why_and_a_later_year_is_named():
    text = "\n".join(market_closing_lines(report()))
    assert "average_basket.basket: baskets are exogenous" in text
    assert "rest grows by more than 2 % a year" in " ".join(text.split())
    assert "nps_profit.leaders, year 10: -, not reached" in text
    assert "n/t" in " ".join(market_heading())
