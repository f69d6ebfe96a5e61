"""A new tool, channel, segment or firm needs entries in tables and no code."""

import numpy as np
import pytest
from accounting import check_accounting
from worlds import SMALL, assert_same_world, catalogue_with, market, shipped_table

from simbiz.errors import InputError
from simbiz.market.model import OmnichannelModel
from simbiz.runs.run import Run, execute
from simbiz.scenario import load_scenario, with_changes

CHATBOT = {
    "meaning": "answers simple questions by itself",
    "block": "relations",
    "roles": ["service"],
    "requires": ["messenger"],
    "steps": [{"name": "write the answers", "printed": False, "weeks": 3, "cost": 0.001, "part": 1.0}],
    "effects": [
        {"attribute": "response_hours", "channel": "messenger", "value": -0.5, "source": "assumed"},
        {"attribute": "training", "value": 0.05, "source": "assumed"},
        {"attribute": "cost", "value": 0.001, "source": "assumed"},
    ],
}
KIOSK = {
    "meaning": "screen in front of the shop",
    "kind": "digital",
    "initiator": "customer",
    "serves": ["information", "order", "service"],
    "digital": 0.1,
    "effort": 0.1,
    "contact_cost": 0.002,
    "human": False,
    "identifies": False,
    "run_by": "marketing",
    "source": "assumed",
}


def lived(scenario, catalogue=None):
    model = OmnichannelModel(scenario, rng=3, catalogue=catalogue).run()
    check_accounting(model)
    return model


def test_a_ninth_tool_is_a_table_entry(tmp_path):
    catalogue = catalogue_with(tmp_path, tools=shipped_table("tools") | {"chatbot": CHATBOT})
    order = ["messenger", "chatbot"]
    with_it, without = (lived(market({"programme.order": order[:count]}, catalogue), catalogue) for count in (2, 1))
    column, focal = with_it.layout.tools.index("chatbot"), with_it.layout.focal
    assert with_it.firm_series.implemented[-1, focal, column] == 1.0
    assert with_it.firm_series.use[-1, focal, column] > 0.0
    hours = [model.worlds().hours[0, focal, model.layout.channels.index("messenger")] for model in (with_it, without)]
    assert hours[0] < hours[1]


def test_a_ninth_channel_is_a_table_entry(tmp_path):
    catalogue = catalogue_with(tmp_path, channels=shipped_table("channels") | {"kiosk": KIOSK})
    opened = {"profiles.initiative.channels.kiosk.open": 2, "profiles.initiative.channels.kiosk.quality": 1.0}
    model = lived(market(opened, catalogue), catalogue)
    contacts = model.tallies.contacts.sum(axis=(0, 3))[:, model.layout.channels.index("kiosk")]
    has_one = [firm.profile == "initiative" for firm in model.layout.scenario.firms.values()]
    np.testing.assert_array_equal(contacts > 0, has_one)


def test_a_third_segment_is_a_table_entry():
    shipped = market()
    craftsmen = shipped.segments["person"].model_dump(mode="json") | {
        "value_share": 0.1,
        "needs_per_year": 12,
        "basket": 8.0,
        "buying_centre": [1, 2],
        "parameters": {"price_sensitivity": 3.5},
    }
    scenario = with_changes(shipped, {"segments.craftsman": craftsmen, "segments.person.value_share": 0.2})
    model = lived(scenario)
    assert model.layout.segments == ["organisation", "person", "craftsman"]
    value = (model.tallies.revenue.sum(axis=(0, 1)) + model.tallies.outside_value.sum(axis=0)) * model.expansion
    assert value[2] / value.sum() == pytest.approx(0.1, abs=0.04)
    assert (model.tallies.purchases.sum(axis=0) > 0).all()


def test_an_eighth_firm_is_a_table_entry():
    shipped = market()
    newcomer = shipped.firms["rival_f"].model_dump(mode="json") | {"title": "Rival G", "share": 0.04}
    scenario = with_changes(shipped, {"firms.rival_a.share": 0.24, "firms.rival_g": newcomer})
    model = lived(scenario)
    year = model.tallies.revenue[model.start - 52 : model.start].sum(axis=0) @ model.expansion
    assert len(year) == 8
    assert year[-1] / year.sum() == pytest.approx(0.04, abs=0.02)


def test_all_of_them_together_run_as_a_study_and_in_both_engines(tmp_path):
    catalogue = catalogue_with(
        tmp_path,
        tools=shipped_table("tools") | {"chatbot": CHATBOT},
        channels=shipped_table("channels") | {"kiosk": KIOSK},
    )
    changes = {"customers": 60, "calendar.weeks": 30, "programme.order": ["messenger", "chatbot"]}
    scenario = market(changes | {"profiles.initiative.channels.kiosk.open": 2}, catalogue)
    past = OmnichannelModel(scenario, rng=1, catalogue=catalogue)
    past.run_past()
    arrays, agents = (past.branch(scenario, engine=engine).run(past.start + 10) for engine in ("arrays", "agents"))
    assert_same_world(arrays, agents)


def test_a_channel_that_says_nothing_of_identification_is_refused(tmp_path):
    silent = {key: value for key, value in KIOSK.items() if key != "identifies"}
    catalogue = catalogue_with(tmp_path, channels=shipped_table("channels") | {"kiosk": silent})
    with pytest.raises(InputError, match=r"channels.toml:\d+: kiosk.identifies is missing"):
        market({}, catalogue)


def test_a_smaller_market_runs_too():
    """One segment, two firms: nothing in the code counts on seven and two."""
    shipped = load_scenario("partner-dv", SMALL)
    data = shipped.model_dump(mode="json")
    firms = {name: data["firms"][name] for name in ("rival_a", "partner_dv")}
    firms["rival_a"]["share"], firms["partner_dv"]["share"] = 0.8, 0.2
    person = data["segments"]["person"] | {"value_share": 1.0}
    scenario = type(shipped).model_validate(data | {"firms": firms, "segments": {"person": person}})
    (outcome,) = execute([Run(scenario, 1)])
    assert outcome.status == "ok", outcome.error
