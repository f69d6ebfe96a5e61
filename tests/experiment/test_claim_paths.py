"""The main claims year by year: peaks, turns, and what is at rest."""

from dataclasses import replace

import numpy as np
import pytest
from studies import worlds

from simbiz.studies.claims.cases import Case
from simbiz.studies.claims.paths import path_rows
from simbiz.studies.claims.words import MAIN

PATH = [0.0858, 0.0771, 0.08, 0.14, 0.135, 0.10]
NOTHING = [0.0858, 0.0771, 0.08, 0.08, 0.08, 0.08]


def case(pairs, left_out=None):
    made = [
        worlds(*({"market_share": one, "revenue": [1000 * share for share in one]} for one in pair)) for pair in pairs
    ]
    return Case("responding", "ended", made, [40] * len(made), left_out or {})


def path(pairs, name="share.value", comparator="before-after", left_out=None):
    rows = path_rows(case(pairs, left_out))
    (row,) = [row for row in rows if (row["id"], row["comparator"]) == (name, comparator)]
    return row


def test_every_main_claim_has_a_path_by_both_comparators():
    rows = list(path_rows(case([(PATH, NOTHING)] * 2)))
    assert [(row["id"], row["comparator"]) for row in rows] == [
        (name, comparator) for name in MAIN for comparator in ("before-after", "paired")
    ]
    assert all([year["year"] for year in row["years"]] == [1, 2, 3, 4] for row in rows)


def test_a_path_tells_share_with_without_and_difference_of_every_year():
    found = path([(PATH, NOTHING)] * 3, comparator="paired")
    assert [year["value"] for year in found["years"]] == pytest.approx(PATH[2:])
    assert [year["baseline"] for year in found["years"]] == pytest.approx(NOTHING[2:])
    differences = np.array(PATH[2:]) - np.array(NOTHING[2:])
    assert [year["estimate"] for year in found["years"]] == pytest.approx(list(differences))


def test_the_peak_and_the_years_in_which_the_verdict_turns_are_found():
    found = path([(PATH, NOTHING)] * 59)
    assert found["peak_year"] == 2
    assert found["turns"] == [
        {"year": 1, "verdict": "refuted"},
        {"year": 2, "verdict": "supported"},
        {"year": 4, "verdict": "refuted"},
    ]
    assert path([(PATH, NOTHING)] * 3)["turns"] == [{"year": 1, "verdict": "too few worlds"}]


def test_what_hardly_changes_in_the_last_two_years_is_at_rest_and_what_falls_is_not():
    still = [0.0858, 0.0771, 0.08, 0.14, 0.1401, 0.1402]
    assert path([(still, NOTHING)] * 3)["rest"]["at_rest"] is True
    falling = path([(PATH, NOTHING)] * 3)["rest"]
    assert falling["at_rest"] is False
    assert falling["change"] == pytest.approx(PATH[-1] - PATH[-3])


def test_few_worlds_that_scatter_cannot_tell_whether_they_rest():
    up, down = [*PATH[:5], 0.17], [*PATH[:5], 0.10]
    assert path([(up, NOTHING), (down, NOTHING)])["rest"]["at_rest"] is None
    assert path([(PATH, NOTHING)])["rest"]["at_rest"] is None


def test_where_years_are_too_few_nothing_is_said_of_rest():
    short = path([(PATH[:4], NOTHING[:4])] * 2)
    assert short["rest"] is None
    assert [year["year"] for year in short["years"]] == [1, 2]
    assert path([])["years"] == []


def test_worlds_that_do_not_count_stand_in_the_path_too():
    found = path([(PATH, NOTHING)] * 59, left_out={"failed": 1})
    assert {year["asked"] for year in found["years"]} == {60}
    assert found["turns"] == [{"year": 1, "verdict": "too few worlds"}]


def test_years_that_only_some_pairs_were_planned_to_live_are_judged_by_those():
    made = case([(PATH, NOTHING)] * 8 + [(PATH[:3], NOTHING[:3])] * 51)
    found = next(path_rows(replace(made, asked=[4] * 8 + [1] * 51)))
    assert [(year["worlds"], year["asked"]) for year in found["years"]] == [(59, 59)] + [(8, 8)] * 3
    assert found["turns"] == [{"year": 1, "verdict": "refuted"}, {"year": 2, "verdict": "too few worlds"}]
    assert found["rest"]["change"] == pytest.approx(PATH[-1] - PATH[-3])
