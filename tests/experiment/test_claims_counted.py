"""Which pairs of worlds an audit counts, and what it says of those that it does not."""

import numpy as np
import pytest
from audited import one, shares
from studies import finished, point

from simbiz.studies.claims.audit import fit_report, judged, share_table


def test_pairs_that_miss_the_base_year_are_told_and_not_counted():
    good, bad = (shares(0.13), shares(0.07)), (shares(0.01), shares(0.07))
    study = finished([good, bad, good], met={1: False})
    report = judged(point(), study)
    row = one(report, "share.value", comparator="before-after")
    assert (row["worlds"], row["passing"], row["estimate"]) == (2, 1.0, pytest.approx(0.13))
    assert (row["asked"], row["passing_of_all"]) == (2, 1.0)
    assert (report["fit"]["ended"]["missed"], report["fit"]["ended"]["runs"]) == (1, 3)
    assert report["replicates"] == 2
    assert report["pairs"] == [
        {**report["headline"], "planned": 3, "counted": 2, "left_out": {"missed the base year": 1}}
    ]
    table = share_table(point(), study)
    assert len(table) == 2 * 2 * 3
    assert table["share"].min() > 0.01


def test_no_verdict_hangs_on_worlds_that_do_not_count():
    good, bad = (shares(0.13), shares(0.07)), (shares(0.01), shares(0.07))
    all_good = judged(point(), finished([good] * 59))
    assert one(all_good, "share.value", comparator="before-after")["verdict"] == "supported"
    for pairs in ([good] * 60, [bad] * 60):
        report = judged(point(), finished(pairs, status={59: "failed"}))
        row = one(report, "share.value", comparator="before-after")
        assert (row["worlds"], row["asked"], row["verdict"]) == (59, 60, "too few worlds")


def test_a_world_whose_base_year_is_not_the_known_one_is_not_asked_but_a_point_that_misses_is():
    """The claim is about a firm with a known base year; a point that cannot meet it must not drop out of the answer."""
    pairs = [(shares(0.13), shares(0.07))] * 60
    row = one(judged(point(), finished(pairs, met={59: False})), "share.value", comparator="before-after")
    assert (row["worlds"], row["asked"], row["verdict"]) == (59, 59, "supported")
    over = finished(pairs, met={59: False})
    for run in over.runs:
        run["label"]["point"] = run["seed"]
    row = one(judged(point(), over, points=60), "share.value", comparator="before-after")
    assert (row["worlds"], row["asked"], row["verdict"]) == (59, 60, "too few worlds")


def test_if_all_miss_the_base_year_nothing_is_judged():
    study = finished([(shares(0.13), shares(0.07))] * 2, met={0: False, 1: False})
    report = judged(point(), study)
    assert report["replicates"] == 0
    forecasts = [row for row in report["claims"] if row["kind"] != "market"]
    assert {row["verdict"] for row in forecasts} == {"too few worlds"}
    assert report["fit"]["ended"]["missed"] == 2
    assert len(share_table(point(), study)) == 0


def test_a_failed_run_takes_its_pair_out_and_is_counted():
    pair = (shares(0.13), shares(0.07))
    study = finished([pair, pair], status={1: "failed"})
    report = judged(point(), study)
    assert (report["replicates"], report["failed_runs"]) == (1, 2)
    assert one(report, "share.value")["interval"] is None
    nothing_left = judged(point(), finished([pair], status={0: "failed"}))
    assert (nothing_left["replicates"], nothing_left["fit"], nothing_left["null_forecasts"]) == (0, {}, [])


def test_a_pair_has_both_worlds_of_one_seed():
    study = finished([(shares(0.13), shares(0.07)), (shares(0.26), shares(0.14))])
    study.runs[0]["status"] = "failed"  # with the programme, seed 0
    study.runs[3]["status"] = "failed"  # without it, seed 1
    assert judged(point(), study)["replicates"] == 0


def test_the_fit_report_gives_mean_and_spread_over_runs():
    study = finished([(shares(0.1, before=before), shares(0.1, before=before)) for before in (0.08, 0.09)])
    assert fit_report(study) == {
        "ended": {
            "target": [0.0858, 0.0771],
            "missed": 0,
            "runs": 2,
            "mean": pytest.approx([0.085, 0.0771]),
            "standard_deviation": pytest.approx([np.std([0.08, 0.09], ddof=1), 0.0]),
        }
    }
