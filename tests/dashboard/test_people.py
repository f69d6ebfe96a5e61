"""A sample of customers is told in words that agree with their records."""

from functools import cache

from worlds import market

from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.people import SHOWN, person, reason, sample
from simbiz.market.explanation import explanation


@cache
def played():
    model = PairedModel(market(), rng=1)
    for _ in range(30):
        model.step()
    return model


def test_the_same_customers_of_every_segment_are_looked_at_all_along():
    at_start, now = PairedModel(market(), rng=1), played()
    rows = sample(now)
    assert rows == sample(at_start)
    assert len(set(rows)) == SHOWN
    assert set(now.customers.segment[rows]) == set(range(len(now.layout.segments)))


def test_they_range_from_those_who_like_digital_channels_least_to_those_who_like_them_most():
    model = played()
    for segment in range(len(model.layout.segments)):
        affinity = [model.customers.affinity[row] for row in sample(model) if model.customers.segment[row] == segment]
        assert affinity == sorted(affinity)
        assert affinity[0] < affinity[-1]


def test_a_choice_is_the_firm_of_the_largest_utility_and_its_reasons_add_up():
    model = played()
    for row in sample(model):
        for world in model.worlds_side_by_side:
            one, said = person(world, row), explanation(world, world.customers[row])
            best = max(said["firms"].values(), key=lambda firm: firm["utility"])
            second = sorted(firm["utility"] for firm in said["firms"].values())[-2]
            titles = [firm.title for firm in world.layout.scenario.firms.values()]
            assert {one.choice, one.next_best} <= set(titles)
            ahead = sum(own - other for own, other in one.why.values())
            assert abs(ahead - (best["utility"] - second)) < 1e-5
            assert one.next_best in reason(one)


def test_what_a_customer_does_is_said_with_its_weeks():
    for row in sample(played()):
        one = person(played(), row)
        assert one.doing.startswith(("next need", "deliberates", "meets again"))
        assert "week" in one.doing
        assert all(text for text in (one.name, one.stage, one.channel, one.experience))
