import numpy as np
import pytest

from simbiz.market_map import (
    GROWTH_CLASSES,
    SHARE_CLASSES,
    VARIANTS,
    growth_borders,
    label_stability,
    market_map,
    share_borders,
)

SEVEN_FIRMS = np.array([28, 24, 16, 11, 8, 5.29, 7.71]) / 100
SIX_FIRMS = np.array([30, 25, 16, 12, 9.29, 7.71]) / 100
PARTNER_DV = -1
MARKETS = 4_000


def with_partner_dv_at(share, market):
    """Give Partner-DV this share and let its rivals keep their proportions."""
    moved = market * (1 - share) / (1 - market[PARTNER_DV])
    moved[PARTNER_DV] = share
    return moved


def lognormal_markets(firms):
    shares = np.random.default_rng(20_240_501).lognormal(0, 1, (MARKETS, firms))
    return shares / shares.sum(axis=1, keepdims=True)


def part_of_markets(markets, variant, exists):
    return np.mean([exists(market_map(shares, shares, variant).share_class) for shares in markets])


def somebody_stands_out(share_class):
    return bool(np.isin(share_class, ["leader", "outsider"]).any())


def every_strong_firm_leads(share_class):
    return "strong" not in share_class


@pytest.mark.parametrize("market", [SIX_FIRMS, SEVEN_FIRMS], ids=["six firms", "seven firms"])
@pytest.mark.parametrize("variant", ["v1/overall", "v2/overall"])
def test_partner_dv_moves_from_weak_and_deteriorating_to_weak_and_improving(market, variant):
    year_before = with_partner_dv_at(0.0858, market)
    year_after = with_partner_dv_at(0.1279, market)
    was = market_map(year_before, market, variant)
    will_be = market_map(market, year_after, variant)
    assert (was.share_class[PARTNER_DV], was.growth_class[PARTNER_DV]) == ("weak", "deteriorating")
    assert (will_be.share_class[PARTNER_DV], will_be.growth_class[PARTNER_DV]) == ("weak", "improving")
    assert (was.cell[PARTNER_DV], will_be.cell[PARTNER_DV]) == (11, 10)


def test_partner_dv_at_the_forecast_share_leaves_its_rivals_an_index_of_945():
    forecast = market_map(SEVEN_FIRMS, with_partner_dv_at(0.1279, SEVEN_FIRMS))
    np.testing.assert_allclose(forecast.growth[:PARTNER_DV], 0.945, atol=0.0005)
    assert forecast.growth[PARTNER_DV] == pytest.approx(1.6589, abs=0.00005)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("firms", range(2, 16))
def test_a_share_of_12_79_per_cent_is_weak_only_among_seven_firms_or_fewer(variant, firms):
    shares = np.full(firms, (1 - 0.1279) / (firms - 1))
    shares[PARTNER_DV] = 0.1279
    on_the_strong_side = market_map(shares, shares, variant).share_class[PARTNER_DV] in ("leader", "strong")
    assert on_the_strong_side == (firms > 7)


@pytest.mark.parametrize(
    ("firms", "variant", "published"),
    [
        (firms, variant, published)
        for firms, row in {
            5: (0.000, 0.07, 0.90, 1.00),
            7: (0.000, 0.51, 0.87, 1.00),
            10: (0.000, 0.99, 0.90, 1.00),
            20: (0.000, 1.00, 0.98, 1.00),
            50: (0.28, 1.00, 1.00, 1.00),
        }.items()
        for variant, published in zip(("v1/overall", "v2/overall", "v1/side", "v2/side"), row, strict=True)
    ],
)
def test_whether_anybody_stands_out_depends_on_the_variant_as_computed_independently(firms, variant, published):
    # Both figures are from 4,000 markets, and the published one is rounded to two decimals.
    found = part_of_markets(lognormal_markets(firms), variant, somebody_stands_out)
    variance = max(found * (1 - found), 1 / MARKETS)
    assert abs(found - published) < 0.005 + 4 * np.sqrt(2 * variance / MARKETS)


@pytest.mark.parametrize("firms", [2, 5, 7, 9])
def test_about_the_overall_mean_nobody_stands_out_unless_a_side_has_ten_firms(firms):
    assert part_of_markets(lognormal_markets(firms), "v1/overall", somebody_stands_out) == 0


