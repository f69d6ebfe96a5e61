import pytest

from simbiz.submodels.loyalty import loyalty_after


def test_loyalty_to_a_firm_left_behind_decays_geometrically_with_every_purchase():
    loyalty, smoothing = 0.9, 0.8
    for purchases in range(1, 40):
        loyalty = loyalty_after(loyalty, 0.0, smoothing)
        assert loyalty == pytest.approx(0.9 * smoothing**purchases, rel=1e-12)


def test_loyalty_to_the_only_firm_grows_to_1():
    loyalty = 0.0
    for purchases in range(1, 40):
        loyalty = loyalty_after(loyalty, 1.0, 0.7)
        assert loyalty == pytest.approx(1.0 - 0.7**purchases, rel=1e-12)


def test_loyalties_to_all_firms_keep_their_sum_of_1():
    loyalties = [0.5, 0.3, 0.2]
    for bought in (0, 2, 2, 1, 0, 2):
        loyalties = [loyalty_after(value, float(firm == bought), 0.8) for firm, value in enumerate(loyalties)]
        assert sum(loyalties) == pytest.approx(1.0, rel=1e-12)


def test_without_smoothing_only_the_last_purchase_counts():
    assert loyalty_after(0.7, 1.0, 0.0) == 1.0
    assert loyalty_after(0.7, 0.0, 0.0) == 0.0
    assert loyalty_after(0.7, 1.0, 1.0) == 0.7
