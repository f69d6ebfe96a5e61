"""What the loops read and write, as records: a customer, the world a segment sees, the counts of a week.

A record keeps what happens together in memory together, a Mesa customer holds its own record, and compiled
code takes it as one pointer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from simbiz.catalogue import DIMENSIONS, LEAD_STAGES, STAGES
from simbiz.events import EVENTS
from simbiz.state.layout import Layout
from simbiz.submodels.word_of_mouth import MOST_TIES

NO_FIRM = 255
NO_CHANNEL = 255
MILLION = 1_000_000.0

# Traits that need no more than four digits are kept as whole parts, so that ten million customers fit into memory.
TASTE_PARTS = 2048.0  # of a util, or of a standard deviation: up to 16
LOYALTY_PARTS = 65535.0  # of 1
JUDGEMENT_PARTS = 1024.0  # of a perception unit: up to 32
MOST_JUDGEMENT = 32767

MINUTES = 60.0
MOST_TOUCHPOINTS = 255
NEVER = -1  # week of a customer's last experience before the first

# Rows of the scratch table of a journey, with a column a firm, a channel or a tie. The table lies in the
# record of the counts, because compiled code passes a record on for nothing, an array for two locked additions.
DRAWN, WORTH, HEARD, SAID, PULL, PULL_IN_NEST, RECOGNITION, CONTACT_LUCK, LUCK, MORE_LUCK = range(10)
SCRATCH = 10
LANES = 8  # uniforms that are drawn side by side

# What customers will tell, before it is committed: row, firm and judgement.
SPEAKER = np.dtype([("row", "i8"), ("judgement", "i2"), ("firm", "u1")], align=True)
SMALLEST_NOTES = 1024

# Classes of response time: up to 1/8 hour, then twice as long each, the last without an end.
WAIT_CLASSES = 16
SHORTEST_CLASS = 0.125

# Whom the question of recommendation is asked: customers of the firm, everybody who knows it.
ASKED = 2
CUSTOMERS, POTENTIAL = range(ASKED)

BY_SEGMENT = (
    "needs",
    "outside",  # needs that end outside the declared firms
    "outside_value",  # kopecks
    "meetings",  # of buying centres that ended without agreement
    "undecided",  # needs that lapse because a buying centre does not agree
)
BY_FIRM_AND_SEGMENT = (
    "purchases",
    "revenue",  # kopecks
    "services",  # kopecks for services beyond the product
    "repeats",  # purchases by customers whose last purchase was here
    "acquired",  # purchases by customers who never bought here before
    "recognised",  # purchases by customers whom the firm recognised
    "multichannel",  # purchases after contacts on more than one channel
    "digital_to_offline",  # purchases on a traditional channel after digital contacts
    "offline_to_digital",  # purchases on a digital channel after traditional contacts
    "touchpoints",
    "two_way",  # touchpoints answered at once or within the hour
    "switches",  # contacts on another channel than the one before
    "contexts_lost",
    "requests",  # contacts that a person had to answer
    "service_requests",  # of these, after a purchase
    "wait",  # minutes
    "leads_lost",
    "leads_returned",  # lost leads that nurturing brought back onto the list
    "given_up",
    "aware",  # looks of customers who knew the firm
    "told",  # looks of customers who know the firm from others only
    "shortlisted",
    "decisions",  # decisions in which the firm was still on the list
    "access",  # millionths of utils, summed over `aware`
    "appeal",  # satisfaction term, millionths of utils, summed over `aware`
    "opinion",  # what acquaintances say, millionths, summed over `aware`
    "effort",  # millionths of utils, summed over `decisions`
    "judgement",  # millionths, summed over purchases
    "failures",
    "complaints",
    "complaints_answered",
    "recovered",  # restored satisfaction, millionths
    "complaint_wait",  # minutes, summed over `complaints_answered`
    "answers",  # answered SERVQUAL questionnaires
)


def made_once(make: Callable[..., np.dtype[Any]]) -> Callable[..., np.dtype[Any]]:
    """Give layouts of one shape one and the same dtype: compiled code knows it again without comparing its fields."""
    made: dict[Any, np.dtype[Any]] = {}

    @wraps(make)
    def known(layout: Layout, *sizes: int) -> np.dtype[Any]:
        key = (layout.shape, *sizes)
        if key not in made:
            made[key] = np.dtype((np.record, make(layout, *sizes)))
        return made[key]

    return known


@made_once
def customer_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of a customer; the slot behind the shortlist is for a lead that was lost on the way."""
    firms, channels, slots = len(layout.firms), len(layout.channels), layout.slots + 1
    return np.dtype(
        [
            ("need_time", "f8"),  # season-weighted weeks
            ("id", "u4"),  # stable within the segment
            ("rate", "f4"),  # needs per season-weighted week
            ("basket", "f4"),  # mean basket at list prices, kopecks
            ("need_number", "i4"),
            ("due", "i4"),  # week of the next event
            ("satisfaction", "f4", (firms,)),  # 0 where never tried
            ("expectation", "f4", (len(DIMENSIONS),)),
            ("slot_utility", "f4", (slots,)),  # the shortlist: utility as considered,
            ("slot_effort", "f4", (slots,)),  # utils lost on the way,
            ("slot_hours", "f4", (slots,)),  # longest wait,
            ("seen_week", "i2"),  # week to which the impressions belong
            ("expectation_week", "i2"),  # week to which the expectations belong
            ("affinity", "i2"),  # digital affinity, parts of a standard deviation
            ("firm_taste", "i2", (firms,)),  # parts of a util
            ("channel_taste", "i2", (channels,)),  # parts of a util
            ("loyalty", "u2", (firms,)),  # parts of 1
            ("slot_firm", "u1", (slots,)),  # firm,
            ("slot_lost", "u1", (slots,)),  # contexts lost,
            ("slot_stage", "u1", (slots,)),  # stages of the life of a lead that are behind it,
            ("slot_channels", channel_bits(channels), (slots,)),  # channels used, a bit each
            ("impressions", "u1", (firms,)),
            ("bought", "u1", (-(-firms // 8),)),  # from which firms ever, a bit each
            ("last_channel", "u1", (firms,)),
            ("last_firm", "u1"),  # of the last purchase
            ("segment", "u1"),
            ("under_way", "u1"),  # 1 while a journey waits for its decision
            ("members", "u1"),  # people who must agree
            ("meetings", "u1"),  # that ended without agreement in the present journey
            ("touchpoints", "u1"),  # of the present journey
            ("perceived", "i1", (len(DIMENSIONS),)),  # last experience on the Likert scale, 0 before the first
        ],
        align=True,
    )


def lanes(number: int) -> int:
    """Number of columns, rounded up to whole lanes."""
    return -(-number // LANES) * LANES


def channel_bits(channels: int) -> str:
    """Unsigned type with a bit for every channel."""
    return "u2" if channels <= 16 else "u8"


VOICE = np.dtype((np.record, np.dtype([("judgement", "i2"), ("week", "i2"), ("firm", "u1")], align=True)))


def voice_dtype() -> np.dtype[Any]:
    """Record of what a customer last told others, as committed before the week."""
    return VOICE


@made_once
def world_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of the world as a segment sees it in a week; nobody writes it while customers act."""
    firms, channels, segments = len(layout.firms), len(layout.channels), len(layout.segments)
    whole = ("seed", "week", "stream", "shortlist_least", "shortlist_most", "contacts_least", "contacts_most")
    return np.dtype(
        [(name, "i8") for name in whole]
        + [(name, "f8") for name in ("deliberation_weeks", "routine", "complains", *layout.catalogue.parameters)]
        + [
            ("own_segment", "i8"),
            ("segment_first", "i8", (segments,)),  # row of the first customer of each segment
            ("segment_count", "i8", (segments,)),
            ("expansion", "f8", (segments,)),  # customers for whom one agent of each segment stands
            ("firm_id", "i8", (firms,)),
            ("firm_lanes", "i8", (lanes(firms),)),  # the same, and zeros up to whole lanes
            ("contact_lanes", "i8", (firms, lanes(channels))),  # of each firm's channels
            ("perception_lanes", "i8", (firms, lanes(len(DIMENSIONS)))),  # of each firm's dimensions
            ("tie_lanes", "i8", (lanes(MOST_TIES),)),
            ("channel_id", "i8", (channels,)),
            ("serves", "u1", (channels, len(STAGES))),
            ("human", "u1", (channels,)),
            ("identifies", "u1", (channels,)),
            ("digital_channel", "u1", (channels,)),
            ("channel_effort", "f8", (channels,)),  # utils
            ("channel_shift", "f8", (channels,)),  # utils by which tastes have moved for a time
            ("intercept", "f8", (firms,)),  # utils
            ("price", "f8", (firms,)),  # relative to an average firm
            ("offer", "f8", (firms,)),
            ("price_worth", "f8", (firms,)),  # utils of the price that everybody pays
            ("open", "i8", (firms, channels)),  # 0 closed, 1 informs, 2 sells
            ("quality", "f8", (firms, channels)),  # utils
            ("hours", "f8", (firms, channels)),  # median wait now
            ("waiting", "f8", (firms, channels)),  # utils of that wait, 0 where nobody must answer
            ("worth", "f8", (firms, channels)),  # utility of the channel beside the customer's taste,
            ("worth_pull", "f8", (firms, channels)),  # its exponential,
            ("worth_in_nest", "f8", (firms, channels)),  # and that at the scale of the nest, relative to the best
            ("best_worth", "f8"),  # utils, over all firms and channels
            ("sticky_pull", "f8"),  # exponential of the stickiness of the channel of the last contact
            ("failure", "f8", (firms,)),  # probability that a purchase goes wrong
            ("service_delay", "f8", (firms,)),  # wait for service relative to other requests
            ("personal_offer", "f8", (firms,)),
            ("digital_services", "f8", (firms,)),
            ("integration", "f8", (firms,)),
            ("memory", "f8", (firms,)),
            ("nurturing", "f8", (firms,)),
            ("ownership", "f8", (firms,)),
            ("service", "f8", (firms, len(DIMENSIONS))),
            ("contact_effort", "f8", (firms,)),  # utils
        ],
        align=True,
    )


@made_once
def tally_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of a week's counts: integers, so that any order and number of chunks add up to the same bits.

    Every count has the segment as its last axis: an agent of one segment stands for more customers than one of another.
    """
    firms, segments, channels = len(layout.firms), len(layout.segments), len(layout.channels)
    dimensions = len(DIMENSIONS)
    return np.dtype(
        [
            *((name, "i8", (segments,)) for name in BY_SEGMENT),
            *((name, "i8", (firms, segments)) for name in BY_FIRM_AND_SEGMENT),
            ("contacts", "i8", (firms, channels, segments)),
            ("stages", "i8", (firms, len(STAGES), segments)),
            ("leads", "i8", (firms, len(LEAD_STAGES), segments)),  # journeys with the firm that came at least so far
            ("flows", "i8", (firms, channels, channels, segments)),  # from contact to next contact of one journey
            ("waits", "i8", (firms, WAIT_CLASSES, segments)),  # answered requests by class of hours
            ("perception", "i8", (firms, dimensions, segments)),  # millionths, summed over purchases
            ("expectation", "i8", (firms, dimensions, segments)),  # millionths, summed over purchases
            ("surveyed", "i8", (firms, ASKED, segments)),
            ("promoters", "i8", (firms, ASKED, segments)),
            ("detractors", "i8", (firms, ASKED, segments)),
            ("survey_expectation", "i8", (firms, dimensions, segments)),  # Likert points, summed over `answers`
            ("survey_perception", "i8", (firms, dimensions, segments)),  # Likert points, summed over `answers`
            ("complaint_gap", "i8", (firms, dimensions, segments)),  # Likert points, summed over `complaints`
        ]
    )


def part_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of what a chunk of customers counts and notes in a week, until the notes are taken from it.

    Notes have room for `layout.room` events twice over; `noting` says whether events are wanted.
    """
    return _part_dtype(layout, max(SMALLEST_NOTES, 2 * layout.room))


@made_once
def _part_dtype(layout: Layout, size: int) -> np.dtype[Any]:
    counts = tally_dtype(layout)
    return np.dtype(
        [
            *((name, counts[name]) for name in counts.names or ()),
            ("scratch", "f8", (SCRATCH, lanes(max(len(layout.firms), len(layout.channels), MOST_TIES)))),
            ("noting", "i8"),
            ("speakers", "i8"),
            ("speaker", SPEAKER, (size,)),
            *((f"{name}s_noted", "i8") for name in EVENTS),
            *((name, kind, (size,)) for name, kind in EVENTS.items()),
        ]
    )


def records(dtype: np.dtype[Any], *shape: int) -> Any:
    """Record array of zeros."""
    return np.zeros(shape, dtype=dtype).view(np.recarray)


def add_counts(tally: Any, part: Any) -> None:
    """Add the counts of a part to a tally."""
    for name in tally.dtype.names:
        tally[name] += part[name]
