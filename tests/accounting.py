"""Everything that must add up in a model, whatever it simulates (pattern P23)."""

import numpy as np

from simbiz.draws import name_id, normals
from simbiz.model import OmnichannelModel
from simbiz.state.columns import NO_CHANNEL, NO_FIRM
from simbiz.submodels.awareness import MOST_IMPRESSIONS


def check_accounting(model: OmnichannelModel) -> None:
    """Check every balance of a model that has lived through some weeks.

    Parameters
    ----------
    model : OmnichannelModel
        Must be the whole history of its customers: not cut, not edited.
    """
    check_people(model)
    check_contacts(model)
    check_funnel(model)
    check_money(model)
    check_firms(model)
    check_customers(model)


def check_people(model: OmnichannelModel) -> None:
    """Needs end in a purchase or outside, or are still under way."""
    counts = model.tallies[: model.week]
    purchases, outside = counts.purchases.sum(axis=(0, 1)), counts.outside.sum(axis=0)
    segments = len(model.layout.segments)
    under_way = np.bincount(model.customers.segment[model.customers.under_way == 1], minlength=segments)
    np.testing.assert_array_equal(counts.needs.sum(axis=0), purchases + outside + under_way)
    decided = np.bincount(model.customers.segment, weights=model.customers.need_number, minlength=segments)
    np.testing.assert_array_equal(decided, purchases + outside)


def check_contacts(model: OmnichannelModel) -> None:
    """Contacts by channel are contacts by stage; all but the first of a journey with a firm come from another."""
    counts = model.tallies[: model.week]
    contacts = counts.contacts.sum(axis=2)
    np.testing.assert_array_equal(contacts, counts.stages.sum(axis=2))
    later = counts.flows.sum(axis=(2, 3))
    segments = model.layout.parameters
    if (segments.contacts_least >= 1).all():
        np.testing.assert_array_equal(contacts - later, counts.shortlisted)
    assert (later <= contacts).all()
    np.testing.assert_array_equal(
        counts.flows.sum(axis=(2, 3)) - np.trace(counts.flows, axis1=2, axis2=3), counts.switches
    )
    assert (counts.contexts_lost <= counts.switches).all()
    assert (counts.requests <= contacts).all()
    human = [channel.human for channel in model.layout.catalogue.channels.values()]
    np.testing.assert_array_equal(counts.contacts[:, :, human].sum(axis=2), counts.requests)
    assert (counts.leads_lost <= counts.requests).all()
    assert (counts.leads_lost + counts.given_up <= contacts).all()
    assert ((counts.wait == 0) | (counts.requests > 0)).all()


def check_funnel(model: OmnichannelModel) -> None:
    """Every stage of the funnel is a part of the one before."""
    counts = model.tallies[: model.week]
    purchases = counts.purchases.sum(axis=2)
    assert (counts.aware <= counts.needs.sum(axis=1)[:, None]).all()
    assert (counts.shortlisted <= counts.aware).all()
    assert (counts.repeats <= purchases).all()
    assert (purchases <= counts.decisions).all()
    # A journey is decided in its own week or later.
    assert (np.cumsum(counts.decisions, axis=0) <= np.cumsum(counts.shortlisted, axis=0)).all()
    orders, service = counts.stages[:, :, 1], counts.stages[:, :, 2]
    assert (purchases <= orders).all()
    assert (orders <= counts.decisions).all()
    assert (service <= purchases).all()
    for name in counts.dtype.names:
        if name not in ("perception", "expectation", "judgement", "appeal", "access", "effort"):
            assert (counts[name] >= 0).all(), name


def check_money(model: OmnichannelModel) -> None:
    """Revenue is the sum of the purchases, shares sum to 1, and money spent is money booked."""
    counts = model.tallies[: model.week]
    if (model.firms.price == 1.0).all() and (model.firms.cell("offer") == 0.0).all():
        taken = counts.revenue.sum(axis=(0, 1)) + counts.outside_value.sum(axis=0)
        # numpy's exp may differ from the rule's in the last bit, and so a rounding by a kopeck once in a long while.
        assert (np.abs(taken - value_of_all_needs(model)) <= 2).all()
    np.testing.assert_array_equal(counts.revenue > 0, counts.purchases > 0)
    np.testing.assert_array_equal(counts.outside_value > 0, counts.outside > 0)
    money = counts.revenue @ model.expansion
    sold = money.sum(axis=1) > 0
    shares = money[sold] / money[sold].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=0, atol=1e-12)
    for row, implementation in enumerate(model.implementations):
        booked = model.firm_series.invested[: model.week, row].sum()
        np.testing.assert_allclose(booked, implementation.spent, rtol=1e-12, atol=1e-15)
        assert implementation.spent <= implementation.budget + 1e-9


def value_of_all_needs(model: OmnichannelModel) -> np.ndarray:
    """Sum the baskets of all needs that came to an end at list prices, kopecks by segment: from the luck alone."""
    sums = []
    for segment, parameters in enumerate(model.layout.parameters):
        mine = model.customers[model.customers.segment == segment]
        key = (model.seed_used, name_id("basket") ^ int(parameters.stream))
        sums.append(0)
        for number in range(int(mine.need_number.max())):
            buyers = mine[mine.need_number > number]
            normal = normals(*key, buyers.id.copy(), number, 0, 0)
            noise = parameters.basket_noise
            values = buyers.basket.astype(np.float64) * np.exp(noise * normal - 0.5 * noise * noise)
            sums[-1] += int(np.maximum(1, np.floor(values + 0.5)).sum())
    return np.array(sums)


def check_firms(model: OmnichannelModel) -> None:
    """Shares of the staff lie between 0 and 1, and every attribute between its declared bounds."""
    series = model.firm_series
    for name in ("digital_share", "mastered", "productivity", "integration", "use", "implemented"):
        values = getattr(series, name)[: model.week]
        assert ((values >= 0.0) & (values <= 1.0)).all(), name
    assert not (model.firms.staff.uses & ~model.firms.staff.concerned).any()
    for name, attribute in model.layout.catalogue.firm_attributes.items():
        low, high = attribute.bounds
        values = model.firms.cell(name)
        assert ((values >= low) & (values <= high)).all(), name


def check_customers(model: OmnichannelModel) -> None:
    """Loyalties are shares, nothing is due in the past, and what points somewhere points at something."""
    customers, firms, channels = model.customers, len(model.layout.firms), len(model.layout.channels)
    assert (customers.due == model.due).all()
    assert (customers.due >= model.week).all()
    assert (customers.loyalty >= 0).all()
    assert (customers.loyalty.sum(axis=1) <= 1.0 + 1e-5).all()
    assert (customers.impressions <= MOST_IMPRESSIONS).all()
    assert ((customers.last_firm < firms) | (customers.last_firm == NO_FIRM)).all()
    assert ((customers.last_channel < channels) | (customers.last_channel == NO_CHANNEL)).all()
    on_list = np.isin(customers.slot_firm, [*range(firms), NO_FIRM]) | (customers.need_number == 0)[:, None]
    assert on_list.all()
    for name in customers.dtype.names:
        assert np.isfinite(customers[name]).all(), name