@pytest.mark.parametrize(("weak_side", "expected"), [(9, "weak"), (10, "outsider")])
def test_about_the_overall_mean_an_outsider_takes_nine_more_firms_close_to_the_mean(weak_side, expected):
    # One deviation is at most sqrt(firms on the side) sigma.
    mean = 1 / (weak_side + 1)
    far, near = mean / 2, mean / 1_000
    deviations = np.array([far + (weak_side - 1) * near, *[-near] * (weak_side - 1), -far])
    shares = mean + deviations
    assert market_map(shares, shares).share_class[-1] == expected


@pytest.mark.parametrize(("variant", "published"), [("v1/side", 0.41), ("v2/side", 0.46)])
def test_about_the_side_mean_all_strong_firms_of_a_small_market_are_often_called_leaders(variant, published):
    found = part_of_markets(lognormal_markets(5), variant, every_strong_firm_leads)
    assert abs(found - published) < 0.005 + 4 * np.sqrt(2 * found * (1 - found) / MARKETS)


def test_the_cells_are_numbered_down_the_columns():
    markets = np.random.default_rng(7).lognormal(0, 1.5, (400, 2, 12))
    seen = {}
    for before, after in markets / markets.sum(axis=2, keepdims=True):
        for variant in VARIANTS:
            found = market_map(before, after, variant)
            seen.update(zip(found.cell, zip(found.share_class, found.growth_class, strict=True), strict=True))
    columns_of_rows = [(share, growth) for share in SHARE_CLASSES for growth in GROWTH_CLASSES]
    assert seen == dict(enumerate(columns_of_rows, start=1))


@pytest.mark.parametrize(
    ("variant", "lower", "upper"),
    [
        ("v1/overall", 0.25 - 3 * np.sqrt(0.0125), 0.25 + 3 * np.sqrt(0.0125)),
        ("v2/overall", 0.25 - 3 * np.sqrt(0.00625), 0.25 + 3 * np.sqrt(0.00625)),
        ("v1/side", 0.25 - 3 * 0.05, 0.25 + 3 * 0.05),
        ("v2/side", 0.25 - 3 * 0.05 / np.sqrt(2), 0.25 + 3 * 0.05 / np.sqrt(2)),
    ],
)
def test_the_borders_stand_three_sigma_from_the_mean(variant, lower, upper):
    borders = share_borders([0.4, 0.3, 0.2, 0.1], variant)
    assert (borders.lower, borders.middle, borders.upper) == pytest.approx((lower, 0.25, upper))


def test_the_two_sides_have_sigmas_of_their_own():
    borders = share_borders([0.6, 0.2, 0.15, 0.05])
    assert borders.upper - borders.middle == pytest.approx(3 * 0.35)
    assert borders.middle - borders.lower == pytest.approx(3 * np.sqrt((0.05**2 + 0.1**2 + 0.2**2) / 3))


def test_in_the_third_variant_only_the_largest_leads_and_only_the_best_of_the_rest_is_weak():
    shares = [0.4, 0.25, 0.12, 0.12, 0.06, 0.05]
    found = market_map(shares, shares, "v3").share_class
    assert found.tolist() == ["leader", "strong", "weak", "weak", "outsider", "outsider"]


def test_in_the_third_variant_gains_and_losses_are_averaged_apart_by_volume():
    borders = growth_borders([1.2, 1.1, 0.95, 0.5], [0.1, 0.3, 0.4, 0.2], "v3")
    expected = ((0.4 * 0.95 + 0.2 * 0.5) / 0.6, 1, (0.1 * 1.2 + 0.3 * 1.1) / 0.4)
    assert (borders.lower, borders.middle, borders.upper) == pytest.approx(expected)


def test_the_growth_border_is_the_unweighted_mean_so_a_firm_can_gain_share_and_deteriorate():
    before, after = [0.5, 0.45, 0.05], [0.505, 0.35, 0.145]
    by_text, by_third_variant = market_map(before, after), market_map(before, after, "v3")
    assert by_text.growth_borders.middle == pytest.approx(np.mean([1.01, 0.35 / 0.45, 2.9]))
    assert by_text.growth_class[0] == "deteriorating"
    assert by_third_variant.growth_class[0] == "improving"


def test_growth_weighted_by_the_shares_before_is_always_100_per_cent():
    forecast = market_map(SEVEN_FIRMS, with_partner_dv_at(0.1279, SEVEN_FIRMS))
    assert np.average(forecast.growth, weights=SEVEN_FIRMS) == pytest.approx(1)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("firms", [1, 2, 7, 49])
def test_firms_that_are_all_alike_neither_lead_nor_lag(variant, firms):
    shares = np.full(firms, 1 / firms)
    assert market_map(shares, shares, variant).cell.tolist() == [6] * firms


