"""Whose luck a journey takes: what is decided once is drawn once, and no draw decides two things."""

from collections import Counter

import numpy as np
import pytest
from shopper import Shopper

from simbiz.draws import name_id
from simbiz.market.notes import empty_part
from simbiz.state.columns import part_dtype
from simbiz.week import consideration, decision, luck, purchase
from simbiz.week import contact as contacts
from simbiz.week import customer as weeks

BUSY = {
    "segments.person.needs_per_year": 12,
    "segments.person.basket": 0.7,
    "parameters.failure_rate": 0.3,
    "parameters.person_complains": 1.0,
    "segments.organisation.buying_centre": [2, 4],
    "segments.organisation.deliberation_weeks": 2,
    "profiles.initiative.nurturing": 0.5,
    "profiles.initiative.lead_ownership": 0.5,
    "profiles.initiative.personal_offer": 0.3,
}


def live(shoppers, journeys):
    """Let customers live until each has begun some journeys."""
    for shopper in shoppers:
        model, customer, view = shopper.model, shopper.customer, shopper.view
        customer.rate, customer.due, customer.need_time = 0.5, 20, model.clock[customer.segment, 20]
        while customer.need_number < journeys:
            view.week = max(int(view.week), int(customer.due))
            tally = empty_part(part_dtype(model.layout), noting=False)
            weeks.customer_week(customer, view, model.clock, model.stock, model.voices, model.layout.room, tally)


@pytest.fixture
def keys(monkeypatch):
    """Every key by which luck is drawn in journeys, with how often, by decision and customer."""
    found = Counter()

    def note(seed, decision, who, event, alternative, draw):
        found[int(decision), int(who), int(event), int(alternative), int(draw)] += 1

    def noting(function):
        def noted(seed, decision, who, event, alternative, draw, *pairs):
            for one in np.atleast_1d(alternative):
                if not pairs or one:  # the lanes are filled up with 0
                    note(seed, decision, who, event, one, draw)
            return function(seed, decision, who, event, alternative, draw, *pairs)

        return noted

    for name in ("uniform", "uniform_pair", "uniform_pairs"):
        monkeypatch.setattr(luck, name, noting(getattr(luck, name)))
    return found


@pytest.mark.parametrize("segment", [0, 1])
def test_what_is_decided_once_in_a_journey_is_drawn_once(keys, segment):
    shoppers = [Shopper(BUSY | {"customers": 400}, segment) for _ in range(5)]
    assert (shoppers[0].model.customers.segment == segment).sum() >= 5
    stream = int(shoppers[0].view.stream)
    first_need = name_id("need") ^ stream
    for number, shopper in enumerate(shoppers):
        shopper.customer = shopper.model.customers[int(shopper.model.held[0, segment]) + number]
        shopper.view.disagreement_loss = 0.2
        shopper.model.stock[:] = 5.0
        keys[first_need, int(shopper.customer.id), 0, 0, 0] += 1  # by which it got its first need
    live(shoppers, 3)
    # Drawn again at every step or meeting of a journey, which are the same decision.
    again = {name_id(name) ^ stream for name in ("firm", "outside", "recognised", "contacts")}
    twice = [key for key, times in keys.items() if times > 1 and key[0] not in again]
    assert not twice
    decisions = Counter(key[0] ^ stream for key in keys)
    for name in ("channel", "context", "answer", "impression", "need", "deliberation", "perception", "basket"):
        assert decisions[name_id(name)] > 10, name
    assert decisions[name_id("recognised")] == decisions[name_id("contacts")]
    assert len({key[2] for key in keys}) >= 3


def test_no_luck_decides_two_things(monkeypatch):
    """What a rule is given as luck is given to no other rule; shortlist and decision are two things."""
    used, luck_first = {}, ("gumbel", "race_time", "normal_quantile", "gap", "deliberation")
    rules = {
        consideration: ("gumbel", "told_of"),
        contacts: ("context_kept", "gives_up", "lead_lost", "nurtured", "normal_quantile", "race_time"),
        decision: ("gumbel", "need_lapses"),
        purchase: ("complains", "takes_services", "normal_quantile"),
        weeks: ("gap", "deliberation"),
    }
    for module, names in rules.items():
        for name in names:
            real = getattr(module, name)

            def noted(*arguments, what=(module.__name__, name), real=real):
                chance = arguments[0 if what[1] in luck_first else -1]
                used.setdefault(float(chance), set()).add(what)
                return real(*arguments)

            monkeypatch.setattr(module, name, noted)
    for segment in (0, 1):
        live([Shopper(BUSY, segment)], 15)
    assert len(used) > 300
    assert not [kinds for kinds in used.values() if len(kinds) > 1]
