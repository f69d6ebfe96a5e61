"""Whether the market of a point rests, and that no kind of study counts one that does not."""

import numpy as np
import pytest
from figured import COMMON, SETTINGS
from studies import TINY
from worlds import market

from simbiz.runs import executor as performing
from simbiz.runs.conduct import conduct
from simbiz.runs.counted import RESTLESS, counts, left_out_text, why_left_out
from simbiz.runs.rest import YEARS, bands, judge_rest, judged, problem_text, rest_run
from simbiz.runs.run import Outcome
from simbiz.runs.study_file import study_of
from simbiz.scenario import with_changes
from simbiz.state.layout import Layout

DEMAND = np.ones(YEARS + 1)


def layout(**changes):
    named = {key.replace("__", "."): value for key, value in changes.items()}
    return Layout.of(market({"customers": "market"} | named))


def flat(given):
    shares = np.array([firm.share for firm in given.scenario.firms.values()])
    return np.tile(shares, (YEARS + 1, 1))


def moved(given, factors):
    """Shares of a market in which the focal share takes these factors, and rivals share the rest."""
    shares = flat(given)
    focal = shares[:, given.focal] * factors
    shares *= ((1.0 - focal) / (1.0 - shares[:, given.focal]))[:, None]
    shares[:, given.focal] = focal
    return shares


@pytest.mark.parametrize("decline", ["one_off", "ended"])
def test_a_market_whose_shares_stay_rests(decline):
    given = layout(past__decline=decline)
    assert judged(given, flat(given), DEMAND)["rests"]


def test_a_focal_share_that_runs_from_8_to_78_per_cent_with_nothing_happening_does_not_rest():
    """As at a point of the first edition, which no check of year 0 flagged."""
    given = layout()
    found = judged(given, moved(given, np.linspace(1.0, 10.0, YEARS + 1)), DEMAND)
    assert not found["rests"]
    worst = found["problems"][0]
    assert (worst["firm"], worst["what"]) == ("partner_dv", "share")
    assert problem_text(worst).startswith("partner_dv has 64.1% in its last 4 years where nothing happens")


def test_a_share_that_slowly_gains_a_third_does_not_rest_in_the_whole_market_and_a_small_sample_cannot_tell():
    for customers, rests in (("market", False), (300, True)):
        given = layout(customers=customers)
        assert judged(given, moved(given, np.linspace(1.0, 1.34, YEARS + 1)), DEMAND)["rests"] is rests


def test_a_decline_that_goes_on_must_go_on():
    given = layout(past__decline="steady")
    index = given.scenario.past.share_index_before
    years = np.arange(YEARS + 1)
    assert judged(given, moved(given, index**years), DEMAND)["rests"]
    assert not judged(given, moved(given, np.ones(YEARS + 1)), DEMAND)["rests"]
    assert not judged(given, moved(given, 1.02**years), DEMAND)["rests"]


def test_a_rival_that_runs_away_and_demand_that_drifts_are_seen():
    given = layout()
    shares = flat(given)
    shares[4:, 0] += 0.1
    shares[4:, 1] -= 0.1
    assert {problem["firm"] for problem in judged(given, shares, DEMAND)["problems"]} <= {"rival_a", "rival_b"}
    found = judged(given, flat(given), np.linspace(1.0, 1.2, YEARS + 1))
    assert [problem["what"] for problem in found["problems"]] == ["demand"] * 3
    assert "demand is 120.0%" in problem_text(found["problems"][0])


@pytest.mark.parametrize("index", [0.5, 0.8983, 1.0, 1.3])
@pytest.mark.parametrize("decline", ["one_off", "ended", "steady"])
def test_bounds_of_all_firms_leave_room_for_a_whole_market(decline, index):
    given = layout(past__decline=decline, past__share_index_before=index)
    low, high = bands(given, YEARS)
    assert (low <= high).all()
    assert (low.sum(axis=1) <= 1.0 + 1e-12).all()
    assert (high.sum(axis=1) >= 1.0 - 1e-12).all()


