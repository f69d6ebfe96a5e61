import numpy as np
import pytest
from worlds import market

from simbiz.errors import InputError
from simbiz.scenario import with_changes
from simbiz.state.layout import MOST_FIRMS, Layout

LAYOUT = Layout.of(market())


def test_every_cell_of_every_attribute_has_a_place_of_its_own():
    cells = np.concatenate([places.ravel() for places in LAYOUT.cells.values()])
    assert sorted(cells) == list(range(LAYOUT.cell_count))
    assert list(LAYOUT.cells) == list(LAYOUT.catalogue.firm_attributes)


def test_an_effect_without_an_index_concerns_every_cell_and_with_one_only_its_own():
    for name, tool, effect in LAYOUT.catalogue.effects():
        cells = LAYOUT.effect_cells(name.split(".")[0], effect)
        every = LAYOUT.cells[effect.attribute]
        assert set(cells) <= set(every.ravel().tolist())
        index = LAYOUT.catalogue.firm_attributes[effect.attribute].index
        narrowed = [effect.channel, effect.segment_kind, effect.dimension] != [None] * 3 or "tool" in index
        assert (len(cells) == every.size) == (not narrowed), name
        assert tool.effects.count(effect) == 1


def test_an_effect_on_one_kind_of_segment_leaves_the_other_kind():
    kinds = [segment.kind for segment in LAYOUT.scenario.segments.values()]
    for name, _, effect in LAYOUT.catalogue.effects():
        if effect.segment_kind is not None:
            cells = LAYOUT.effect_cells(name.split(".")[0], effect)
            of_kind = [kind == effect.segment_kind for kind in kinds]
            where = np.isin(LAYOUT.cells[effect.attribute], cells)
            assert (where.any(axis=tuple(range(where.ndim - 1))) == of_kind).all()


def test_a_scenario_may_give_an_effect_another_size():
    name = next(name for name, _, effect in LAYOUT.catalogue.effects() if effect.range is not None)
    changed = Layout.of(with_changes(market(), {f"effects.{name}": 0.123}))
    differ = changed.effects.value != LAYOUT.effects.value
    assert differ.any()
    assert set(changed.effects.value[differ]) == {0.123}


def test_a_segment_may_have_a_parameter_of_its_own():
    segment, name = LAYOUT.segments[1], next(iter(LAYOUT.catalogue.parameters))
    high = LAYOUT.catalogue.parameters[name].bounds[1]
    changed = Layout.of(with_changes(market(), {f"segments.{segment}.parameters.{name}": high}))
    assert changed.parameters[name].tolist() == [LAYOUT.parameters[name][0], high]
    assert changed.common[name] == LAYOUT.common[name]


def test_the_longest_shortlist_sets_the_places_on_it():
    longest = max(segment.shortlist[1] for segment in LAYOUT.scenario.segments.values())
    assert LAYOUT.slots == longest


def test_more_firms_than_a_byte_can_name_are_refused():
    scenario = market()
    firm = scenario.firms[scenario.focal]
    many = {f"firm_{number}": firm for number in range(MOST_FIRMS + 1)}
    with pytest.raises(InputError, match="firms: at most"):
        Layout.of(scenario.model_copy(update={"firms": many}))


def test_a_long_shortlist_has_room_for_an_even_number_of_firms():
    for longest, slots in ((3, 3), (4, 4), (5, 6), (6, 6)):
        assert Layout.of(market({"segments.organisation.shortlist": [1, longest]})).slots == slots
