"""What the loops read and write, as records: a customer, the world a segment sees, the counts of a week.

A record keeps what happens together in memory together, a Mesa customer holds its own record, and compiled
code takes it as one pointer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simbiz.catalogue import DIMENSIONS, STAGES
from simbiz.state.layout import Layout

NO_FIRM = 255
NO_CHANNEL = 255
MILLION = 1_000_000.0


def customer_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of a customer."""
    firms, channels, slots = len(layout.firms), len(layout.channels), layout.slots
    return np.dtype(
        [
            ("need_time", "f8"),  # season-weighted weeks
            ("id", "u4"),  # stable within the segment
            ("rate", "f4"),  # needs per season-weighted week
            ("basket", "f4"),  # mean basket at list prices, kopecks
            ("affinity", "f4"),  # digital affinity, standard deviations
            ("need_number", "i4"),
            ("due", "i4"),  # week of the next event
            ("seen_week", "i4"),  # week to which the impressions belong
            ("expectation_week", "i4"),  # week to which the expectations belong
            ("loyalty", "f4", (firms,)),
            ("satisfaction", "f4", (firms,)),  # 0 where never tried
            ("firm_taste", "f4", (firms,)),  # utils
            ("channel_taste", "f4", (channels,)),  # utils
            ("expectation", "f4", (len(DIMENSIONS),)),
            ("slot_utility", "f4", (slots,)),  # the shortlist: utility as considered,
            ("slot_effort", "f4", (slots,)),  # utils lost on the way,
            ("slot_hours", "f4", (slots,)),  # longest wait,
            ("slot_firm", "u1", (slots,)),  # firm,
            ("slot_lost", "u1", (slots,)),  # contexts lost
            ("impressions", "u1", (firms,)),
            ("last_channel", "u1", (firms,)),
            ("last_firm", "u1"),  # of the last purchase
            ("segment", "u1"),
            ("under_way", "u1"),  # 1 while a journey waits for its decision
        ],
        align=True,
    )


def world_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of the world as a segment sees it in a week; nobody writes it while customers act."""
    firms, channels = len(layout.firms), len(layout.channels)
    whole = ("seed", "week", "stream", "shortlist_least", "shortlist_most", "contacts_least", "contacts_most")
    return np.dtype(
        [(name, "i8") for name in whole]
        + [(name, "f8") for name in ("deliberation_weeks", "routine", *layout.catalogue.parameters)]
        + [
            ("firm_id", "i8", (firms,)),
            ("channel_id", "i8", (channels,)),
            ("serves", "u1", (channels, len(STAGES))),
            ("human", "u1", (channels,)),
            ("channel_effort", "f8", (channels,)),  # utils
            ("intercept", "f8", (firms,)),  # utils
            ("price", "f8", (firms,)),  # relative to an average firm
            ("offer", "f8", (firms,)),
            ("open", "i8", (firms, channels)),  # 0 closed, 1 informs, 2 sells
            ("quality", "f8", (firms, channels)),  # utils
            ("hours", "f8", (firms, channels)),  # median wait now
            ("waiting", "f8", (firms, channels)),  # utils of that wait, 0 where nobody must answer
            ("integration", "f8", (firms,)),
            ("memory", "f8", (firms,)),
            ("nurturing", "f8", (firms,)),
            ("ownership", "f8", (firms,)),
            ("service", "f8", (firms, len(DIMENSIONS))),
            ("contact_effort", "f8", (firms,)),  # utils
        ],
        align=True,
    )


def tally_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of a week's counts: integers, so that any order and number of chunks add up to the same bits."""
    firms, segments, channels = len(layout.firms), len(layout.segments), len(layout.channels)
    by_firm = (
        "repeats",  # purchases by customers whose last purchase was here
        "switches",  # contacts on another channel than the one before
        "contexts_lost",
        "requests",  # contacts that a person had to answer
        "wait",  # minutes
        "leads_lost",
        "given_up",
        "aware",  # looks of customers who knew the firm
        "shortlisted",
        "decisions",  # decisions in which the firm was still on the list
        "access",  # millionths of utils, summed over `aware`
        "appeal",  # satisfaction term, millionths of utils, summed over `aware`
        "effort",  # millionths of utils, summed over `decisions`
        "judgement",  # millionths, summed over purchases
    )
    return np.dtype(
        [
            ("needs", "i8", (segments,)),
            ("outside", "i8", (segments,)),  # needs that end outside the declared firms
            ("outside_value", "i8", (segments,)),  # kopecks
            ("purchases", "i8", (firms, segments)),
            ("revenue", "i8", (firms, segments)),  # kopecks
            ("contacts", "i8", (firms, channels)),
            ("stages", "i8", (firms, len(STAGES))),
            ("flows", "i8", (firms, channels, channels)),  # from contact to next contact of one journey
            ("perception", "i8", (firms, len(DIMENSIONS))),  # millionths, summed over purchases
            ("expectation", "i8", (firms, len(DIMENSIONS))),  # millionths, summed over purchases
            *((name, "i8", (firms,)) for name in by_firm),
        ]
    )


def records(dtype: np.dtype[Any], *shape: int) -> Any:
    """Record array of zeros."""
    return np.zeros(shape, dtype=dtype).view(np.recarray)


def total(parts: list[Any]) -> Any:
    """Sum of several tallies, count by count."""
    result = parts[0].copy()
    for part in parts[1:]:
        for name in result.dtype.names:
            result[name] += part[name]
    return result
