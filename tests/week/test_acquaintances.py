"""Who knows whom: a small world of keyed luck that customers who are added leave alone."""

import networkx as nx
import numpy as np
import pytest
from worlds import world

from simbiz.market.notes import empty_part
from simbiz.state.columns import HEARD, JUDGEMENT_PARTS, LUCK, MORE_LUCK, NO_FIRM, SAID, part_dtype
from simbiz.week.acquaintances import NOBODY, acquaintance, draw_ties, listen

KNOWN = {"parameters.acquaintances": 6.0, "parameters.cross_ties": 0.0, "parameters.far_ties": 0.1}


def ties(model, segment):
    """Give the rows that every customer of a segment hears, tie by tie."""
    view = model.worlds()[segment]
    mine = np.flatnonzero(model.customers.segment == segment)
    tally = empty_part(part_dtype(model.layout), noting=False)

    def heard_by(customer):
        count = draw_ties(customer, view, tally)
        return [acquaintance(tie, customer, view, tally) for tie in range(count)]

    return {int(row): heard_by(model.customers[row]) for row in mine}


def network(model, segment=1):
    graph = nx.Graph()
    for row, others in ties(model, segment).items():
        graph.add_node(row)
        graph.add_edges_from((row, other) for other in others if other != NOBODY)
    return graph


def test_customers_who_are_added_leave_the_ties_of_the_earlier_ones_alone():
    few, many = (world(KNOWN | {"parameters.cross_ties": 0.2, "customers": count}) for count in (600, 1800))
    for segment in range(len(few.layout.segments)):
        older, newer = ties(few, segment), ties(many, segment)
        shift = many.worlds().segment_first[0] - few.worlds().segment_first[0]
        for one, other in zip(older.values(), newer.values(), strict=False):
            for before, now in zip(one, other, strict=True):
                if before == NOBODY:  # a neighbour who was not there may have come
                    continue
                assert who(few, before) == who(many, now)
        assert len(shift) == len(few.layout.segments)


def who(model, row):
    customer = model.customers[row]
    return int(customer.segment), int(customer.id)


def test_the_network_is_a_small_world():
    """Far more clustered than a random graph of its size, and hardly wider (Watts & Strogatz 1998)."""
    graph = network(world(KNOWN | {"customers": 1500}))
    graph = graph.subgraph(max(nx.connected_components(graph), key=len))
    people, edges = graph.number_of_nodes(), graph.number_of_edges()
    random = nx.gnm_random_graph(people, edges, seed=1)
    random = random.subgraph(max(nx.connected_components(random), key=len))
    assert nx.average_clustering(graph) > 10 * nx.average_clustering(random)
    assert nx.average_shortest_path_length(graph) < 2 * nx.average_shortest_path_length(random)


def test_without_far_ties_the_world_is_wide():
    near, small = (network(world(KNOWN | {"customers": 700, "parameters.far_ties": share})) for share in (0.0, 0.1))
    lengths = [
        nx.average_shortest_path_length(graph.subgraph(max(nx.connected_components(graph), key=len)))
        for graph in (near, small)
    ]
    assert lengths[0] > 1.5 * lengths[1]


def test_some_customers_hear_of_many_and_some_of_nobody():
    counts = np.array([len(others) for others in ties(world(KNOWN), 1).values()])
    assert abs(counts.mean() - 6.0) < 5 * 6.0 / np.sqrt(len(counts))
    assert (counts == 0).any()
    assert (counts > 12).any()


def test_nobody_hears_from_himself_and_far_ties_lead_to_earlier_customers():
    model = world(KNOWN | {"parameters.far_ties": 1.0})
    for row, others in ties(model, 1).items():
        assert all(other == NOBODY or other < row for other in others)


def test_ties_across_segments_lead_to_other_segments():
    model = world(KNOWN | {"parameters.cross_ties": 1.0})
    segments = model.customers.segment
    crossing = [segments[other] for others in ties(model, 1).values() for other in others if other != NOBODY]
    assert crossing
    assert not any(crossing)


@pytest.fixture
def listener():
    """A customer with acquaintances, what each of them tells, and the world."""
    model = world(KNOWN | {"customers": 600})
    view = model.worlds()[1]
    rows = ties(model, 1)
    row = next(row for row, others in rows.items() if len(set(others) - {NOBODY}) >= 3)
    return model, view, model.customers[row], [other for other in rows[row] if other != NOBODY]


