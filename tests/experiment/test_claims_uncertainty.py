"""Claims under uncertainty: the points, their worlds, and what is counted of them."""

import numpy as np
import pytest
from studies import TINY, finished, point, yearly

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.runs.executor import perform
from simbiz.runs.stored_plan import planned_run
from simbiz.runs.study_file import load_study
from simbiz.statistics.verdicts import judge
from simbiz.studies.claims.horizons import FIRST_YEAR
from simbiz.studies.sensitivity.uncertainty import Uncertainty
from simbiz.studies.uncertainty.points import DECLINE, GROWTH, RIVALS, Levels, UncertainPoints
from simbiz.studies.uncertainty.settings import claim_metrics, outcome_key
from simbiz.studies.uncertainty.shares import holdings, share_row

FIRST = FIRST_YEAR
TWO = ["stopped", "responding"]


def study(**changes):
    return load_study("claims_uncertainty_small", {"set": TINY, "fit_tolerance": 100.0, "customers": 150} | changes)


# ---- points


def test_ranges_are_divided_evenly_and_levels_come_equally_often():
    ranges = [Uncertainty("parameters.a", 0.0, 1.0), Uncertainty("parameters.b", 1.0, 100.0, "log-uniform")]
    factors = [Levels("two", {"x": {"c": 1}, "y": {"c": 2}}), Levels("three", {name: {"d": name} for name in "abc"})]
    design = UncertainPoints(ranges, factors, 60, 1)
    table = design.table()
    assert np.bincount((table["parameters.a"] * 60).astype(int), minlength=60).tolist() == [1] * 60
    assert np.bincount((np.log10(table["parameters.b"]) * 30).astype(int), minlength=60).tolist() == [1] * 60
    assert set(table["two"].value_counts()) == {30}
    assert set(table["three"].value_counts()) == {20}
    for number in range(60):
        changes = design.changes(number)
        assert (changes["c"], changes["d"]) == ({"x": 1, "y": 2}[table["two"][number]], table["three"][number])
    assert design.growth_thirds() is None
    assert UncertainPoints(ranges, factors, 60, 1).table().equals(table)
    assert not UncertainPoints(ranges, factors, 60, 2).table().equals(table)


def test_every_declared_range_varies_but_what_the_structure_says():
    made = study()
    paths = {source.path for source in made.design.ranges}
    assert "parameters.price_sensitivity" in paths
    assert GROWTH in paths
    assert any(path.startswith("effects.") for path in paths)
    said = {path for levels in made.settings.structure.values() for one in levels.values() for path in one}
    assert not said & paths
    values = made.design.changes(0)
    assert said <= set(values)
    for source in made.design.ranges:
        assert source.low <= values[source.path] <= source.high


def test_worlds_of_a_point_share_seed_and_past_and_points_do_not_share_seeds():
    made = study(points=3, replicates=2, rivals=TWO, first_seed=5)
    runs = list(made.plan().runs)
    assert len(runs) == 3 * 2 * 2 * 2
    by_point = {}
    for run, label in runs:
        by_point.setdefault(label["sample"], []).append((run, label))
        assert run.scenario.rivals.mode == label["rivals"]
        assert run.scenario.past.decline == label["decline"]
        assert bool(run.scenario.programme.order) == label["programme"]
    seeds = [sorted({run.seed for run, _ in own}) for own in by_point.values()]
    assert seeds == [[5, 6], [7, 8], [9, 10]]
    for own in by_point.values():
        assert len({run.past_key for run, _ in own}) == 2
    assert study(points=3, replicates=2, rivals=TWO, first_seed=6).id != made.id


def test_a_run_can_be_made_again_from_its_folder(tmp_path):
    plan = study(points=2, rivals=TWO).plan()
    done = perform(plan, folder=tmp_path)
    for run in (done.runs[0], done.runs[-1]):
        assert planned_run(tmp_path, run["key"], run["seed"], run["label"]).key == run["key"]


# ---- what is counted


def test_a_point_counts_once_whatever_its_modes_and_missed_ones_are_told_apart():
    values = np.array([[1.0, 1.0], [0.0, 1.0], [0.0, np.nan], [np.nan, np.nan]])
    standing = np.array(["counted", "counted", "counted", "missed"])
    row = share_row(values, standing)
    assert (row["points"], row["share"]) == (3, pytest.approx(0.5))
    assert tuple(row["interval"]) == judge(1.5, 3, 3).interval
    assert tuple(row["interval_of_all"]) == judge(1.5, 3, 4).interval
    assert row["with_missed"] == pytest.approx([1.5 / 4, 2.5 / 4])
    nothing = share_row(values[3:], standing[3:])
    assert (nothing["points"], nothing["share"], nothing["verdict"]) == (0, None, "too few worlds")
    unreached = share_row(values[3:], np.array(["counted"]))
    assert (unreached["points"], unreached["verdict"]) == (0, "not reached")


