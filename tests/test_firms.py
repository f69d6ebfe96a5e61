"""What tools and staff do to a firm, and that they do nothing else."""

import ast
from pathlib import Path

import numpy as np
import pytest
from worlds import assert_same_history, fields_that_differ, lived, market, world

import simbiz
from simbiz.catalogue import load_catalogue
from simbiz.market.firms import FirmState
from simbiz.scenario import load_scenario
from simbiz.scenario.possible import effect_bounds
from simbiz.state.layout import Layout
from simbiz.submodels.programme import combined

CATALOGUE = load_catalogue()
LAYOUT = Layout.of(market())
TOOLS = list(CATALOGUE.tools)
OF_TABLE_1 = load_scenario("partner-dv").programme.order


def state_with(tool, part=1.0, use=1.0, **changes):
    """Give firms of which the focal one has implemented a part of one tool, used by this share of the staff."""
    state = FirmState(Layout.of(market(changes)) if changes else LAYOUT, 1)
    state.implemented[LAYOUT.focal, TOOLS.index(tool)] = part
    state.use = np.full_like(state.use, use)
    state.act()
    return state


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_changes_exactly_the_cells_that_its_effects_declare(tool):
    state = state_with(tool)
    expected = state.base.copy()
    how = {"open": 0, "add": 1, "scale": 2, "complement": 3}
    declared = set()
    for effect in CATALOGUE.tools[tool].effects:
        for cell in LAYOUT.effect_cells(tool, effect):
            declared.add(cell)
            rule = how[CATALOGUE.firm_attributes[effect.attribute].combine]
            expected[LAYOUT.focal, cell] = combined(rule, expected[LAYOUT.focal, cell], effect.value, 1.0)
    np.testing.assert_array_equal(state.attributes, expected)
    changed = set(np.flatnonzero(state.attributes[LAYOUT.focal] != state.base[LAYOUT.focal]).tolist())
    assert changed <= declared
    assert changed


@pytest.mark.parametrize("sign", [-1, 1])
def test_no_effect_leads_out_of_the_bounds_of_an_attribute(sign):
    effects = {}
    for name, _, effect in CATALOGUE.effects():
        low, high = effect_bounds(effect, CATALOGUE)
        effects[f"effects.{name}"] = low if sign < 0 else high
    state = FirmState(Layout.of(market(effects)), 1)
    state.implemented[:], state.use = 1.0, np.ones_like(state.use)
    state.act()
    low, high = LAYOUT.cell_bounds
    assert ((state.attributes >= low) & (state.attributes <= high)).all()


@pytest.mark.parametrize("effect", [name for name, _, _ in CATALOGUE.effects()])
def test_every_effect_can_change_each_of_its_cells(effect):
    tool = effect.split(".")[0]
    record = next(one for name, _, one in CATALOGUE.effects() if name == effect)
    base = FirmState(LAYOUT, 1).base.copy()
    cells = LAYOUT.effect_cells(tool, record)
    state = FirmState(LAYOUT, 1)
    # Where nothing is there to change (no time to shorten, a channel open already) something is put there.
    state.base[:, cells] = np.where(record.attribute == "channel_open", 0.0, np.maximum(base[:, cells], 0.125))
    state.implemented[LAYOUT.focal, TOOLS.index(tool)] = 1.0
    state.use[:] = 1.0
    silent = FirmState(
        Layout.of(market({f"effects.{name}": 0.0 for name, _, _ in CATALOGUE.effects() if name != effect})), 1
    )
    silent.base, silent.implemented, silent.use = state.base, state.implemented, state.use
    silent.act()
    changed = np.argwhere(silent.attributes != silent.base).tolist()
    assert changed == [[LAYOUT.focal, cell] for cell in sorted(cells)]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_that_is_not_implemented_changes_nothing(tool):
    state = state_with(tool, part=0.0)
    np.testing.assert_array_equal(state.attributes, state.base)


def test_all_tools_together_stay_within_the_bounds_of_every_attribute():
    state = FirmState(LAYOUT, 1)
    state.implemented[:] = 1.0
    state.use[:] = 1.0
    state.act()
    for name, attribute in CATALOGUE.firm_attributes.items():
        assert ((state.cell(name) >= attribute.bounds[0]) & (state.cell(name) <= attribute.bounds[1])).all(), name


