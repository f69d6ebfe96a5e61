"""Purchases by the number of channels used on the way to them, and what shuffled channel labels show of the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue import load_catalogue
from simbiz.draws import name_id, uniforms
from simbiz.state.customers import KOPECKS
from simbiz.studies.uplift.dealings import Dealings, Flags, Values, dealings_of
from simbiz.week.stages import SERVICE

SPENT_TRADITIONAL, SPENT_DIGITAL, REPEAT_TRIPS = "spent_traditional", "spent_digital", "repeat_trips"
MEASURES = (SPENT_TRADITIONAL, SPENT_DIGITAL, REPEAT_TRIPS)
# Groups of purchases by the number of channels used: least and most. Each is compared with purchases after one channel.
ONE, SEVERAL = "one", "several"
GROUPS = {ONE: (1, 1), SEVERAL: (2, 99), "2": (2, 2), "3": (3, 3), "4 or more": (4, 99)}
COMPARED = tuple(name for name in GROUPS if name != ONE)
FOLLOWED_WEEKS = 26  # six months, as published (Sopadjieva, Dholakia & Benjamin 2017)
# Twenty shuffles tell the expected figure to about a fifth of the luck of one; luck between seeds is larger.
SHUFFLES = 20
SHUFFLED_LABELS = name_id("shuffled channel labels")

Levels = dict[str, dict[str, float]]


def occasion_uplifts(dealings: Dealings, until: int) -> dict[str, float]:
    """Uplifts of purchases after several channels against purchases after one, and how many people are behind them.

    A purchase has the channels on which its customer met the firm in the journey that led to it, up to the order.

    Parameters
    ----------
    dealings : Dealings
        A year of a segment with the firm.
    until : int
        The week after the last one of the year. Repeat trips are counted of purchases whose 26 weeks lie in the year.

    Returns
    -------
    dict of str to float
        ``MEASURE.GROUP.seen``, a relative uplift that is not a number where nothing is compared, and
        ``MEASURE.GROUP.people``, different customers of the group; those after one channel have no uplift.
    """
    channels = channels_before(dealings)
    found: dict[str, float] = {}
    for measure, (values, counted) in _measured(dealings, until).items():
        levels = {}
        for group, (least, most) in GROUPS.items():
            own = counted & (channels >= least) & (channels <= most)
            levels[group] = float(values[own].mean()) if own.any() else float("nan")
            found[f"{measure}.{group}.people"] = float(len(np.unique(dealings.purchases["customer"][own])))
        for group in COMPARED:
            found[f"{measure}.{group}.seen"] = levels[group] / levels[ONE] - 1.0 if levels[ONE] > 0 else float("nan")
    return found


def _measured(dealings: Dealings, until: int) -> Mapping[str, tuple[Values, Flags]]:
    """Value of each purchase by measure, and which purchases the measure counts."""
    bought = dealings.purchases
    is_digital = np.array([channel.kind == "digital" for channel in load_catalogue().channels.values()])
    online = is_digital[bought["channel"]]
    spent = bought["amount"] / KOPECKS
    followed = bought["week"] + FOLLOWED_WEEKS < until
    return {
        SPENT_TRADITIONAL: (spent, ~online),
        SPENT_DIGITAL: (spent, online),
        REPEAT_TRIPS: (repeat_trips(bought), followed),
    }


def repeat_trips(purchases: Any) -> Values:
    """Later purchases of the same customer within 26 weeks of each purchase; float64 array (purchase,)."""
    customer, week = (purchases[name].astype(np.int64) for name in ("customer", "week"))
    times = customer << 32 | week
    ordered = np.sort(times)
    late = np.searchsorted(ordered, times + FOLLOWED_WEEKS, side="right")
    return np.asarray(late - np.searchsorted(ordered, times, side="right"), dtype=np.float64)


def channels_before(dealings: Dealings) -> NDArray[np.int64]:
    """Channels on which the firm was met in the journey of each purchase, up to the order; int64 array (purchase,)."""
    contacts = dealings.contacts[dealings.contacts["stage"] != SERVICE]
    journeys, where = np.unique(np.concatenate([_journey(dealings.purchases), _journey(contacts)]), return_inverse=True)
    used = np.zeros((len(journeys), dealings.used.shape[1]), dtype=bool)
    used[where[len(dealings.purchases) :], contacts["channel"]] = True
    return np.asarray(used.sum(axis=1)[where[: len(dealings.purchases)]])


def _journey(events: Any) -> NDArray[np.int64]:
    return np.asarray(events["customer"].astype(np.int64) << 32 | events["need"])


def shuffled(dealings: Dealings, seed: int, segment: int, number: int) -> Dealings:
    """The same contacts and purchases, with the channels of the contacts dealt out anew among them.

    Who has more contacts still meets more channels, by their number alone.

    Parameters
    ----------
    dealings : Dealings
        Dealings of a segment with the firm.
    seed, segment, number : int
        Replicate seed, place of the segment and number of the shuffle; they are all that decides.
    """
    contacts = np.sort(dealings.contacts, order=["week", "customer", "need", "sequence", "channel"])
    luck = uniforms(seed, SHUFFLED_LABELS, np.arange(len(contacts)), number, segment, 0)
    contacts["channel"] = contacts["channel"][np.argsort(luck)]
    anew = dealings_of(contacts, dealings.purchases, *dealings.used.shape)
    return replace(dealings, used=anew.used, contacts=contacts)


def mean_of_shuffles(statistic: Callable[[int], Mapping[str, float]]) -> dict[str, float]:
    """Mean of a statistic, given the number of a shuffle, over all shuffles in which it is defined."""
    tables = [statistic(number) for number in range(SHUFFLES)]
    found = {}
    for name in tables[0]:
        values = np.array([table[name] for table in tables])
        found[name] = float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
    return found