@pytest.mark.parametrize("variant", VARIANTS)
def test_twins_share_a_cell_whatever_the_rounding(variant):
    markets = np.random.default_rng(11).lognormal(0, 1, (300, 2, 4))
    for before, after in markets / (3 * markets.sum(axis=2, keepdims=True)):
        cells = market_map(np.tile(before, 3), np.tile(after, 3), variant).cell.reshape(3, 4)
        assert (cells == cells[0]).all()
        nudged = np.concatenate([after, after * (1 + 1e-13), after * (1 - 1e-13)])
        assert (market_map(np.tile(before, 3), nudged, variant).cell.reshape(3, 4) == cells).all()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_order_of_the_firms_does_not_matter(variant):
    random = np.random.default_rng(13)
    after = with_partner_dv_at(0.1279, SEVEN_FIRMS)
    order = random.permutation(7)
    reordered = market_map(SEVEN_FIRMS[order], after[order], variant).cell
    assert reordered.tolist() == market_map(SEVEN_FIRMS, after, variant).cell[order].tolist()


@pytest.mark.parametrize("variant", VARIANTS)
def test_listing_only_part_of_the_market_moves_nobody(variant):
    after = with_partner_dv_at(0.1279, SEVEN_FIRMS)
    part = market_map(0.6 * SEVEN_FIRMS, 0.6 * after, variant).cell
    assert part.tolist() == market_map(SEVEN_FIRMS, after, variant).cell.tolist()


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_entrant_has_a_share_class_but_no_growth_and_moves_no_growth_border(variant):
    before, after = np.array([0.5, 0.3, 0.2, 0]), np.array([0.4, 0.3, 0.18, 0.12])
    found = market_map(before, after, variant)
    assert np.isnan(found.growth[3])
    assert (found.cell[3], found.growth_class[3]) == (0, "undefined")
    assert found.share_class[3] in ("weak", "outsider")
    assert found.growth_borders == growth_borders(after[:3] / before[:3], before[:3], variant)
    assert (found.cell[:3] > 0).all()


@pytest.mark.parametrize("variant", VARIANTS)
def test_in_a_market_of_entrants_no_firm_has_a_cell(variant):
    found = market_map([0, 0], [0.7, 0.3], variant)
    assert found.cell.tolist() == [0, 0]
    assert found.share_class.tolist()[0] in ("leader", "strong")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_firm_that_lost_everything_stays_on_the_map_at_the_bottom_of_growth(variant):
    found = market_map([0.5, 0.4, 0.1], [0.55, 0.45, 0], variant)
    assert found.growth[2] == 0
    assert found.cell[2] in (11, 12, 15, 16)


def test_a_label_that_every_variant_gives_is_fully_stable():
    assert label_stability([0.5, 0.5], [0.5, 0.5]).tolist() == [1, 1]


def test_a_label_that_no_other_variant_gives_has_no_stability():
    before, after = [0.2, 0.3, 0.3, 0.2], [0.2, 0.2, 0.4, 0.2]
    assert [market_map(before, after, variant).cell[2] for variant in VARIANTS] == [6, 2, 5, 1, 1]
    assert label_stability(before, after)[2] == 0


def test_the_forecast_label_of_partner_dv_survives_in_one_other_variant_only():
    assert label_stability(SEVEN_FIRMS, with_partner_dv_at(0.1279, SEVEN_FIRMS))[PARTNER_DV] == 0.25


def test_a_firm_without_a_cell_has_no_label_stability():
    assert np.isnan(label_stability([0.6, 0.4, 0], [0.5, 0.4, 0.1])).tolist() == [False, False, True]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_map_names_its_variant_and_its_number_of_firms(variant):
    description = market_map(SEVEN_FIRMS, SEVEN_FIRMS, variant).description
    assert description.startswith(f"{variant} (")
    assert description.endswith("7 firms")


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ([0.5, 0.5], [1.0], "2 shares before, but 1 after"),
        ([], [], "at least one firm"),
        ([0.5, -0.1], [0.5, 0.1], "not negative"),
        ([0.5, np.nan], [0.5, 0.1], "finite"),
        ([60, 40], [50, 50], "not percentages"),
        ([[0.5, 0.5]], [[0.5, 0.5]], "one row"),
    ],
)
def test_shares_that_are_not_shares_are_refused(before, after, complaint):
    with pytest.raises(ValueError, match=complaint):
        market_map(before, after)


def test_an_unknown_variant_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'v4' is not a variant .* v1/overall, v1/side"):
        market_map([1.0], [1.0], "v4")
