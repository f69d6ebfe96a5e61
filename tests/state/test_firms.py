import numpy as np
import pytest
from worlds import market

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.market.firms import FirmState
from simbiz.state.firms import base_attributes, in_role, staff_at_rest, starting_tools
from simbiz.state.layout import Layout

SEEDS = 40
LAYOUT = Layout.of(market())


def test_every_attribute_starts_within_its_declared_bounds():
    base = base_attributes(LAYOUT)
    for name, attribute in LAYOUT.catalogue.firm_attributes.items():
        values = base[:, LAYOUT.cells[name]]
        assert ((values >= attribute.bounds[0]) & (values <= attribute.bounds[1])).all(), name


def test_a_profile_for_afterwards_replaces_the_first_one_and_nothing_else():
    changed = Layout.of(market({"firms.partner_dv.profile_after": "multichannel"}))
    at_first = Layout.of(market({"firms.partner_dv.profile": "multichannel"}))
    np.testing.assert_array_equal(base_attributes(changed), base_attributes(LAYOUT))
    np.testing.assert_array_equal(base_attributes(changed, after=True), base_attributes(at_first))
    np.testing.assert_array_equal(base_attributes(LAYOUT, after=True), base_attributes(LAYOUT))


def test_a_colleague_has_the_role_that_the_staff_is_declared_with():
    staff, _ = staff_at_rest(LAYOUT, 1)
    for role in ("sales", "service", "operations", "nobody"):
        counts = np.bincount(staff.firm[in_role(LAYOUT, role)], minlength=len(LAYOUT.firms))
        assert counts.tolist() == [firm.staff.get(role, 0) for firm in LAYOUT.scenario.firms.values()]


def test_channels_that_a_profile_does_not_name_are_closed():
    base = base_attributes(LAYOUT)
    for row, firm in enumerate(LAYOUT.scenario.firms.values()):
        named = LAYOUT.scenario.profiles[firm.profile].channels
        for column, channel in enumerate(LAYOUT.channels):
            if channel not in named:
                assert not base[row, LAYOUT.cells["channel_open"][column]].any()


def test_reach_at_the_start_is_in_proportion_to_share():
    reach = base_attributes(LAYOUT)[:, LAYOUT.cells["reach"]]
    shares = np.array([firm.share for firm in LAYOUT.scenario.firms.values()])
    np.testing.assert_allclose(reach / reach.sum(axis=0), np.column_stack([shares] * reach.shape[1]))
    np.testing.assert_allclose(reach.mean(axis=0), LAYOUT.parameters.base_reach)


def test_staff_are_as_many_as_declared_and_use_only_starting_tools_of_their_role():
    staff, initiative = staff_at_rest(LAYOUT, 3)
    tools = LAYOUT.catalogue.tools
    for row, firm in enumerate(LAYOUT.scenario.firms.values()):
        mine = staff.firm == row
        assert mine.sum() == sum(firm.staff.values())
        roles = [role for role, count in firm.staff.items() for _ in range(count)]
        needed = [[role in tool.roles for tool in tools.values()] for role in roles]
        np.testing.assert_array_equal(staff.concerned[mine], needed)
    started = starting_tools(LAYOUT)
    assert not (staff.uses & ~(staff.concerned & started[staff.firm])).any()
    assert not initiative[~started].any()
    assert (initiative[started] > 0.0).all()


def test_the_first_users_are_the_declared_part_of_the_staff():
    shares = np.array([FirmState(LAYOUT, seed).digital_share for seed in range(SEEDS)])
    declared = np.array([firm.digitalization_rate for firm in LAYOUT.scenario.firms.values()])
    heads = np.array([sum(firm.staff.values()) for firm in LAYOUT.scenario.firms.values()])
    # Tools of one colleague are drawn apart, so that the share of users is at most binomial in its spread.
    assert (np.abs(shares.mean(axis=0) - declared) < 5 * np.sqrt(declared * (1 - declared) / (heads * SEEDS))).all()


def test_a_rate_that_the_roles_cannot_reach_is_refused():
    with pytest.raises(InputError, match=r"firms\.partner_dv\.digitalization_rate = 0\.5 cannot be reached"):
        market({"firms.partner_dv.starting_tools": ["content"], "firms.partner_dv.digitalization_rate": 0.5})


def test_a_firm_without_digital_staff_stays_so():
    alone = market({"firms.partner_dv.digitalization_rate": 0.0})
    state = FirmState(Layout.of(alone), 1)
    state.act()
    for week in range(100):
        state.take_up(week)
    assert state.digital_share[LAYOUT.focal] == 0.0


def test_every_starting_tool_of_the_shipped_firms_is_needed_by_somebody():
    tools = load_catalogue().tools
    for firm in LAYOUT.scenario.firms.values():
        for tool in firm.starting_tools:
            assert any(firm.staff.get(role, 0) for role in tools[tool].roles)


def with_parameter(name, value):
    return Layout.of(market({f"parameters.{name}": value}))


def test_answer_hours_of_all_firms_are_off_together():
    base, other = base_attributes(LAYOUT), base_attributes(with_parameter("answer_hours_factor", 2.0))
    hours = LAYOUT.cells["response_hours"].ravel()
    np.testing.assert_array_equal(other[:, hours], 2.0 * base[:, hours])
    rest = np.delete(np.arange(base.shape[1]), hours)
    np.testing.assert_array_equal(other[:, rest], base[:, rest])
    assert base[:, hours].any()


def test_only_rivals_keep_context_and_remember_as_far_as_their_factor_says_and_never_beyond_everybody():
    rivals = [row for row in range(len(LAYOUT.firms)) if row != LAYOUT.focal]
    base = base_attributes(LAYOUT)
    for factor in (0.0, 0.5, 100.0):
        other = base_attributes(with_parameter("rival_context_factor", factor))
        for attribute in ("integration", "memory"):
            cells = LAYOUT.cells[attribute].ravel()
            expected = np.minimum(1.0, factor * base[:, cells])
            np.testing.assert_array_equal(other[np.ix_(rivals, cells)], expected[rivals])
            np.testing.assert_array_equal(other[LAYOUT.focal, cells], base[LAYOUT.focal, cells])


def test_the_channels_of_rivals_are_better_by_their_shift_and_closed_channels_stay_as_they_are():
    base, other = base_attributes(LAYOUT), base_attributes(with_parameter("rival_quality_shift", 0.25))
    scenario, cells = LAYOUT.scenario, LAYOUT.cells["channel_quality"].ravel()
    for row, firm in enumerate(scenario.firms.values()):
        known = scenario.profiles[firm.profile].channels
        shift = [0.25 if row != LAYOUT.focal and channel in known else 0.0 for channel in LAYOUT.channels]
        np.testing.assert_allclose(other[row, cells], base[row, cells] + shift)
