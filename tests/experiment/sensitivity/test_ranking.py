"""Ranks and groups of inputs: an order is told only where intervals that hold together tell it."""

import numpy as np
import pytest

from simbiz.studies.sensitivity.ranking import (
    blocks_needed,
    groups_in_words,
    groups_of,
    rank_text,
    ranks_of,
    told_apart,
)
from simbiz.studies.sensitivity.stages import Stage, stages
from simbiz.studies.sensitivity.uncertainty import Uncertainty


def outcome(values, halves, blocks=1000):
    return {
        "indices": {"mu_star": list(values)},
        "half_widths": {"mu_star": list(halves)},
        "blocks": blocks,
        "blocks_left_out": 0,
    }


def test_intervals_that_overlap_give_one_group_and_every_rank():
    alike = outcome([1.0, 0.9, 0.8], [0.5, 0.5, 0.5])
    assert groups_of(alike) == [[0, 1, 2]]
    assert ranks_of(alike) == [[1, 3]] * 3
    assert "no order among the 3 can be told" in groups_in_words(alike, ["a", "b", "c"])


def test_intervals_that_are_apart_give_a_rank_each():
    apart = outcome([0.1, 3.0, 1.0], [0.01, 0.01, 0.01])
    assert groups_of(apart) == [[1], [2], [0]]
    assert ranks_of(apart) == [[3, 3], [1, 1], [2, 2]]
    assert groups_in_words(apart, ["a", "b", "c"]) == "first b, then c"


def test_what_lies_between_has_several_ranks_and_a_group_ends_only_where_all_stand_above_all():
    chain = outcome([5.0, 3.0, 2.8, 1.0], [0.1, 0.3, 0.3, 0.1])
    assert groups_of(chain) == [[0], [1, 2], [3]]
    assert ranks_of(chain) == [[1, 1], [2, 3], [2, 3], [4, 4]]
    assert groups_in_words(chain, "abcd") == "first a, then 2 without an order among them (b, c)"
    bridged = outcome([5.0, 3.0, 1.0], [0.1, 3.0, 0.1])
    assert ranks_of(bridged) == [[1, 2], [1, 3], [2, 3]]
    assert groups_of(bridged) == [[0, 1, 2]]


def test_an_index_without_an_interval_has_no_rank():
    assert ranks_of(outcome([5.0, 1.0], [None, None])) == [[1, 2], [1, 2]]


def test_few_blocks_tell_less_than_many():
    values, halves = [2.0, 1.0], [0.3, 0.3]
    assert len(groups_of(outcome(values, halves, blocks=1000))) == 2
    assert len(groups_of(outcome(values, halves, blocks=3))) == 1


def test_a_false_order_is_told_in_at_most_one_of_twenty_samples():
    """All inputs are alike, so that every order that is told is false."""
    luck, false, samples, blocks = np.random.default_rng(5), 0, 400, 6
    for _ in range(samples):
        effects = np.abs(luck.normal(1.0, 0.5, size=(blocks, 30)))
        halves = 1.96 * effects.std(axis=0) / np.sqrt(blocks)
        false += len(set(map(tuple, ranks_of(outcome(effects.mean(axis=0), halves, blocks))))) > 1
    assert false <= 0.05 * samples


def test_the_number_of_blocks_that_is_asked_for_tells_the_leaders_apart_and_fewer_do_not():
    values, halves, blocks = np.array([2.0, 1.5, 0.4, 0.3]), np.array([0.8, 0.8, 0.2, 0.2]), 10
    assert not told_apart(outcome(values, halves, blocks), 2)
    needed = blocks_needed(outcome(values, halves, blocks), 2)
    assert needed > blocks

    def over(many):
        return outcome(values, halves * np.sqrt(blocks / many), many)

    assert told_apart(over(needed), 2)
    assert not told_apart(over(needed // 2), 2)
    assert blocks_needed(outcome([1.0, 1.0, 0.0], [0.1] * 3), 1) is None
    assert blocks_needed(outcome([5.0, 1.0], [0.1] * 2), 1) == 1000


def test_ranks_read_as_numbers():
    assert [rank_text(one) for one in ([1, 1], [2, 7])] == ["1", "2 to 7"]


INPUTS = [Uncertainty(name, 0.0, 1.0) for name in "abcd"]


def grown(function, most, apart=1):
    seen = []

    def evaluate(inputs, values):
        seen.append(len(values))
        return {"y": function(values)}

    (stage,) = stages(INPUTS, evaluate, Stage("morris", 4, most, apart))
    return stage, seen


def plain(values):
    return 3.0 * values[:, 0] + values[:, 1]


def bent(values):
    return 2.0 * values[:, 0] * (0.5 + values[:, 1]) + values[:, 1] * values[:, 2] + 0.2 * values[:, 3]


def test_a_design_does_not_grow_where_the_leaders_are_told_apart():
    stage, seen = grown(plain, 64)
    assert (stage["size"], seen) == (4, [4 * 5])
    assert stage["asked"]["enough"]
    assert stage["outcomes"]["y"]["ranks"][0] == [1, 1]


def test_a_design_is_doubled_until_the_leaders_are_told_apart_and_nothing_is_evaluated_twice():
    stage, seen = grown(bent, 256)
    assert stage["asked"]["enough"]
    assert 4 < stage["size"] <= 256
    assert sum(seen) == stage["points"] == 5 * stage["size"]
    (whole,) = stages(INPUTS, lambda inputs, values: {"y": bent(values)}, Stage("morris", stage["size"]))
    assert stage["outcomes"] == whole["outcomes"]


def test_a_design_stops_at_its_largest_size_and_says_that_it_was_not_enough():
    stage, _ = grown(lambda values: values.sum(axis=1) + values[:, 0] * values[:, 1], 12, apart=1)
    assert stage["size"] == 12
    assert not stage["asked"]["enough"]


def test_a_screen_keeps_all_of_a_family_or_none():
    families = [frozenset({0, 3})]
    screen, stage = stages(
        INPUTS, lambda inputs, values: {"y": values[:, 0] * 0.0 + plain(values) if len(inputs) == 4 else values[:, 0]},
        Stage("morris", 4), Stage("morris", 4), 2, families=families,
    )  # fmt: skip
    assert [(row["path"], row.get("with")) for row in screen["kept"]] == [("a", None), ("d", "a"), ("b", None)]
    assert [row["path"] for row in stage["inputs"]] == ["a", "b", "d"]


def test_a_screen_that_asks_for_more_than_there_is_keeps_everything_once():
    screen, _ = stages(
        INPUTS, lambda inputs, values: {"y": values[:, 0]}, Stage("morris", 4), Stage("morris", 4), 3,
        families=[frozenset({0, 1, 2, 3})],
    )  # fmt: skip
    assert sorted(row["input"] for row in screen["kept"]) == [0, 1, 2, 3]


@pytest.mark.parametrize("values", [[0.0, 0.0], [1.0, 0.0]])
def test_an_input_that_does_exactly_nothing_stands_below_any_that_surely_does_something(values):
    found = outcome(values, [0.1 if value else 0.0 for value in values])
    assert groups_of(found) == ([[0], [1]] if values[0] else [[0, 1]])
