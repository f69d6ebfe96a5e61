"""Mesa's data collector gives a row a week, whenever somebody asks."""

import mesa
from worlds import world

FEW = {"customers": 60}


def test_rows_are_the_same_whether_they_are_read_every_week_or_at_the_end():
    asked, silent = world(FEW), world(FEW)
    for week in range(1, 9):
        frame = asked.run(until=week).datacollector.get_model_vars_dataframe()
        assert len(frame) == week
        assert frame["market_share"].iloc[-1] == asked.market_shares
        assert frame["digitalization_rate"].iloc[-1] == asked.digitalization_rates
    assert silent.run(until=8).datacollector.get_model_vars_dataframe().equals(frame)


def test_rows_can_be_read_as_mesa_keeps_them():
    model = world(FEW).run(until=3)
    assert model.datacollector.model_vars["week"] == [1, 2, 3]
    assert list(model.datacollector.model_reporters) == ["week", "market_share", "digitalization_rate"]


def test_a_collector_of_the_users_own_collects_every_week():
    model = world(FEW)
    model.datacollector = mesa.DataCollector({"shares": "market_shares", "needs": lambda m: m.tallies.needs.sum()})
    frame = model.run(until=4).datacollector.get_model_vars_dataframe()
    assert len(frame) == 4
    assert frame["shares"].iloc[-1] == model.market_shares
    assert frame["needs"].is_monotonic_increasing


def test_a_branch_collects_from_where_it_leaves_the_world_that_it_branches_from():
    past = world(FEW)
    past.run_past()
    branch = past.branch(past.layout.scenario)
    branch.run(until=past.start + 2)
    assert branch.datacollector.model_vars["week"] == [past.start + 1, past.start + 2]
