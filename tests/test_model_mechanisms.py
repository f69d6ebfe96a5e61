"""Every mechanism does something, and where theory says what is left without it, that is what is left."""

import numpy as np
import pytest
from accounting import check_accounting
from scipy import stats
from worlds import UNTIED, fields_that_differ, lived, world

from simbiz.catalogue import load_catalogue

MECHANISMS = list(load_catalogue().mechanisms)
# Rivals that notice every growth at once; as shipped they stand still.
ALERT = {
    "rivals.mode": "responding",
    "parameters.notice_threshold": 0.0,
    "parameters.imitation_lag": 0.0,
    "calendar.years": 2,
}
# As shipped all firms sell at one price, and no tool changes it: price acts only where prices differ. Nobody performs a
# measure or acts on feedback, and nothing shocks the market. All firms are alike in culture and competence, and of the
# few tools that end within a year one must fail.
WHERE_IT_ACTS = {
    "culture": {"firms.partner_dv.culture": 2.0},
    "competence": {"firms.partner_dv.competence": 2.0},
    "failed_implementations": {"parameters.implementation_failure": 0.7},
    "monitoring": ALERT,
    "price_answer": ALERT | {"rivals.answer": "price"},
    "benchmarking": {"rivals.mode": "responding", "parameters.benchmarking": 5.0},
    "price": {"firms.rival_a.price": 1.1},
    "wow": {"firms.partner_dv.measures": {"image": {}, "coupons": {}}},
    "feedback": {"profiles.initiative.feedback": 1.0},
    "personal_offers": {"profiles.initiative.personal_offer": 0.05},
    "nurturing": {"profiles.initiative.nurturing": 0.5},
    "value_in_use": {
        "programme.order": ["bpm_crm", "service_backbone"],
        "calendar.years": 2,
    },
    "shock": {"shock": {"start_week": 0, "weeks": 20, "digital_taste": 1.0}},
}


def without(mechanism, changes=None, **options):
    return world({f"mechanisms.{mechanism}": False} | (changes or {}), **options).run()


def inside(table):
    """Shares along the last axis."""
    return table / table.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_world_without_a_mechanism_is_another_world(mechanism):
    where = WHERE_IT_ACTS.get(mechanism, {})
    silent = without(mechanism, where)
    check_accounting(silent)
    assert fields_that_differ(silent.tallies, (world(where).run() if where else lived()).tallies) != []


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_at_its_off_values_is_off(mechanism):
    off = load_catalogue().mechanisms[mechanism].off
    by_hand = world({f"parameters.{name}": float(value) for name, value in off.items()}).run(until=30)
    by_switch = world({f"mechanisms.{mechanism}": False}).run(until=30)
    assert fields_that_differ(by_hand.tallies, by_switch.tallies) == []


def test_without_awareness_everybody_knows_every_firm():
    model = without("awareness")
    needs = np.repeat(model.tallies.needs[:, None], len(model.layout.firms), axis=1)
    np.testing.assert_array_equal(model.tallies.aware, needs)
    assert not model.tallies.told.any()


def test_with_full_integration_no_context_is_lost():
    model = world({f"profiles.{name}.integration": 1.0 for name in world().layout.scenario.profiles}).run()
    assert model.tallies.switches.sum() > 0
    assert model.tallies.contexts_lost.sum() == 0


def test_without_integration_every_change_of_channel_loses_the_context():
    changes = {f"profiles.{name}.integration": 0.0 for name in world().layout.scenario.profiles}
    model = world(changes | {"programme.order": []}).run()
    np.testing.assert_array_equal(model.tallies.contexts_lost, model.tallies.switches)


def test_contexts_are_lost_with_the_probability_that_integration_leaves():
    model = world({"customers": 6000, "programme.order": []}).run()
    counts = model.tallies.switches.sum(axis=(0, 2))
    lost = model.tallies.contexts_lost.sum(axis=(0, 2)) / counts
    integration = model.firm_series.integration[0]
    assert (np.abs(lost - (1 - integration)) < 5 * np.sqrt(integration * (1 - integration) / counts)).all()