@pytest.mark.parametrize("tool", TOOLS)
def test_effects_scale_with_the_use_by_the_staff_unless_declared_otherwise(tool):
    nobody, half, everybody = (state_with(tool, use=use).attributes for use in (0.0, 0.5, 1.0))
    base = FirmState(LAYOUT, 1).base
    by_use = {name for name, attribute in CATALOGUE.firm_attributes.items() if attribute.use}
    for name, cells in LAYOUT.cells.items():
        if name in by_use:
            np.testing.assert_array_equal(nobody[:, cells], base[:, cells])
            if CATALOGUE.firm_attributes[name].combine != "open":
                middle = (base[:, cells] + everybody[:, cells]) / 2
                np.testing.assert_allclose(half[:, cells], middle, rtol=1e-12, atol=1e-15)
        else:
            np.testing.assert_array_equal(nobody[:, cells], everybody[:, cells])


@pytest.mark.parametrize("tool", TOOLS)
def test_without_the_power_of_use_a_tool_that_nobody_uses_works_fully(tool):
    free = state_with(tool, use=0.0, **{"mechanisms.staff_use": False})
    np.testing.assert_array_equal(free.attributes, state_with(tool, use=1.0).attributes)


def test_a_part_of_the_implementation_gives_a_part_of_the_effect():
    for tool in TOOLS:
        half = state_with(tool, part=0.5).attributes
        full = state_with(tool).attributes
        for name, attribute in CATALOGUE.firm_attributes.items():
            cells = LAYOUT.cells[name]
            base = FirmState(LAYOUT, 1).base[:, cells]
            expected = base if attribute.combine == "open" else (base + full[:, cells]) / 2
            np.testing.assert_allclose(half[:, cells], expected, rtol=1e-12, atol=1e-15)


def rates_over_years(seeds, years, **changes):
    given = Layout.of(market(changes))
    found = np.zeros((seeds, years, len(given.firms)))
    for seed in range(seeds):
        state = FirmState(given, seed)
        state.act()
        for year in range(years):
            weeks = np.zeros((52, len(given.firms)))
            for week in range(52):
                state.take_up(52 * year + week)
                weeks[week] = state.digital_share
            found[seed, year] = weeks.mean(axis=0)
    return found


def test_without_a_programme_the_digitalization_rate_rests_for_five_years():
    seeds = 30
    found = rates_over_years(seeds, 5)
    declared = np.array([firm.digitalization_rate for firm in LAYOUT.scenario.firms.values()])
    off = (found.mean(axis=0) - declared) / (found.std(axis=0, ddof=1) / np.sqrt(seeds))
    assert (np.abs(off[:, LAYOUT.focal]) < 3).all(), off[:, LAYOUT.focal]
    # Of thirty-five means one may lie beyond three standard errors; none beyond four.
    assert (np.abs(off) < 4).all(), off


def test_where_nobody_starts_and_nobody_lapses_the_rate_stands_still():
    found = rates_over_years(3, 2, **{"mechanisms.lapse": False})
    assert (np.ptp(found, axis=1) == 0.0).all()
    moving = rates_over_years(3, 2)
    assert (np.ptp(moving, axis=1) > 0.0).any()


def test_training_lifts_the_rate_of_the_firm_that_trains_and_of_no_other():
    with_it, without = lived().firm_series.digital_share, lived(programme=False).firm_series.digital_share
    focal = LAYOUT.focal
    assert with_it[-1, focal] > without[-1, focal]
    np.testing.assert_array_equal(np.delete(with_it, focal, axis=1), np.delete(without, focal, axis=1))


def test_colleagues_who_learn_from_colleagues_learn_faster():
    eager = {"parameters.peer_effect": 5.0, "customers": 300}
    lone = {"mechanisms.peers": False, "customers": 300}
    after = [
        np.mean([world(changes, seed=seed).run().firm_series.use[-1, LAYOUT.focal].mean() for seed in range(4)])
        for changes in (eager, lone)
    ]
    assert after[0] > after[1]


