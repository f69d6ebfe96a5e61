"""Seen against caused: groups whose uplifts are known, worlds in which nothing is caused, and the paired worlds."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from studies import point
from worlds import assert_same_history

from simbiz.catalogue import load_catalogue
from simbiz.events import EVENTS
from simbiz.market.model import OmnichannelModel
from simbiz.runs.executor import Finished, perform
from simbiz.runs.run import Run
from simbiz.runs.study_file import load_study
from simbiz.scenario import load_scenario
from simbiz.studies.uplift import worlds as seen_and_caused_worlds
from simbiz.studies.uplift.dealings import Dealings, DealingsLog, dealings_until
from simbiz.studies.uplift.study import (
    FEWEST_PEOPLE,
    seen_and_caused_plan,
    seen_and_caused_report,
)
from simbiz.studies.uplift.worlds import (
    columns,
    first_use,
    full_year_after,
    measure_seen_and_caused,
    uplifts,
    with_years,
    without_change,
    without_integration,
)

ALL_LIVE = {"customers": 600, "fit.nudge": False}


def dealings(used, bought, spent):
    return Dealings(np.array(used, dtype=bool), np.array(bought, dtype=float), np.array(spent, dtype=float))


# Two buyers on two channels, two on one, and somebody who only asked.
NOW = dealings([[1, 1], [1, 1], [1, 0], [0, 1], [1, 1]], [2, 4, 1, 1, 0], [10, 20, 5, 5, 0])


def measured(scenario, years=1, seed=1):
    return measure_seen_and_caused([Run(with_years(scenario, years), seed)])[0]


def test_what_is_seen_compares_groups_and_what_is_caused_the_same_customers():
    other = dealings(np.zeros((5, 2)), [2, 2, 4, 0, 0], [8, 4, 20, 0, 8])
    found = uplifts(NOW, NOW, {"programme": other})
    assert (found["same_year.several"], found["same_year.single"]) == (2, 2)
    assert found["same_year.spent.naive"] == pytest.approx(15 / 5 - 1)
    assert found["same_year.basket.naive"] == pytest.approx((30 / 6) / (10 / 2) - 1)
    assert found["same_year.spent.programme"] == pytest.approx(30 / 12 - 1)
    assert found["same_year.basket.programme"] == pytest.approx(5 / 3 - 1)
    assert found["everybody.programme"] == pytest.approx(40 / 40 - 1)


def test_customers_sorted_in_year_0_are_those_of_that_year():
    before = dealings([[1, 0], [1, 1], [0, 0], [0, 0], [0, 0]], [1, 1, 0, 0, 0], [3, 3, 0, 0, 0])
    found = uplifts(before, NOW, {"programme": NOW})
    assert (found["year_0.several"], found["year_0.single"]) == (1, 1)
    assert found["year_0.spent.naive"] == pytest.approx(20 / 10 - 1)
    assert found["year_0.spent.programme"] == 0.0


def test_where_nobody_is_on_one_channel_nothing_is_seen():
    everybody = dealings([[1, 1]], [1], [1])
    found = uplifts(everybody, everybody, {"programme": everybody})
    assert np.isnan(found["same_year.spent.naive"])
    assert found["same_year.spent.programme"] == 0.0


def test_first_use_counts_a_customer_once_and_new_channels_only():
    new = np.array([[False], [True]])
    uses = ([[1, 0], [0, 1], [0, 0]], [[1, 1], [0, 1], [1, 0]], [[0, 0], [1, 0], [1, 0]])
    years = [[dealings(used, [0] * 3, [0] * 3)] for used in uses]
    np.testing.assert_allclose(first_use(years, new)[:, 0], [1 / 3, 2 / 3, 2 / 3])


def test_the_log_keeps_one_firm_and_its_segments_apart():
    log = DealingsLog([2, 3], 4, firm=1)
    touched = np.zeros(3, dtype=EVENTS["touchpoint"])
    touched["firm"], touched["segment"] = [1, 1, 0], [0, 1, 1]
    touched["customer"], touched["channel"] = [1, 2, 0], [3, 0, 0]
    bought = np.zeros(2, dtype=EVENTS["purchase"])
    bought["firm"], bought["segment"], bought["customer"], bought["amount"] = 1, 1, 2, 150_000
    answers = np.zeros(1, dtype=EVENTS["survey"])
    for kind, events in {"touchpoint": touched, "purchase": bought, "survey": answers}.items():
        log.add(kind, events)
    assert log.segments[0].used.sum() == 1
    assert log.segments[0].used[1, 3]
    assert np.flatnonzero(log.segments[1].used).tolist() == [2 * 4]
    assert log.segments[1].bought.tolist() == [0, 0, 2]
    assert log.segments[1].spent[2] == pytest.approx(3.0)


def test_dealings_are_the_whole_revenue_of_the_firm_and_looking_changes_nothing():
    scenario = point(ALL_LIVE)
    model = OmnichannelModel(scenario, rng=1)
    model.run(model.start)
    plain = model.branch(scenario).run()
    looked = model.branch(scenario)
    found = dealings_until(looked, looked.start + 52, 0)
    weeks = slice(model.start, model.start + 52)
    for segment, own in enumerate(found):
        assert own.bought.sum() == plain.tallies.purchases[weeks, 0, segment].sum()
        assert own.spent.sum() == pytest.approx(plain.tallies.revenue[weeks, 0, segment].sum() / 1e5)
    assert_same_history(looked, plain)


def test_without_a_programme_nothing_is_caused_and_something_is_seen():
    outcome = measured(point(ALL_LIVE | {"programme.order": []}))
    assert outcome.error == ""
    caused = [name for name in columns() if name.endswith((".programme", ".integration"))]
    # A sample of organisations may have nobody to compare.
    assert all(value in (0.0,) or np.isnan(value) for name in caused for value in outcome.metrics[name][0])
    assert outcome.metrics["same_year.spent.naive"][0][1] > 0.5
    assert outcome.programme == {"horizon": 1, "new_channels": 0}
    assert outcome.metrics["first_use_with_talk"] == [[0.0, 0.0]]
    shuffled = outcome.metrics["same_year.spent.shuffled"][0][1]
    assert shuffled > 0.5  # what is seen is mostly that more contacts meet more channels


def test_the_world_without_integration_takes_the_same_steps_and_joins_no_channels():
    scenario = load_scenario("partner-dv", {"customers": 60, "calendar.burn_in_weeks": 52})
    past = OmnichannelModel(scenario, rng=1)
    past.run_past()
    whole, apart = past.branch(scenario).run(), past.branch(without_integration(scenario)).run()
    firm = past.layout.focal
    assert whole.implementations[firm].tasks == apart.implementations[firm].tasks
    assert whole.firms.cell("integration")[firm] > past.firms.cell("integration")[firm]
    assert apart.firms.cell("integration")[firm] == past.firms.cell("integration")[firm]
    assert full_year_after(whole) == 3


def test_a_profile_that_joins_the_channels_is_left_out_as_well():
    scenario = load_scenario("omnichannel")
    apart = without_integration(scenario)
    after = scenario.firms[scenario.focal].profile_after
    assert scenario.profiles[after].integration == 1.0
    assert apart.profiles[after].integration == scenario.profiles[scenario.firms[scenario.focal].profile].integration
    bare = without_change(scenario)
    assert bare.firms[scenario.focal].profile_after is None
    assert bare.programme.order == ()


def test_every_effect_on_integration_is_switched_off():
    scenario = without_integration(load_scenario("partner-dv"))
    for name, _, effect in load_catalogue().effects():
        assert (scenario.effects.get(name) == 0.0) == (effect.attribute == "integration")


# ---- what is made of the seeds


def is_size(name):
    return name.endswith((".several", ".single", ".people"))


def study_of(naive, causal, people=100.0):
    """Finish a study of two segments whose uplifts are the same whatever is compared, of so many people a group."""
    scenario = point()
    runs, tables = [], []
    for seed, (seen, caused) in enumerate(zip(naive, causal, strict=True)):
        values = {name: seen if name.endswith((".naive", ".seen")) else caused for name in columns()}
        values |= {name: people for name in columns() if is_size(name)}
        index = {"key": f"{seed}", "year": [1, 1, 2, 2], "firm": [*scenario.segments] * 2}
        tables.append(pd.DataFrame(index | values))
        runs.append({"key": f"{seed}", "seed": seed, "status": "ok", "fit": {}, "programme": {"horizon": 2}})
    return scenario, Finished(runs, pd.concat(tables), None)


def test_the_ratio_is_that_of_the_means_with_an_interval_over_seeds():
    report = seen_and_caused_report(*study_of([0.2, 0.4, 0.6], [0.1, 0.2, 0.15]))
    row = report["seen_and_caused"][0]
    assert (row["naive"], row["causal"]) == (pytest.approx(0.4), pytest.approx(0.15))
    expected = stats.t.interval(0.95, 2, loc=0.15, scale=stats.sem([0.1, 0.2, 0.15]))
    assert row["causal_interval"] == pytest.approx(list(expected))
    assert row["ratio"] == pytest.approx(0.4 / 0.15)
    pseudo = [3 * 0.4 / 0.15 - 2 * a / b for a, b in ((0.5, 0.175), (0.4, 0.125), (0.3, 0.15))]
    assert row["ratio_interval"] == pytest.approx(list(stats.t.interval(0.95, 2, np.mean(pseudo), stats.sem(pseudo))))


def test_nothing_is_divided_by_what_may_be_nothing():
    report = seen_and_caused_report(*study_of([0.2, 0.4, 0.6], [0.1, -0.2, 0.15]))
    assert {row["ratio"] for row in report["seen_and_caused"]} == {None}
    report = seen_and_caused_report(*study_of([0.2], [0.1]))
    assert {row["ratio"] for row in report["seen_and_caused"]} == {None}
    assert {row["causal"] for row in report["seen_and_caused"]} == {0.1}


def test_a_value_that_a_seed_does_not_have_is_left_out():
    report = seen_and_caused_report(*study_of([0.2, np.nan, 0.6], [0.1, 0.1, 0.2]))
    row = report["seen_and_caused"][0]
    assert (row["naive"], row["naive_seeds"], row["causal_seeds"]) == (pytest.approx(0.4), 2, 3)


def test_of_groups_with_too_few_people_nothing_is_said():
    few = seen_and_caused_report(*study_of([0.2, 0.4], [0.1, 0.2], people=FEWEST_PEOPLE - 1.0))
    for row in few["seen_and_caused"]:
        assert (row["naive"], row["shuffled"], row["causal"], row["ratio"]) == (None,) * 4
        assert row["customers_single"] == FEWEST_PEOPLE - 1
    assert all((row["seen"], row["shuffled"], row["difference"]) == (None,) * 3 for row in few["occasions"])
    enough = seen_and_caused_report(*study_of([0.2, 0.4], [0.1, 0.2], people=float(FEWEST_PEOPLE)))
    assert all(row["naive"] == pytest.approx(0.3) for row in enough["seen_and_caused"])
    assert {row["causal"] for row in few["everybody"]} == {row["causal"] for row in enough["everybody"]}


def test_purchases_stand_beside_their_shuffled_figure_and_the_published_one():
    report = seen_and_caused_report(*study_of([0.2, 0.4, 0.6], [0.1, 0.2, 0.15]))
    person = [row for row in report["occasions"] if row["segment"] == "person"]
    for row in person:
        assert (row["seen"], row["shuffled"]) == (pytest.approx(0.4), pytest.approx(0.15))
        assert row["difference"] == pytest.approx(0.25)
        assert row["difference_interval"] == pytest.approx(
            list(stats.t.interval(0.95, 2, loc=0.25, scale=stats.sem([0.1, 0.2, 0.45])))
        )
    published = {(row["measure"], row["channels"]): row["published"] for row in person if row["published"]}
    declared = load_catalogue().patterns["P18"].statistics
    assert published == {tuple(name.split(".")): one.published for name, one in declared.items() if one.published}
    assert len(published) == 4


def test_a_study_done_again_runs_nothing(tmp_path, monkeypatch):
    plan = seen_and_caused_plan(point(), [1, 2], 1)
    first = perform(plan, folder=tmp_path, work=measure_seen_and_caused, columns=columns())
    assert [run["status"] for run in first.runs] == ["ok", "ok"]

    def refused(*arguments):
        raise AssertionError("nothing is left to do")

    monkeypatch.setattr(seen_and_caused_worlds, "_measured", refused)
    again = perform(plan, folder=tmp_path, work=measure_seen_and_caused, columns=columns())
    assert repr(seen_and_caused_report(point(), again)) == repr(seen_and_caused_report(point(), first))


def test_the_shipped_settings_live_for_eight_years():
    settings = load_study("seen_and_caused").settings
    assert (settings.scenario, settings.years) == ("partner_dv", 8)


@pytest.mark.slow
def test_what_is_seen_is_mostly_that_heavy_buyers_meet_more_channels():
    """Baskets do not differ between those on one channel and on several: nothing in the model would make them."""
    outcome = measured(load_scenario("partner-dv"), 3)
    spent, basket = (outcome.metrics[f"same_year.{name}.naive"][2][1] for name in ("spent", "basket"))
    assert spent > 0.5
    assert abs(basket) < 0.15
    assert 0 < outcome.metrics["same_year.spent.integration"][2][1] < spent
