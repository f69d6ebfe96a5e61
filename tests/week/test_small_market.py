"""A market so small that it can be lived through without compilation: the same in both engines, and all adds up."""

from accounting import check_accounting
from worlds import assert_same_world, world

WEEKS = 14
LIVELY = {
    "customers": 40,
    "segments.person.needs_per_year": 12,
    "segments.person.basket": 0.7,
    "segments.organisation.value_share": 0.6,
    "segments.person.value_share": 0.4,
    "parameters.failure_rate": 0.3,
    "profiles.initiative.nurturing": 0.5,
    "profiles.initiative.lead_ownership": 0.5,
}


def test_a_small_market_is_the_same_in_both_engines_and_adds_up():
    arrays, agents = (world(LIVELY, seed=3, engine=engine).run(until=WEEKS) for engine in ("arrays", "agents"))
    assert (arrays.tallies.purchases.sum(axis=(0, 1)) > 0).all()
    check_accounting(arrays)
    assert_same_world(arrays, agents)