def test_the_working_capacity_dips_after_uptake_and_comes_back():
    state = FirmState(LAYOUT, 1)
    focal, tool = LAYOUT.focal, TOOLS.index("bpm_crm")
    learning = int(LAYOUT.common["learning_weeks"])
    state.act()
    state._count(0)
    assert state.working_capacity[focal] == 1.0
    learners = (state.staff.firm == focal) & state.staff.concerned[:, tool] & ~state.staff.uses.any(axis=1)
    state.staff.uses[learners, tool] = True
    state.staff.started[learners, tool] = 10
    dip = LAYOUT.common["learning_dip"] * learners.sum() / state.headcount[focal]
    expected = [1.0 - dip] * learning + [1.0] * 3
    found = []
    for week in range(10, 10 + learning + 3):
        state._count(week)
        found.append(state.working_capacity[focal])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_what_is_counted_of_the_staff_as_they_move_is_what_a_count_of_all_of_them_gives():
    state = FirmState(LAYOUT, 1)
    state.implemented[:] = 1.0
    state.act()
    names = ("use", "digital_share", "learners", "team_learners", "working_capacity")
    for week in range(60):
        state.take_up(week)
        moved = [getattr(state, name).copy() for name in names]
        latest, used = state.staff.latest.copy(), state.staff.used.copy()
        state._count(week)
        for name, value in zip(names, moved, strict=True):
            np.testing.assert_array_equal(getattr(state, name), value, err_msg=name)
        np.testing.assert_array_equal((state.staff.latest, state.staff.used), (latest, used))
    np.testing.assert_array_equal(used, state.staff.uses.sum(axis=1))
    assert state.learners.any()


def uptake(**changes):
    """Give the mean use of a tool by the focal staff after four weeks of training for it, over seeds."""
    found = []
    for seed in range(30):
        state = FirmState(Layout.of(market({"mechanisms.lapse": False} | changes)), seed)
        state.implemented[LAYOUT.focal, TOOLS.index("smm")] = 1.0
        state.act()
        for week in range(4):
            state.take_up(week)
        found.append(state.use[LAYOUT.focal, TOOLS.index("smm")])
    return np.mean(found), np.std(found) / np.sqrt(len(found))


def test_in_a_favourable_culture_the_same_training_brings_more_colleagues_to_a_tool():
    plain, error = uptake()
    eager, other_error = uptake(**{"firms.partner_dv.culture": 3.0})
    assert eager - plain > 5 * np.hypot(error, other_error)
    assert uptake(**{"firms.partner_dv.culture": 3.0, "mechanisms.culture": False})[0] == plain
    assert uptake(**{"firms.rival_a.culture": 3.0})[0] == plain


def test_without_training_the_culture_of_a_firm_moves_nobody():
    given = {f"firms.{name}.culture": 4.0 for name in LAYOUT.firms}
    np.testing.assert_array_equal(rates_over_years(2, 1, **given), rates_over_years(2, 1))


def test_competent_colleagues_are_slower_for_fewer_weeks():
    weeks = LAYOUT.common["learning_weeks"]
    able = FirmState(Layout.of(market({"firms.partner_dv.competence": 2.0})), 1)
    assert able.weeks_to_learn[LAYOUT.focal] == weeks / 2
    np.testing.assert_array_equal(np.delete(able.weeks_to_learn, LAYOUT.focal), weeks)
    off = {"firms.partner_dv.competence": 2.0, "mechanisms.competence": False}
    np.testing.assert_array_equal(FirmState(Layout.of(market(off)), 1).weeks_to_learn, weeks)


def test_a_price_cut_is_what_the_list_price_is_lowered_by_and_never_takes_an_offer_back():
    state = FirmState(LAYOUT, 1)
    state.cut_price(2, 0.1)
    state.cut_price(2, 0.05)
    state.act()
    np.testing.assert_array_equal(state.cell("offer"), np.where(np.arange(len(LAYOUT.firms)) == 2, 0.1, 0.0))


