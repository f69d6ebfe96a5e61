"""What a customer is doing and why, in plain data for people."""

from __future__ import annotations

from typing import Any

import numpy as np

from simbiz.catalogue import LEAD_STAGES
from simbiz.market.notes import empty_part
from simbiz.state.columns import HEARD, NO_CHANNEL, NO_FIRM, SAID, part_dtype
from simbiz.submodels.choice import price_term
from simbiz.submodels.word_of_mouth import opinion_heard
from simbiz.week.acquaintances import listen
from simbiz.week.consideration import channel_utility, firm_access, offer_to, prepare, utility_of
from simbiz.week.stages import INFORMATION
from simbiz.week.traits import loyalty_to, taste_for_firm, tried


def explanation(model: Any, customer: Any) -> dict[str, Any]:
    """Journey, shortlist, utilities and channels of one customer, as the world is this week.

    Parameters
    ----------
    model : OmnichannelModel
        The model.
    customer : record
        The customer's record; nothing is written.

    Returns
    -------
    dict
        journey: what is under way; shortlist: firms of the present or last journey with the utility at which they
        were considered and what was lost on the way; firms: for every firm the terms of its utility today and the
        odds of its channels; last: firm and channel of the last purchase.
    """
    layout = model.layout
    world = model.worlds()[customer.segment]
    tally = empty_part(part_dtype(layout), noting=False)
    listen(customer, world, model.voices, tally)
    return {
        "segment": layout.segments[customer.segment],
        "customer": int(customer.id),
        "journey": _journey(model, customer),
        "shortlist": _shortlist(layout, customer),
        "firms": {name: _firm(layout, row, customer, world, tally) for row, name in enumerate(layout.firms)},
        "last": {
            "firm": _name(layout.firms, customer.last_firm, NO_FIRM),
            "channel": _last_channel(layout, customer),
        },
    }


def _journey(model: Any, customer: Any) -> dict[str, Any]:
    week = int(customer.due) - model.start
    if customer.under_way:
        doing = "meets again" if customer.meetings else "deliberates"
        return {"doing": doing, "need": int(customer.need_number), "decides_in_week": week}
    return {"doing": "waits for a need", "need": int(customer.need_number), "next_in_week": week}


def _shortlist(layout: Any, customer: Any) -> list[dict[str, Any]]:
    return [
        {
            "firm": layout.firms[firm],
            "utility": float(customer.slot_utility[slot]),
            "effort": float(customer.slot_effort[slot]),
            "longest_wait_hours": float(customer.slot_hours[slot]),
            "contexts_lost": int(customer.slot_lost[slot]),
            "stage": (None, *LEAD_STAGES)[customer.slot_stage[slot]],
        }
        for slot, firm in enumerate(customer.slot_firm)
        if firm != NO_FIRM
    ]


def _firm(layout: Any, row: int, customer: Any, world: Any, tally: Any) -> dict[str, Any]:
    opinion = opinion_heard(tally.scratch[SAID, row], tally.scratch[HEARD, row])
    worth, sells = firm_access(row, prepare(customer, world, tally), customer, world, tally)
    terms = {
        "intercept": float(world.intercept[row]),
        "taste": float(taste_for_firm(row, customer)),
        "loyalty": float(world.loyalty_coefficient * loyalty_to(row, customer)),
        "satisfaction": float(world.satisfaction_coefficient * np.float64(customer.satisfaction[row])),
        "word_of_mouth": float(world.word_of_mouth_coefficient * opinion),
        "price": float(price_term(world.price_sensitivity, world.price[row], offer_to(row, customer, world, tally))),
        "access": float(worth),
    }
    return {
        "impressions": int(customer.impressions[row]),
        "tried": bool(tried(row, customer)),
        "sells": bool(sells),
        "utility": float(utility_of(row, worth, opinion, customer, world, tally)),
        "terms": terms,
        "channels": _channel_odds(layout, row, customer, world),
    }


def _channel_odds(layout: Any, row: int, customer: Any, world: Any) -> dict[str, float]:
    """Probability of each channel at a first contact for information."""
    worth = {}
    for channel, name in enumerate(layout.channels):
        if world.open[row, channel] > 0 and world.serves[channel, INFORMATION]:
            sticky = world.stickiness if customer.last_channel[row] == channel else 0.0
            worth[name] = np.exp(channel_utility(channel, row, customer, world) + sticky)
    total = sum(worth.values())
    return {name: float(value / total) for name, value in worth.items()}


def _last_channel(layout: Any, customer: Any) -> str | None:
    if customer.last_firm == NO_FIRM:
        return None
    return _name(layout.channels, customer.last_channel[customer.last_firm], NO_CHANNEL)


def _name(names: list[str], index: Any, none: int) -> str | None:
    return None if index == none else names[index]