def test_points_are_judged_as_worlds_are_and_missed_ones_show_nothing():
    held = np.ones((93, 1))
    standing = np.full(93, "counted")
    assert share_row(held[:58], standing[:58])["verdict"] == "too few worlds"
    assert share_row(held[:59], standing[:59])["verdict"] == "supported"
    standing[-1:], held[-1:] = "missed", np.nan
    assert share_row(held, standing)["verdict"] == "supported"
    standing[-2:], held[-2:] = "missed", np.nan
    assert share_row(held, standing)["verdict"] == "too few worlds"


def shares(*later):
    return yearly(2 + len(later), market_share=[0.0858, 0.0771, *later])


def at_points(pairs, **facts):
    """Finish a study of one pair of worlds a point."""
    done = finished(pairs, **facts)
    for run in done.runs:
        run["label"] |= {"point": run["seed"], "sample": run["seed"]}
    return done


def test_points_that_missed_the_base_year_or_failed_are_in_no_share():
    high, low = (shares(0.13), shares(0.07)), (shares(0.08), shares(0.07))
    done = at_points([high, low, high, high, low], met={2: False}, status={3: "failed"})
    found = holdings(point(), done, 5, ["stopped"])
    assert found.standing.tolist() == ["counted", "counted", "missed", "failed", "counted"]
    key = ("share.value", "reach", "before-after", FIRST)
    held = found.values[:, 0, found.keys.index(key)]
    np.testing.assert_array_equal(held, [1.0, 0.0, np.nan, np.nan, 0.0])
    joint = ("share_after + share_index_after", "reach", "before-after", FIRST)
    assert found.values[0, 0, found.keys.index(joint)] == 1.0
    row = share_row(found.values[:, :, found.keys.index(key)], found.standing)
    assert (row["points"], row["share"]) == (3, pytest.approx(1 / 3))
    assert row["with_missed"] == pytest.approx([1 / 4, 2 / 4])


def test_all_metrics_that_claims_read_are_kept():
    kept = claim_metrics()
    assert set(kept) <= set(load_catalogue().metrics)
    made = study(points=2, rivals=["stopped"])
    done = perform(made.plan(), folder=None, keep=made.keep)
    whole = perform(made.plan(), folder=None)
    some, every = (holdings(made.scenario, one, 2, ["stopped"]) for one in (done, whole))
    assert some.keys == every.keys
    np.testing.assert_array_equal(some.values, every.values)


def test_the_report_has_every_group_and_adds_up():
    made = study(points=6, rivals=TWO)
    report = made.report(perform(made.plan(), folder=None, keep=made.keep))
    groups = report["standing"]
    assert groups["all"] == {"points": 6, "counted": 6, "missed": 0, "failed": 0}
    for name in (DECLINE, GROWTH, "access", "judgement", "loyalty"):
        assert sum(one["points"] for group, one in groups.items() if group.startswith(f"{name} = ")) == 6
    assert {group for group in groups if group.startswith(RIVALS)} == {f"{RIVALS} = {mode}" for mode in TWO}
    row = next(row for row in report["claims"] if row["id"] == "share_index.chain" and row["horizon"] == FIRST)
    assert set(row["shares"]) == set(groups)
    modes = [row["shares"][f"{RIVALS} = {mode}"]["share"] for mode in TWO]
    assert row["shares"]["all"]["share"] == pytest.approx(np.mean(modes))
    assert report["discovery"] is None


# ---- what it may be told


def test_a_claim_to_search_for_has_three_parts_that_exist():
    assert outcome_key(f"share.value | paired | {FIRST}") == ("share.value", "reach", "paired", FIRST)
    assert outcome_key(f"share.value|paired|{FIRST}|match")[1] == "match"
    for text, said in (
        ("share.value", "must be reading | comparator | horizon"),
        (f"share.valu | paired | {FIRST}", "Did you mean 'share.value'"),
        (f"share.value | pared | {FIRST}", "one of before-after, paired"),
        ("share.value | paired | someday", "not a horizon"),
    ):
        with pytest.raises(InputError) as caught:
            outcome_key(text)
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"ended", "steady"]', '"endd", "steady"]', "past.decline must be"),
        ("growth = [-0.25, 0.25]", "growth = [0.25, -0.25]", "growth: 0.25 must be below -0.25"),
        ('perception_weight" = 1 ', 'perception_wait" = 1 ', "Did you mean 'perception_weight'"),
        ("low = {", "loyal = {", ""),
        ("[structure.access]", '[structure."rivals.mode"]', "needs a name of its own"),
        ("points = 1024", "points = 1", "points must be at least 2"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path, old, new, said):
    from simbiz.runs.study_file import find_experiment

    text = find_experiment("claims_uncertainty").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    if not said:
        assert list(load_study(file).settings.structure["loyalty"]) == ["loyal", "high"]
        return
    with pytest.raises(InputError, match=r"mine\.toml:\d+: ") as caught:
        load_study(file)
    assert said in str(caught.value)