def test_points_that_differ_in_what_happens_after_the_start_are_checked_by_one_run():
    scenario = market()
    first = rest_run(scenario).key
    same = {"programme.order": [], "rivals.mode": "responding", "market.growth": 0.2, "calendar.years": 3}
    assert rest_run(with_changes(scenario, same)).key == first
    for path, value in {"parameters.loyalty_coefficient": 1.0, "past.decline": "steady", "customers": 700}.items():
        assert rest_run(with_changes(scenario, {path: value})).key != first


def refusing(group):
    found = {"rests": False, "problems": [], "error": "a planted drift", "values": {"market.outside_share": 0.02}}
    return [Outcome(run.key, run.seed, "ok", fit=found) for run in group]


@pytest.mark.parametrize("kind", [kind for kind in SETTINGS if kind not in ("sensitivity by derivatives",)])
def test_no_kind_of_study_counts_a_point_that_does_not_rest(monkeypatch, kind):
    monkeypatch.setattr(performing, "judge_rest", refusing)
    settings = COMMON | SETTINGS[kind]
    settings |= {"set": settings["set"] | {"fit.check_rest": True}}
    if kind in ("sensitivity", "orders"):
        with pytest.raises(Exception, match="rest"):
            conduct(study_of(settings | {"series": False}), folder=None)
        return
    conducted = conduct(study_of(settings | {"series": False}), folder=None)
    report = conducted.report
    assert report["not_counted"] == {RESTLESS: report["planned_runs"]}
    assert report["restless"][0]["error"] == "a planted drift"
    assert not any(counts(run) for finished in conducted.finished for run in finished.runs)


def test_whether_a_point_rests_is_seen_once_in_all_studies_of_a_results_folder(tmp_path, monkeypatch):
    checked = []

    def counting(group):
        checked.extend(run.key for run in group)
        return judge_rest(group)

    monkeypatch.setattr(performing, "judge_rest", counting)
    results = tmp_path / "results"
    tiny = TINY | {"fit.check_rest": True}
    payback = {"kind": "payback", "scenario": "partner-dv", "first_seed": 1, "replicates": 2, "set": tiny}
    conduct(study_of(payback), folder=results / "payback" / "1")
    loyalty = {"kind": "loyalty", "scenario": "partner-dv", "first_seed": 5, "replicates": 1, "set": tiny, "year": 1}
    conducted = conduct(study_of(loyalty), folder=results / "loyalty" / "2")
    assert len(checked) == 1
    assert conducted.finished[0].runs[0]["rest"]["rests"] in (True, False)


def test_a_scenario_may_ask_for_no_check_and_the_report_says_that_nobody_has_seen(monkeypatch):
    monkeypatch.setattr(performing, "judge_rest", lambda group: pytest.fail("checked"))
    payback = {"kind": "payback", "scenario": "partner-dv", "first_seed": 1, "replicates": 2, "set": TINY}
    report = conduct(study_of(payback), folder=None).report
    assert (report["planned_runs"], report["unchecked_runs"], report["not_counted"]) == (2, 2, {})


def test_why_a_run_does_not_count_is_said_in_one_order():
    good = {"status": "ok", "fit": {"met": True}, "rest": {"rests": True}}
    assert why_left_out(good) is None
    assert why_left_out(good | {"rest": {}}) is None
    assert why_left_out(good | {"rest": {"rests": False}}) == RESTLESS
    assert why_left_out(good | {"fit": {"met": False}, "rest": {"rests": False}}) == "missed the base year"
    assert left_out_text({"failed": 2, RESTLESS: 1}, 10) == "3 of 10 runs are left out: 2 failed, 1 does not rest"
    assert left_out_text({}, 10) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"past.decline": "steady"},
        {"market.outside_share": 0.02},
        {"segments.organisation.shortlist": [1, 1], "segments.person.shortlist": [1, 1]},
        {"parameters.loyalty_coefficient": 3.5},
    ],
    ids=str,
)
def test_the_whole_market_rests_where_it_ran_away(changes):
    """In the first edition the share went from 7.7 to 45 % at an outside share of 2 %, to 16 % on shortlists of one."""
    point = market({"customers": "market", "calendar.burn_in_weeks": 416} | changes)
    (outcome,) = judge_rest([rest_run(point)])
    assert outcome.status == "ok", outcome.error
    assert outcome.fit["rests"], [problem_text(problem) for problem in outcome.fit["problems"]]
