"""The weeks and the segment of a panel that are measured, and what is told of them."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from simbiz.errors import InputError
from simbiz.panel import statistics
from simbiz.panel.excerpt import excerpt_of


def panel(weeks, **columns):
    """Give a purchase in each of the weeks."""
    count = len(weeks)
    table = {"customer": np.arange(count) % 7, "week": weeks, "firm": [f"firm {one % 3}" for one in range(count)]}
    return pd.DataFrame(table | {"amount": 1.0} | columns)


def measured(excerpt):
    return excerpt.purchases["week"].tolist()


def weeks_of(excerpt):
    return excerpt.facts["weeks"]


def test_one_year_is_measured_unless_others_are_asked_for():
    """The laws depend on the period: over three years more customers have bought from more firms."""
    excerpt = excerpt_of(panel([*range(-10, 146)]))
    assert measured(excerpt) == [*range(-10, 42)]
    assert weeks_of(excerpt) == {"first": -10, "last": 41, "number": 52, "first_in_file": -10, "last_in_file": 145}
    assert excerpt.facts["purchases_in_file"] == 156


@pytest.mark.parametrize("asked", ["-5:60", (-5, 60), ["-5", "60"]])
def test_the_weeks_that_are_asked_for_are_measured_both_ends_included(asked):
    excerpt = excerpt_of(panel([*range(-10, 146)]), asked)
    assert measured(excerpt) == [*range(-5, 61)]
    assert weeks_of(excerpt)["number"] == 66


def test_all_weeks_are_measured_where_all_are_asked_for():
    assert len(excerpt_of(panel([*range(156)]), "all").purchases) == 156


def test_a_short_panel_has_as_many_weeks_as_there_are():
    assert weeks_of(excerpt_of(panel([*range(20)])))["number"] == 20


def test_a_panel_without_weeks_is_measured_whole_and_only_on_demand():
    bare = panel([*range(9)]).drop(columns="week")
    assert weeks_of(excerpt_of(bare, "all")) is None
    with pytest.raises(InputError, match=r"column week is missing.*weeks: all measures a panel without weeks"):
        excerpt_of(bare)


DAYS = [date(2023, 1, 1), date(2023, 12, 30), date(2023, 12, 31), date(2024, 6, 1)]


@pytest.mark.parametrize(
    "weeks",
    [
        DAYS,
        [str(day) for day in DAYS],
        pd.to_datetime(DAYS),
        [datetime(day.year, day.month, day.day, 23, tzinfo=UTC) for day in DAYS],
        pd.Categorical([str(day) for day in DAYS]),
    ],
    ids=["dates", "text", "timestamps", "moments with a zone", "categories"],
)
def test_dates_are_weeks_as_well_and_a_year_is_52_times_seven_days(weeks):
    excerpt = excerpt_of(panel(weeks))
    assert len(excerpt.purchases) == 2
    assert weeks_of(excerpt) == {
        "first": "2023-01-01", "last": "2023-12-30", "number": 52,
        "first_in_file": "2023-01-01", "last_in_file": "2024-06-01",
    }  # fmt: skip
    assert len(excerpt_of(panel(weeks), "2023-12-31:2024-06-01").purchases) == 2
    assert len(excerpt_of(panel(weeks), (date(2023, 12, 31), date(2023, 12, 31))).purchases) == 1


@pytest.mark.parametrize(
    ("weeks", "message"),
    [
        ([1.5, 2.0, 3.0], "column week must hold whole numbers of weeks or dates such as 2024-01-31"),
        ([np.inf, 2.0, 3.0], "column week must hold whole numbers"),
        (["01.02.2023"] * 3, "dates such as 2024-01-31, not '01.02.2023'"),
        (["2023-02-31"] * 3, "not '2023-02-31'"),
        ([True, False, True], "column week must hold whole numbers"),
        ([20230101, 20230102, 20241231], "column week spans 11,130 weeks, at most 5,200 are possible"),
        ([1, None, 3], "column week has missing values"),
    ],
)
def test_what_is_neither_a_week_nor_a_date_is_refused_with_what_is_allowed(weeks, message):
    with pytest.raises(InputError, match=message):
        excerpt_of(panel(weeks))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("0", "weeks 0 is no period; allowed: all, or FROM:TO such as 0:51"),
        ("0:x", "weeks: 'x' is not a whole number; the panel has 0 to 9"),
        ("2024-01-01:2024-02-01", "is not a whole number"),
        ("100:200", "there are no purchases in the weeks 100 to 200; the panel has 0 to 9"),
        ("5:2", "there are no purchases in the weeks 5 to 2"),
    ],
)
def test_a_period_that_the_panel_does_not_have_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        excerpt_of(panel([*range(10)]), asked)


def segments():
    """Give two segments whose customers have the same numbers."""
    one = panel([*range(10)], segment="person")
    return pd.concat([one, panel([*range(10)], segment="organisation")], ignore_index=True)


def test_one_segment_is_measured_on_demand_and_mixed_ones_are_told():
    mixed = excerpt_of(segments())
    assert mixed.facts["segments"] == {"organisation": 10, "person": 10}
    assert mixed.panel().customers == 14  # customers of different segments are different people
    person = excerpt_of(segments(), segment="person")
    assert (person.facts["segment"], person.facts["segments"]) == ("person", {"person": 10})
    alone = excerpt_of(panel([*range(10)])).panel()
    assert statistics(person.panel()) == pytest.approx(statistics(alone), nan_ok=True)


def test_a_segment_that_is_not_there_is_refused():
    with pytest.raises(InputError, match=r"no purchase has the segment persn.*Did you mean 'person'"):
        excerpt_of(segments(), segment="persn")
    with pytest.raises(InputError, match="column segment is missing"):
        excerpt_of(panel([*range(10)]), segment="person")
    late = pd.concat([segments(), panel([100], segment="late")])
    with pytest.raises(InputError, match="segment late bought nothing in these weeks"):
        excerpt_of(late, segment="late")
