"""The audit in words, on worlds whose numbers are known."""

import pytest
from audited import shares
from studies import finished, point

from simbiz.cli.claims_paths_text import path_lines, path_tables
from simbiz.cli.claims_text import claim_rows, closing_lines, heading
from simbiz.studies.claims.audit import judged

PATH = (0.08, 0.14, 0.135, 0.10)


def report(number, path=PATH, **facts):
    """Audit so many pairs of one path; without the programme the share stays 8 %."""
    profit = {"profit": [1.0, 1.0, 1.0, 500.0, 500.0, 500.0]}
    pair = (shares(*path, **profit), shares(*([0.08] * len(path)), profit=[1.0] * 6))
    return judged(point(), finished([pair] * number, **facts))


def text(lines):
    return " ".join(" ".join(lines).split())


def test_worlds_that_were_planned_and_do_not_count_stand_in_the_headline():
    made = report(60, met={3: False, 7: False}, status={5: "failed"})
    told = text(heading(made, point()))
    assert "57 of 60 pairs of worlds" in told
    assert "2 missed the base year" in told
    assert "1 failed" in told
    assert "share.value +5.08 pts" in told


def test_59_pairs_give_verdicts_and_3_say_how_many_would():
    lines = {row[0]: row[1:] for row in claim_rows(report(59))[1]}
    assert lines["share.value"] == ["12.79%", "8.00% no", "+0.00 pts no", "14.00% yes", "+6.00 pts yes"]
    few = report(3)
    assert {row[0]: row[1:] for row in claim_rows(few)[1]}["share.value"][1] == "8.00% few"
    assert "3 of 3 (59 worlds if it stays so, 59 at best)" in text(closing_lines(few))
    assert "Too few worlds" not in text(closing_lines(report(59)))


def test_a_gain_on_next_to_nothing_is_told_in_money_without_a_percentage():
    told = text(closing_lines(report(3)))
    assert "performance.profit, first full year after the last step: 500 thousand roubles, 1 in the base year" in told
    assert "no percentage: too little beside the difference" in told
    row = {row[0]: row[1:] for row in claim_rows(report(3))[1]}["performance.profit"]
    assert row[:1] + row[3:] == ["+28%", "+499 few", "+499 few"]


def test_a_share_is_told_with_and_without_the_programme():
    told = text(closing_lines(report(3)))
    assert "14.00 % with and 8.00 % without the programme, +6.00 pts" in told


def test_the_path_has_a_column_a_year_and_marks_where_worlds_are_enough():
    with_programme, difference, without = path_tables(report(59))
    assert with_programme[1] == ["", "year 1", "year 2", "year 3", "year 4"]
    assert with_programme[2] == [["stopped, ended", "8.0 no", "14.0 yes", "13.5 yes", "10.0 no"]]
    assert difference[2] == [["stopped, ended", "+0.0 no", "+6.0 yes", "+5.5 yes", "+2.0 no"]]
    assert without[2] == [["stopped, ended", "8.0", "8.0", "8.0", "8.0"]]
    assert [row[2] for row in list(path_tables(report(3)))] == [
        [["stopped, ended", "8.0", "14.0", "13.5", "10.0"]],
        [["stopped, ended", "+0.0", "+6.0", "+5.5", "+2.0"]],
        [["stopped, ended", "8.0", "8.0", "8.0", "8.0"]],
    ]


def test_where_fewer_pairs_live_on_the_year_from_which_they_are_told_is_named():
    made = report(59)
    assert "pairs are told" not in text(path_lines(made))
    for row in made["paths"]:
        for year in row["years"][2:]:
            year["asked"] = year["worlds"] = 8
    assert "From year 3 on 8 pairs are told, before that 59." in text(path_lines(made))


def test_where_a_path_turns_is_told_from_its_numbers():
    told = text(path_lines(report(59)))
    assert "share, before-after, highest in year 2 (14.00 %); 10.00 % in year 4" in told
    assert "refuted from year 1, supported from year 2, refuted from year 4" in told
    assert "still falling (-4.0 points in the last two years)" in told
    rested = text(path_lines(report(59, (0.08, 0.14, 0.14, 0.14))))
    assert "at rest (+0.0 points in the last two years)" in rested
    assert "supported from year 2, which is the verdict at rest" in rested
    assert "too few worlds in every year" in text(path_lines(report(3)))
    assert "last two years)" not in text(path_lines(report(1)))


@pytest.mark.parametrize("years", [9, 12])
def test_of_many_years_the_first_and_the_last_are_told(years):
    pair = (shares(*[0.1] * years), shares(*[0.08] * years))
    (_, columns, rows), *_ = path_tables(judged(point(), finished([pair] * 2)))
    assert columns[-2:] == ["year 7", f"year {years}"]
    assert len(rows[0]) == len(columns) == 9
