"""Purchases by the channels used on the way to them: counted by hand, and what shuffled labels show."""

import numpy as np
import pytest

from simbiz.catalogue import load_catalogue
from simbiz.events import EVENTS
from simbiz.studies.uplift.dealings import dealings_of
from simbiz.studies.uplift.occasions import (
    SHUFFLES,
    channels_before,
    mean_of_shuffles,
    occasion_uplifts,
    repeat_trips,
    shuffled,
)
from simbiz.studies.uplift.worlds import shuffled_uplifts, uplifts
from simbiz.week.stages import INFORMATION, ORDER, SERVICE

CHANNELS = list(load_catalogue().channels)
BRANCH, PHONE, EMAIL = (CHANNELS.index(name) for name in ("branch", "phone", "email"))


def events(kind, **columns):
    made = np.zeros(len(next(iter(columns.values()))), dtype=EVENTS[kind])
    for name, values in columns.items():
        made[name] = values
    return made


def dealings(contacts, purchases, customers=4):
    """Give dealings of (customer, need, stage, channel) and (customer, need, week, channel, thousand roubles)."""
    who, need, stage, channel = zip(*contacts, strict=True)
    met = events("touchpoint", customer=who, need=need, stage=stage, channel=channel)
    who, need, week, channel, spent = zip(*purchases, strict=True)
    amount = np.array(spent) * 100_000
    bought = events("purchase", customer=who, need=need, week=week, channel=channel, amount=amount)
    return dealings_of(met, bought, customers, len(CHANNELS))


def test_a_purchase_has_the_channels_of_its_own_journey_up_to_the_order():
    contacts = [
        (0, 1, INFORMATION, EMAIL), (0, 1, ORDER, BRANCH), (0, 1, SERVICE, PHONE),  # two: service comes later
        (0, 2, ORDER, BRANCH),  # one, whatever was used for an earlier need
        (1, 1, INFORMATION, PHONE), (1, 1, INFORMATION, PHONE), (1, 1, ORDER, EMAIL),  # two, one of them twice
        (2, 1, INFORMATION, PHONE),  # no purchase
    ]  # fmt: skip
    purchases = [(0, 1, 3, BRANCH, 5), (0, 2, 9, BRANCH, 5), (1, 1, 3, EMAIL, 5)]
    assert channels_before(dealings(contacts, purchases)).tolist() == [2, 1, 2]


def test_repeat_trips_are_later_purchases_of_the_same_customer_within_half_a_year():
    weeks = [0, 0, 10, 26, 27, 36]
    bought = events("purchase", customer=[1, 1, 1, 1, 1, 2], week=weeks)
    assert repeat_trips(bought).tolist() == [2, 2, 2, 1, 0, 0]


def test_uplifts_of_purchases_by_hand():
    contacts = [
        (0, 1, ORDER, BRANCH),
        (1, 1, INFORMATION, EMAIL), (1, 1, ORDER, BRANCH),
        (1, 2, INFORMATION, EMAIL), (1, 2, ORDER, BRANCH),
        (2, 1, ORDER, EMAIL),
        (3, 1, INFORMATION, BRANCH), (3, 1, ORDER, EMAIL),
        (0, 2, ORDER, BRANCH),
    ]  # fmt: skip
    purchases = [
        (0, 1, 100, BRANCH, 10), (1, 1, 100, BRANCH, 12), (1, 2, 110, BRANCH, 14), (2, 1, 100, EMAIL, 4),
        (3, 1, 100, EMAIL, 5), (0, 2, 151, BRANCH, 10),
    ]  # fmt: skip
    found = occasion_uplifts(dealings(contacts, purchases), until=152)
    assert found["spent_traditional.several.seen"] == pytest.approx(13 / 10 - 1)
    assert found["spent_digital.several.seen"] == pytest.approx(5 / 4 - 1)
    assert (found["spent_traditional.one.people"], found["spent_traditional.several.people"]) == (1, 1)
    assert np.isnan(found["spent_traditional.3.seen"])
    assert found["spent_traditional.4 or more.people"] == 0
    # One purchase after 26 weeks are over cannot be followed for 26 weeks more, and is compared with nothing.
    assert found["repeat_trips.one.people"] == 2
    assert np.isnan(found["repeat_trips.several.seen"])  # nobody came again after one channel


def random_market(customers=3000, per_channel=0.0):
    """Give a year of purchases whose numbers differ between customers; the channels mean nothing for their number.

    A purchase is dearer by `per_channel` for every further channel that was used on the way.
    """
    luck = np.random.default_rng(1)
    purchases, contacts = [], []
    for customer, number in enumerate(luck.poisson(luck.gamma(1.0, 3.0, customers))):
        for need in range(number):
            used = luck.integers(0, 3, luck.integers(1, 4))
            contacts += [(customer, need, ORDER, channel) for channel in used]
            paid = 10 * (1 + per_channel * (len(set(used)) - 1))
            purchases.append((customer, need, luck.integers(0, 52), BRANCH, paid))
    return dealings(contacts, purchases, customers)


def test_where_channels_mean_nothing_shuffled_labels_show_what_is_seen():
    """Customers of several channels spend far more in a year, and it is their number of purchases alone."""
    market = random_market()
    seen = uplifts(market, market, {})["same_year.spent.naive"]
    again = shuffled_uplifts(market, market, 52, (1, 0))
    assert seen > 0.5
    assert again["same_year.spent.shuffled"] == pytest.approx(seen, abs=0.15)
    assert again["spent_traditional.several.shuffled"] == pytest.approx(0.0, abs=1e-9)
    assert occasion_uplifts(market, 52)["repeat_trips.several.seen"] == pytest.approx(
        again["repeat_trips.several.shuffled"], abs=0.05
    )


def test_an_effect_of_channels_is_seen_at_the_purchase_and_shuffled_labels_show_less():
    market = random_market(per_channel=0.10)
    seen = occasion_uplifts(market, 52)
    again = shuffled_uplifts(market, market, 52, (1, 0))
    assert seen["spent_traditional.2.seen"] == pytest.approx(0.10)
    assert seen["spent_traditional.3.seen"] == pytest.approx(0.20)
    assert 0 < again["spent_traditional.2.shuffled"] < 0.08


def test_a_shuffle_keeps_contacts_and_purchases_and_deals_out_the_same_channels():
    market = random_market(customers=200)
    anew = shuffled(market, 1, 0, 0)
    for name in ("customer", "need", "stage", "channel"):
        np.testing.assert_array_equal(np.sort(anew.contacts[name]), np.sort(market.contacts[name]))
    assert (anew.used != market.used).any()
    assert anew.purchases is market.purchases


def test_a_shuffle_depends_on_seed_segment_and_number_and_not_on_the_order_of_the_contacts():
    market = random_market(customers=200)
    backwards = dealings_of(market.contacts[::-1], market.purchases, 200, len(CHANNELS))
    one = shuffled(market, 1, 0, 0).used
    np.testing.assert_array_equal(shuffled(backwards, 1, 0, 0).used, one)
    for other in ((2, 0, 0), (1, 1, 0), (1, 0, 1)):
        assert (shuffled(market, *other).used != one).any()


def test_the_mean_of_shuffles_leaves_out_those_in_which_nothing_is_defined():
    found = mean_of_shuffles(lambda number: {"some": np.nan if number else 4.0, "none": np.nan, "all": float(number)})
    assert found["some"] == 4.0
    assert np.isnan(found["none"])
    assert found["all"] == (SHUFFLES - 1) / 2
