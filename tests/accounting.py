"""Everything that must add up in a model, whatever it simulates (pattern P23)."""

import numpy as np

from simbiz.draws import name_id, normals
from simbiz.market.model import OmnichannelModel
from simbiz.state.columns import LOYALTY_PARTS, NO_CHANNEL, NO_FIRM
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
    check_leads(model)
    check_complaints_and_surveys(model)
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
    np.testing.assert_array_equal(contacts, counts.touchpoints)
    later = counts.flows.sum(axis=(2, 3))
    segments = model.layout.parameters
    if (segments.contacts_least >= 1).all():
        np.testing.assert_array_equal(contacts - later, counts.shortlisted)
    assert (later <= contacts).all()
    np.testing.assert_array_equal(later - np.trace(counts.flows, axis1=2, axis2=3), counts.switches)
    assert (counts.contexts_lost <= counts.switches).all()
    assert (counts.requests <= counts.touchpoints).all()
    assert (counts.two_way <= counts.touchpoints).all()
    assert (counts.service_requests <= counts.requests).all()
    human = [channel.human for channel in model.layout.catalogue.channels.values()]
    np.testing.assert_array_equal(counts.contacts[:, :, human].sum(axis=2), counts.requests)
    assert (counts.leads_lost <= counts.requests).all()
    np.testing.assert_array_equal(counts.waits.sum(axis=2), counts.requests - counts.leads_lost)
    assert (counts.leads_lost + counts.given_up <= counts.touchpoints).all()
    assert ((counts.wait == 0) | (counts.requests > 0)).all()


def check_leads(model: OmnichannelModel) -> None:
    """Every stage of the life of a lead is a part of the one before; customers are purchases."""
    leads = model.tallies[: model.week].leads
    assert (np.diff(np.cumsum(leads, axis=0), axis=2) <= 0).all()
    counts = model.tallies[: model.week]
    np.testing.assert_array_equal(leads[:, :, -1], counts.purchases)
    if (model.layout.parameters.contacts_least >= 1).all():
        np.testing.assert_array_equal(leads[:, :, 0], counts.shortlisted)


def check_complaints_and_surveys(model: OmnichannelModel) -> None:
    """Nobody complains about nothing, and nobody answers who was not asked."""
    counts = model.tallies[: model.week]
    assert (counts.failures <= counts.purchases).all()
    assert (counts.complaints <= counts.failures).all()
    assert (counts.complaints_answered <= counts.complaints).all()
    assert ((counts.recovered == 0) | (counts.complaints_answered > 0)).all()
    assert (counts.promoters + counts.detractors <= counts.surveyed).all()
    assert (counts.surveyed[:, :, 0] <= counts.surveyed[:, :, 1]).all()
    assert (counts.answers <= counts.surveyed[:, :, 0]).all()
    for name in ("survey_expectation", "survey_perception"):
        assert (counts[name] >= counts.answers[:, :, None]).all()
        assert (counts[name] <= 7 * counts.answers[:, :, None]).all()


def check_funnel(model: OmnichannelModel) -> None:
    """Every stage of the funnel is a part of the one before."""
    counts = model.tallies[: model.week]
    purchases = counts.purchases
    assert (counts.aware <= counts.needs[:, None, :]).all()
    assert (counts.told <= counts.aware).all()
    assert (counts.shortlisted <= counts.aware).all()
    for part in ("repeats", "acquired", "recognised", "multichannel", "digital_to_offline", "offline_to_digital"):
        assert (counts[part] <= purchases).all(), part
    assert (counts.acquired + counts.repeats <= purchases).all()
    assert (np.cumsum(purchases, axis=0) <= np.cumsum(counts.decisions, axis=0)).all()
    assert (counts.leads_returned <= counts.decisions).all()
    assert (counts.undecided <= counts.outside).all()
    assert (counts.undecided <= counts.meetings).all()
    # A journey is decided in its own week or later.
    assert (np.cumsum(counts.decisions, axis=0) <= np.cumsum(counts.shortlisted, axis=0)).all()
    orders, service = counts.stages[:, :, 1], counts.stages[:, :, 2]
    assert (purchases <= orders).all()
    # A buying centre that meets again orders in a later week than the one in which its list is counted.
    assert (np.cumsum(orders, axis=0) <= np.cumsum(counts.decisions, axis=0)).all()
    assert (service <= 2 * purchases).all()
    signed = (*SIGNED, "complaint_gap")
    for name in counts.dtype.names:
        if name not in signed:
            assert (counts[name] >= 0).all(), name


SIGNED = ("perception", "expectation", "judgement", "appeal", "access", "effort", "opinion")


def check_money(model: OmnichannelModel) -> None:
    """Revenue is the sum of the purchases, shares sum to 1, and money spent is money booked."""
    counts = model.tallies[: model.week]
    if sells_at_list_prices(model):
        taken = counts.revenue.sum(axis=(0, 1)) + counts.outside_value.sum(axis=0)
        # numpy's exp may differ from the rule's in the last bit, and so a rounding by a kopeck once in a long while.
        assert (np.abs(taken - value_of_all_needs(model)) <= 2).all()
    np.testing.assert_array_equal(counts.revenue > 0, counts.purchases > 0)
    np.testing.assert_array_equal(counts.outside_value > 0, counts.outside > 0)
    money = counts.revenue @ model.expansion
    sold = money.sum(axis=1) > 0
    shares = money[sold] / money[sold].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=0, atol=1e-12)
    extra = model.firms.measures.spent(model.week - model.start) + model.firms.feedback.spent
    for row, implementation in enumerate(model.implementations):
        booked = model.firm_series.invested[: model.week, row].sum()
        np.testing.assert_allclose(booked, implementation.spent + extra[row], rtol=1e-12, atol=1e-15)
        assert implementation.spent <= implementation.budget + 1e-9


def sells_at_list_prices(model: OmnichannelModel) -> bool:
    """Tell whether no firm has ever charged anything but the list price of an average firm."""
    firms = model.firms
    offers = [*firms.cells["offer"].ravel(), *firms.cells["personal_offer"].ravel()]
    none_offered = not firms.base[:, offers].any() and not firms.base_after[:, offers].any()
    return bool((firms.price == 1.0).all() and none_offered and not len(firms.measures.performances))


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
    for name in ("digital_share", "mastered", "working_capacity", "integration", "use", "implemented"):
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
    # Each loyalty is kept to the nearest part.
    assert (customers.loyalty.sum(axis=1, dtype=float) / LOYALTY_PARTS <= 1.0 + 1e-3).all()
    assert (customers.impressions <= MOST_IMPRESSIONS).all()
    assert ((customers.last_firm < firms) | (customers.last_firm == NO_FIRM)).all()
    assert ((customers.last_channel < channels) | (customers.last_channel == NO_CHANNEL)).all()
    on_list = np.isin(customers.slot_firm, [*range(firms), NO_FIRM]) | (customers.need_number == 0)[:, None]
    assert on_list.all()
    for name in customers.dtype.names:
        assert np.isfinite(customers[name]).all(), name
