"""What the shipped scenarios differ in, and that they differ in nothing else."""

import numpy as np
import pytest
from accounting import check_accounting
from worlds import SMALL, fields_that_differ

from simbiz.catalogue import load_catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.runs.run import Run
from simbiz.scenario import load_scenario, scenario_names

NAMES = list(scenario_names())
SAME_PAST = {
    "partner_dv": (
        *("partner_dv_no_programme", "rivals_responding", "rivals_price"),
        *("online_shift", "wow", "value_in_use"),
    ),
    "traditional": ("multichannel", "omnichannel"),
    "crm_neither": ("crm_only", "cem_only", "crm_and_cem"),
}


def small(name, changes=None):
    return load_scenario(name, SMALL | (changes or {}))


def played(name, changes=None, seed=1):
    model = OmnichannelModel(small(name, changes), rng=seed).run()
    check_accounting(model)
    return model


def plain(name):
    """Give a scenario as plain data without its words."""
    return load_scenario(name).model_dump(exclude={"name", "title", "question", "sources"})


def differences(one, other, path=()):
    """Name the dotted keys in which two plain records differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), (*path, key))
    elif one != other:
        yield ".".join(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_has_a_name_a_title_and_a_question_of_its_own(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.question
    assert [load_scenario(other).title for other in NAMES].count(scenario.title) == 1


@pytest.mark.parametrize("first", SAME_PAST)
def test_what_is_compared_shares_its_past(first):
    past = Run(load_scenario(first), 1).past_key
    for name in SAME_PAST[first]:
        assert Run(load_scenario(name), 1).past_key == past, name
        assert Run(load_scenario(name), 1).key != Run(load_scenario(first), 1).key


@pytest.mark.parametrize("name", [name for name in NAMES if name != "partner_dv"])
def test_a_scenario_can_be_played_and_everything_adds_up(name):
    check_accounting(OmnichannelModel(small(name, {"customers": 400, "calendar.weeks": 30}), rng=2).run())


# ---- channels and integration


def test_multichannel_and_omnichannel_differ_in_integration_alone():
    assert list(differences(plain("multichannel"), plain("omnichannel"))) == ["profiles.world.integration"]


def test_traditional_and_multichannel_differ_in_channels_alone():
    found = list(differences(plain("traditional"), plain("multichannel")))
    assert found
    assert all(path.startswith("profiles.world.channels.") for path in found)
    kinds = {name: channel.kind for name, channel in load_catalogue().channels.items()}
    traditional, all_channels = (
        load_scenario(name).profiles["world"].channels for name in ("traditional", "multichannel")
    )
    assert {kinds[name] for name in traditional} == {"traditional"}
    assert set(all_channels) == set(kinds)


def test_at_one_integration_multichannel_and_omnichannel_are_one_world_bit_for_bit():
    for integration in (0.0, 1.0):
        one, other = (played(name, {"profiles.world.integration": integration}) for name in SAME_PAST["traditional"])
        assert fields_that_differ(one.tallies, other.tallies) == []
        assert fields_that_differ(one.customers, other.customers) == []


def test_where_a_lost_context_costs_nothing_omnichannel_customers_do_what_multichannel_ones_do():
    """All that integration does is to let the context survive: Partner-DV has no tools that it could tie together."""
    one, other = (played(name, {"mechanisms.context": False}) for name in SAME_PAST["traditional"])
    assert fields_that_differ(one.tallies, other.tallies) == ["contexts_lost"]
    fields = fields_that_differ(one.customers, other.customers)
    assert set(fields) <= {"slot_lost"}


def test_with_omnichannel_no_context_is_lost_and_with_multichannel_nearly_every_one():
    multichannel, omnichannel = (played(name) for name in SAME_PAST["traditional"])
    focal, weeks = multichannel.layout.focal, slice(multichannel.start, None)
    assert omnichannel.tallies.contexts_lost[weeks, focal].sum() == 0
    switches = multichannel.tallies.switches[weeks, focal].sum()
    lost = multichannel.tallies.contexts_lost[weeks, focal].sum() / switches
    assert abs(lost - 0.95) < 5 * np.sqrt(0.95 * 0.05 / switches)


def test_a_traditional_firm_is_met_on_traditional_channels_only():
    model = played("traditional")
    contacts = model.tallies.contacts[model.start :, model.layout.focal].sum(axis=(0, 2))
    kinds = [channel.kind for channel in model.layout.catalogue.channels.values()]
    later = [count for count, kind in zip(contacts, kinds, strict=True) if kind == "digital"]
    assert contacts.sum() > 0
    assert sum(later) == 0
    assert not model.firms.digital_share[model.layout.focal]


# ---- knowing the customer, and acting on how he sees the firm

CRM = {"memory", "lead_ownership", "nurturing", "personal_offer"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("crm_neither", set()), ("crm_only", CRM), ("cem_only", {"feedback"}), ("crm_and_cem", {*CRM, "feedback"})],
)
def test_crm_is_what_the_firm_knows_and_cem_what_it_does_about_how_it_is_seen(name, expected):
    scenario = load_scenario(name)
    firm = scenario.firms["partner_dv"]
    before = scenario.profiles[firm.profile].model_dump()
    after = scenario.profiles[firm.profile_after or firm.profile].model_dump()
    assert {path.split(".")[0] for path in differences(before, after)} == expected


def test_crm_and_cem_do_each_what_they_do_alone():
    both, crm, cem = (
        load_scenario(name).profiles["with"].model_dump() for name in ("crm_and_cem", "crm_only", "cem_only")
    )
    for key, value in both.items():
        assert value == (crm if key in CRM else cem)[key]


def test_only_a_firm_with_cem_improves_and_only_one_with_crm_recognises_anybody():
    for name in ("crm_neither", *SAME_PAST["crm_neither"]):
        model = played(name)
        focal, weeks = model.layout.focal, slice(model.start + 1, None)
        assert bool(model.firms.feedback.spent[focal]) == (name in ("cem_only", "crm_and_cem"))
        recognised = model.tallies.recognised[weeks, focal].sum()
        assert (recognised > 0) == (name in ("crm_only", "crm_and_cem"))


# ---- a shock, measures, services


def test_a_shock_that_is_over_leaves_tastes_as_they_were():
    model = OmnichannelModel(small("online_shift"), rng=1)
    shock = model.layout.scenario.shock
    for week, moved in ((-1, False), (shock.start_week, True), (shock.start_week + shock.weeks, False)):
        model.week = model.start + week
        assert model.worlds().channel_shift.any() == moved


def test_a_shock_of_no_strength_is_the_shipped_world():
    silent, usual = played("online_shift", {"parameters.shock_strength": 0.0}), played("partner_dv")
    assert fields_that_differ(silent.tallies, usual.tallies) == []


def test_measures_of_no_strength_are_the_world_without_a_programme():
    silent, usual = played("wow", {"parameters.measure_strength": 0.0}), played("partner_dv_no_programme")
    assert fields_that_differ(silent.tallies, usual.tallies) == []


def test_every_measure_is_performed_through_all_years():
    scenario = load_scenario("wow")
    plans = scenario.firms["partner_dv"].measures
    assert set(plans) == set(load_catalogue().measures)
    weeks = 52 * scenario.calendar.years
    for plan in plans.values():
        assert weeks - plan.every_weeks <= plan.start_week + plan.every_weeks * (plan.times - 1) < weeks


def test_services_come_after_the_programme_and_are_sold_by_nobody_else():
    model = OmnichannelModel(load_scenario("value_in_use", {"customers": 1500, "calendar.burn_in_weeks": 52}), rng=1)
    model.run()
    check_accounting(model)
    usual = load_scenario("partner_dv").programme.order
    focal = model.layout.focal
    assert model.layout.scenario.programme.order[: len(usual)] == usual
    assert model.implementations[focal].finished
    finished = max(task.last_week for task in model.implementations[focal].tasks)
    services = model.tallies.services.sum(axis=2)
    assert services[finished + 1 :, focal].sum() > 0
    assert not services[: finished + 1].any()
    assert not np.delete(services, focal, axis=1).any()