def test_with_sticky_customers_nobody_changes_channel_that_stays_open():
    changes = {"parameters.stickiness": 5.0, "parameters.channel_taste_spread": 0.0, "parameters.affinity_spread": 0.0}
    sticky, free = world(changes).run(), world({"mechanisms.stickiness": False}).run()

    def moves(model):
        return model.tallies.switches.sum() / model.tallies.flows.sum()

    assert moves(sticky) < 0.5 * moves(free)


def test_without_season_persons_need_the_same_in_every_week():
    model = without("season", UNTIED | {"customers": 4000})
    needs = model.tallies.needs[:, model.layout.segments.index("person")]
    assert stats.chisquare(needs).pvalue > 1e-5


def test_with_the_season_needs_of_persons_follow_the_season():
    model = world(UNTIED | {"customers": 4000}).run()
    segment = model.layout.segments.index("person")
    needs = model.tallies.needs[:, segment]
    weights = np.diff(model.clock[segment][: model.end + 1])
    assert stats.chisquare(needs, weights * needs.sum() / weights.sum()).pvalue > 1e-5
    assert stats.chisquare(needs).pvalue < 1e-5


def test_demand_grows_by_the_growth_of_the_market_from_the_start_on():
    model = world(UNTIED | {"customers": 4000, "market.growth": 0.5, "calendar.years": 2}).run()
    needs = model.tallies.needs[:, model.layout.segments.index("person")]
    years = needs[model.start - 52 :].reshape(3, 52).sum(axis=1)
    rates = np.array([1.0, *(np.mean(1.5 ** ((np.arange(52) + 1) / 52 + year)) for year in (0, 1))])
    # The season leans on the weeks in which it is high; growth within a year shifts little of it.
    expected = rates / rates.sum()
    assert (np.abs(inside(years) - expected) < 5 * np.sqrt(expected / years.sum()) + 0.01).all()


def test_without_heterogeneous_needs_the_counts_of_customers_are_poisson():
    changes = UNTIED | {"customers": 3000, "mechanisms.season": False}

    def dispersion(model):
        counts = model.customers.need_number[model.customers.segment == model.layout.segments.index("person")]
        return counts.var(ddof=1) / counts.mean(), len(counts), counts.mean()

    alike, customers, mean = dispersion(world(changes | {"mechanisms.need_heterogeneity": False}).run())
    assert abs(alike - 1.0) < 5 * np.sqrt(2 / customers + 1 / (customers * mean))
    mixed, customers, mean = dispersion(world(changes).run())
    spread = 1 + mean * load_catalogue().parameters["need_dispersion"].value
    assert abs(mixed - spread) < 0.25 * spread


def test_without_patience_to_lose_nobody_gives_up():
    assert without("patience").tallies.given_up.sum() == 0


def test_where_somebody_owns_every_request_no_lead_is_lost():
    changes = {f"profiles.{name}.lead_ownership": 1.0 for name in world().layout.scenario.profiles}
    assert world(changes).run().tallies.leads_lost.sum() == 0


def test_leads_are_lost_where_ownership_and_memory_both_fail():
    # Of a segment without value one customer is left.
    only_organisations = {"segments.person.value_share": 0.0, "segments.organisation.value_share": 1.0}
    model = world({"customers": 6000, "programme.order": []} | only_organisations).run()
    profiles, firms = model.layout.scenario.profiles, model.layout.scenario.firms.values()
    held = [profiles[firm.profile] for firm in firms]
    expected = np.array([(1 - p.lead_ownership) * (1 - p.memory["organisation"]) for p in held])
    requests = model.tallies.requests.sum(axis=(0, 2))
    lost = model.tallies.leads_lost.sum(axis=(0, 2)) / requests
    assert (np.abs(lost - expected) < 5 * np.sqrt(expected * (1 - expected) / requests) + 1 / requests).all()