def test_the_programme_dips_the_working_capacity_of_the_focal_firm():
    focal = LAYOUT.focal
    with_it, without = (lived(programme=one).firm_series.working_capacity[:, focal] for one in (True, False))
    assert (with_it - without).min() < 0.0
    silent = world({"mechanisms.learning_dip": False}).run()
    np.testing.assert_array_equal(silent.firm_series.working_capacity, 1.0)


def test_less_productive_staff_answer_later():
    state = FirmState(LAYOUT, 1)
    state.staff_for(np.full(len(LAYOUT.firms), 50.0), np.full(len(LAYOUT.firms), 10.0))
    usual = state.response_factor()
    np.testing.assert_allclose(usual, 1.0)
    state.learners = state.learners.copy()
    state.learners[LAYOUT.focal] += 9.0
    later = state.response_factor()
    assert later[LAYOUT.focal] > 1.0
    np.testing.assert_array_equal(np.delete(later, LAYOUT.focal), np.delete(usual, LAYOUT.focal))


def test_a_tool_without_integration_is_a_burden_and_a_tool_that_integrates_lifts_it():
    plain, joined = (state_with("content", use=0.0), state_with("bpm_crm"))
    before, focal = FirmState(LAYOUT, 1), LAYOUT.focal
    before.act()
    assert plain.contact_effort()[focal] > before.contact_effort()[focal]
    assert joined.contact_effort()[focal] < before.contact_effort()[focal]
    assert plain.response_factor()[focal] > 1.0 > joined.response_factor()[focal]


def test_a_tool_is_mastered_when_it_is_finished_and_most_of_the_staff_concerned_use_it():
    enough = LAYOUT.common["mastery_threshold"]
    for part, use, expected in ((1.0, enough, 1), (1.0, enough - 0.01, 0), (0.99, 1.0, 0)):
        state = state_with(TOOLS[0], part=part, use=use)
        assert state.mastered[LAYOUT.focal] == expected / len(OF_TABLE_1)


def test_only_the_tools_of_the_table_count_as_tools_to_be_mastered():
    """The published rate of 0.57 counts the tools of customer interaction; services beyond the product are not one."""
    assert len(OF_TABLE_1) == 8
    for tool in TOOLS:
        assert state_with(tool).mastered[LAYOUT.focal] == (tool in OF_TABLE_1) / 8


def test_a_profile_for_afterwards_is_in_force_from_the_first_week_of_the_programme_on():
    state = FirmState(Layout.of(market({"firms.partner_dv.profile_after": "multichannel"})), 1)
    for week, base in ((-1, state.base), (0, state.base_after), (60, state.base_after)):
        state.act(week)
        np.testing.assert_array_equal(state.attributes, base)
    assert (state.base != state.base_after).any(axis=1).tolist() == [name == "partner_dv" for name in LAYOUT.firms]


def test_response_times_of_a_profile_are_those_with_the_tools_of_the_start():
    """A profile with another integration states response times of its own: it is not made faster or slower twice."""
    state = FirmState(Layout.of(market({"firms.partner_dv.profile_after": "multichannel"})), 1)
    state.act(0)
    np.testing.assert_array_equal(state.response_factor(), 1.0)


def test_a_world_with_a_profile_for_afterwards_shares_the_past_and_no_more():
    model = world({"firms.partner_dv.profile_after": "multichannel"}).run()
    assert_same_history(model, lived(), lived().start)
    assert fields_that_differ(model.tallies, lived().tallies) != []
    integration = model.firm_series.integration[model.start - 1 : model.start + 1, LAYOUT.focal]
    assert integration.tolist() == [0.05, 0.2]


def test_no_rule_reads_the_name_of_a_tool_channel_or_firm():
    package = Path(simbiz.__file__).parent
    scenario = market()
    names = {*CATALOGUE.tools, *CATALOGUE.channels, *scenario.firms}
    folders = ("submodels", "week", "state", "market")
    files = [package / "draws.py", *(file for name in folders for file in (package / name).glob("*.py"))]
    assert len(files) > 20
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant):
                assert node.value not in names, (file.name, node.lineno)
            if isinstance(node, (ast.Name, ast.Attribute)) and "submodels" in file.parts:
                assert (node.id if isinstance(node, ast.Name) else node.attr) not in CATALOGUE.tools, file.name
