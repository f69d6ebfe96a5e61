"""A sample of customers: what each is doing and why, in words, beside itself in the other world."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from simbiz.dashboard.paired_model import PairedModel
from simbiz.market.explanation import explanation

SHOWN = 8
SMALL = 0.005  # utils
TERMS = {
    "intercept": "standing of the firm",
    "taste": "lasting taste",
    "word_of_mouth": "what others say",
    "access": "worth of its channels",
}


@dataclass(frozen=True)
class Person:
    """A customer as people read it.

    Parameters
    ----------
    row : int
        Row of its record, the same in both worlds.
    name : str
        Segment and number.
    doing : str
        What it is doing.
    stage : str
        How far it has come with each firm of its present or last journey.
    channel : str
        Firm and channel of the last purchase.
    experience : str
        How that purchase was perceived.
    choice : str
        Firm with the largest utility today.
    why : dict of str to tuple of float
        Terms of the utility of that firm, and of the next best, utils; the largest difference first.
    next_best : str
        The next best firm.
    contact : dict of str to float
        Odds of the channels of a first contact with the firm of its choice.
    """

    row: int
    name: str
    doing: str
    stage: str
    channel: str
    experience: str
    choice: str
    why: dict[str, tuple[float, float]]
    next_best: str
    contact: dict[str, float]


def sample(model: PairedModel, count: int = SHOWN) -> list[int]:
    """Rows of customers to look at, the same all along: of each segment some who buy often, by taste for digital.

    Parameters
    ----------
    model : PairedModel
        Two worlds.
    count : int
        How many are wanted; they begin with those who like digital channels least.
    """
    record, segments = model.customers, len(model.layout.segments)
    picked: list[int] = []
    for segment in range(segments):
        rows = np.flatnonzero(record.segment == segment)
        wanted = min(len(rows), count // segments + (segment < count % segments))
        often = rows[np.argsort(-record.rate[rows], kind="stable")][: max(wanted, len(rows) // 5)]
        by_taste = often[np.argsort(record.affinity[often], kind="stable")]
        places = (np.arange(wanted) + 0.5) * len(by_taste) / max(1, wanted)
        picked += [int(row) for row in by_taste[places.astype(int)]]
    return picked


def person(world: Any, row: int) -> Person:
    """A customer of a world in words.

    Parameters
    ----------
    world : OmnichannelModel
        The world.
    row : int
        Row of the customer's record.
    """
    record = world.customers[row]
    said = explanation(world, record)
    titles = {name: firm.title for name, firm in world.layout.scenario.firms.items()}
    firms = said["firms"]
    best, second = sorted(firms, key=lambda name: -firms[name]["utility"])[:2]
    own, other = firms[best]["terms"], firms[second]["terms"]
    terms = {TERMS.get(term, term): (own[term], other[term]) for term in own}
    last = said["last"]
    bought = f"{titles[last['firm']]}, {_words(last['channel'] or 'no channel')}" if last["firm"] else "nothing yet"
    return Person(
        row=row,
        name=f"{said['segment']} {said['customer']}",
        doing=_doing(said["journey"], world),
        stage="; ".join(_stage(slot, titles) for slot in said["shortlist"]) or "no journey yet",
        channel=bought,
        experience=_experience(record),
        choice=titles[best],
        why=dict(sorted(terms.items(), key=lambda item: -abs(item[1][0] - item[1][1]))),
        next_best=titles[second],
        contact={_words(name): odds for name, odds in firms[best]["channels"].items()},
    )


def reason(one: Person) -> str:
    """The largest reasons why the firm of choice is ahead of the next best."""
    ahead = [(term, own - other) for term, (own, other) in one.why.items() if own - other > SMALL]
    if not ahead:
        return f"nothing sets it apart from {one.next_best}"
    texts = " and ".join(f"{term} ({gain:+.2f})" for term, gain in ahead[:2])
    return f"{texts} over {one.next_best}"


def _doing(journey: dict[str, Any], world: Any) -> str:
    now = world.week - world.start
    if "decides_in_week" in journey:
        weeks = max(0, journey["decides_in_week"] - now)
        return f"{journey['doing']}, decides {_in(weeks)}"
    return f"next need {_in(max(0, journey['next_in_week'] - now))}"


def _in(weeks: int) -> str:
    return "this week" if weeks == 0 else f"in {weeks} week{'s' if weeks > 1 else ''}"


def _stage(slot: dict[str, Any], titles: dict[str, str]) -> str:
    lost = f", {slot['contexts_lost']} context{'s' if slot['contexts_lost'] > 1 else ''} lost"
    return f"{titles[slot['firm']]}: {slot['stage'] or 'not contacted'}{lost if slot['contexts_lost'] else ''}"


def _experience(record: Any) -> str:
    perceived = record.perceived
    if not np.any(perceived):
        return "none yet"
    return f"{float(np.mean(perceived)):.1f} of 7"


def _words(name: str) -> str:
    return re.sub("_", " ", name)