def heard(model, view, customer):
    tally = empty_part(part_dtype(model.layout), noting=False)
    listen(customer, view, model.voices, tally)
    return tally.scratch[:, : len(model.layout.firms)]


def test_before_anybody_has_bought_nothing_is_heard(listener):
    model, view, customer, _ = listener
    assert (model.voices.firm == NO_FIRM).all()
    assert not heard(model, view, customer)[[HEARD, SAID]].any()


def test_what_is_heard_is_what_acquaintances_experienced_faded_by_time(listener):
    model, view, customer, others = listener
    view.week = 20
    model.voices.firm[others[0]], model.voices.week[others[0]] = 2, 20
    model.voices.judgement[others[0]] = -1.5 * JUDGEMENT_PARTS
    weight = others.count(others[0])
    scratch = heard(model, view, customer)
    assert scratch[HEARD].tolist() == [0, 0, weight, 0, 0, 0, 0]
    assert scratch[SAID, 2] == -1.5 * weight
    view.week = 30
    scratch = heard(model, view, customer)
    assert scratch[HEARD, 2] == pytest.approx(weight * np.exp(-10 * view.talk_fading))


def test_strangers_are_not_heard(listener):
    model, view, customer, others = listener
    model.voices.firm, model.voices.week = 1, 0
    model.voices.firm[others] = NO_FIRM
    assert not heard(model, view, customer)[[HEARD, SAID]].any()


def test_what_is_heard_for_long_is_said_as_softly_and_nothing_is_heard_that_another_was_told(listener):
    model, view, customer, others = listener
    view.week, tally = 30, empty_part(part_dtype(model.layout), noting=False)
    tally.scratch[:] = 99.0
    model.voices.firm[others[0]], model.voices.week[others[0]] = 2, 20
    model.voices.judgement[others[0]] = -1.5 * JUDGEMENT_PARTS
    listen(customer, view, model.voices, tally)
    said, heard_of = tally.scratch[SAID, : len(model.layout.firms)], tally.scratch[HEARD, 2]
    assert heard_of == pytest.approx(others.count(others[0]) * np.exp(-10 * view.talk_fading))
    assert said.tolist() == [0, 0, pytest.approx(-1.5 * heard_of), 0, 0, 0, 0]


def test_every_tie_has_luck_of_its_own_however_many_there_are(listener):
    model, view, customer, _ = listener
    tally = empty_part(part_dtype(model.layout), noting=False)
    for who in range(40):
        customer.id = who
        tally.scratch[LUCK:] = np.nan
        ties = draw_ties(customer, view, tally)
        assert np.isfinite(tally.scratch[LUCK, :ties]).all()


def test_ties_lead_across_far_away_and_next_door_by_their_declared_parts(listener):
    model, view, customer, _ = listener
    tally = empty_part(part_dtype(model.layout), noting=False)
    view.cross_ties, view.far_ties, customer.id, view.expansion[:] = 0.5, 0.3, 30, 5.0
    here, found = int(view.own_segment), []
    for kind in (0.25, 0.51, 0.79, 0.81):
        tally.scratch[LUCK, 0], tally.scratch[MORE_LUCK, 0] = kind, 0.5
        found.append(int(acquaintance(0, customer, view, tally)))
    first = view.segment_first
    assert found == [first[1 - here] + 15, first[here] + 15, first[here] + 15, first[here] + 31]


@pytest.mark.parametrize("segment", [0, 1])
def test_as_many_ties_across_lead_to_somebody_in_a_sample_as_in_the_market(segment):
    known = KNOWN | {"parameters.cross_ties": 1.0, "market.value": 100_000.0}
    heard = []
    for customers in ("market", 400):
        model = world(known | {"customers": customers})
        found = np.array([row for heard_by in ties(model, segment).values() for row in heard_by])
        there = found[found != NOBODY]
        assert (model.customers.segment[there] != segment).all()
        # Who is there, and how far back in the other segment, as a part of it.
        place = (model.customers.id[there] + 0.5) * model.expansion[1 - segment]
        heard.append((len(there) / len(found), place.mean(), np.sqrt(len(found))))
    (market, middle, _), (sample, place, root) = heard
    assert abs(sample - market) < 3.0 / root
    assert place == pytest.approx(middle, rel=0.2)