def test_service_contacts_follow_their_share_of_purchases():
    model = without("complaints")
    p = load_catalogue().parameters["service_contact"].value
    purchases, service = model.tallies.purchases.sum(), model.tallies.stages[:, :, 2].sum()
    assert abs(service / purchases - p) < 5 * np.sqrt(p * (1 - p) / purchases)
    silent = {"mechanisms.complaints": False}
    assert without("service_contacts", silent).tallies.stages[:, :, 2].sum() == 0
    complaining = without("service_contacts").tallies
    assert complaining.stages[:, :, 2].sum() == complaining.complaints.sum()


def test_without_capacity_load_does_not_slow_an_answer():
    changes = {"programme.order": [], "mechanisms.capacity": False}
    np.testing.assert_array_equal(world(changes).run().firm_series.response_factor, 1.0)
    changes["mechanisms.capacity"] = True
    assert (world(changes).run().firm_series.response_factor != 1.0).any()


def test_without_basket_heterogeneity_everybody_pays_the_usual_basket():
    model = without("basket_heterogeneity", {"programme.order": []})
    for number, segment in enumerate(model.layout.scenario.segments.values()):
        paid = model.tallies.revenue[:, :, number].sum()
        assert paid == model.tallies.purchases[:, :, number].sum() * round(segment.basket * 100_000)


def test_without_expectations_to_move_nobody_expects_anything():
    model = without("expectations")
    assert not model.customers.expectation.any()
    assert not model.tallies.expectation.any()


def test_customers_who_are_alike_choose_by_the_logit_of_the_intercepts():
    """One channel, no wait, no memory of anything: market shares are the closed form, outside option included."""
    off = ("awareness", "firm_tastes", "channel_tastes", "loyalty", "satisfaction", "patience", "coordination")
    off += ("context", "waiting", "capacity", "season")
    utilities = {"rival_a": 0.8, "rival_b": 0.3, "rival_c": 0.0, "rival_d": -0.4, "rival_e": -1.0}
    changes = {f"mechanisms.{name}": False for name in off} | {"fit.nudge": False, "customers": 4000}
    changes |= {f"fit.intercepts.{name}": value for name, value in utilities.items()}
    changes |= {f"profiles.{name}.channels": {"branch": {"open": 2}} for name in world().layout.scenario.profiles}
    changes |= {"segments.person.shortlist": [7, 7], "programme.order": []}
    model = world(changes, seed=3).run()
    check_accounting(model)
    person = model.layout.segments.index("person")
    bought = model.tallies.purchases[:, :, person].sum(axis=0)
    effort = model.layout.catalogue.channels["branch"].effort
    # Everybody knows all seven firms, so that the shortlist cuts nothing off.
    odds = np.exp([utilities.get(name, 0.0) - effort for name in model.layout.firms])
    expected = odds / (1.0 + odds.sum())
    needs = bought.sum() + model.tallies.outside[:, person].sum()
    assert (np.abs(bought / needs - expected) < 5 * np.sqrt(expected * (1 - expected) / needs)).all()


def test_a_firm_with_a_higher_intercept_takes_from_the_others_in_proportion():
    """Independence of irrelevant alternatives, for customers who are alike (pattern P10)."""
    changes = {"customers": 4000, "fit.nudge": False, "segments.person.shortlist": [7, 7], "programme.order": []}
    changes |= {"mechanisms.loyalty": False, "mechanisms.satisfaction": False, "mechanisms.awareness": False}
    changes |= {"mechanisms.capacity": False}

    changes |= {"mechanisms.firm_tastes": False, "mechanisms.channel_tastes": False}

    def rivals(lift):
        model = world(changes | {"fit.intercepts.rival_a": lift}).run()
        others = model.tallies.purchases[:, 1:, 1].sum(axis=0)
        return inside(others), others.sum()

    (low, count), (high, fewer) = rivals(0.0), rivals(1.5)
    assert fewer < 0.95 * count
    assert (np.abs(low - high) < 5 * np.sqrt(low * (1 - low) * (1 / count + 1 / fewer))).all()
