"""Figures of pay-back, loyalty, market maps and causes of the decline: what they draw is what the result holds."""

import copy
import dataclasses
import math

import pandas as pd
import pytest
from figured import figured
from matplotlib.figure import Figure

from simbiz.errors import InputError
from simbiz.plots.double_jeopardy import double_jeopardy
from simbiz.plots.figures import sheet_of, subjects_of
from simbiz.plots.own_worlds import own_worlds
from simbiz.plots.payback_path import payback_path
from simbiz.plots.tables_markets import FEW_WORLDS, PANELS, cells_by_variant, loyalty, payback, same_elsewhere

Changed = dataclasses.make_dataclass("Changed", ["folder", "report"])


def changed(kind, **values):
    result = figured(kind)
    return Changed(result.folder, copy.deepcopy(result.report) | values)


def test_the_path_of_payback_ends_where_the_last_year_does_and_begins_with_nothing():
    result = figured("payback")
    sheet = sheet_of("payback", result)
    path, (year,) = sheet.tables["path"], result.report["years"]
    assert list(path.iloc[0]) == [0.0] * 5
    last = path.iloc[-1]
    assert (last["week"], last["gain"], last["cost"]) == pytest.approx((52, year["gain_to_date"], year["cost_to_date"]))
    assert (last["low"], last["high"]) == pytest.approx(tuple(year["interval"]))
    means = sheet.tables["pairs"].groupby("week")["gain"].mean()
    assert list(means) == pytest.approx(list(path["gain"]))
    assert sheet.facts["weeks"] == [pair["week"] for pair in result.report["pairs"] if pair["week"]]


def test_payback_of_an_earlier_version_says_that_it_kept_years_alone():
    with pytest.raises(InputError, match="kept years alone"):
        payback(changed("payback", path=[]))
    with pytest.raises(InputError, match="no pair of worlds finished"):
        payback(changed("payback", worlds=0))


@pytest.mark.parametrize("pairs", [2, 5])
def test_few_pairs_are_lines_of_their_own_and_more_have_a_band(pairs):
    sheet = sheet_of("payback", figured("payback"))
    path = sheet.tables["path"]
    table = pd.concat([path[["week", "gain"]].assign(seed=seed) for seed in range(pairs)])
    axes = payback_path(path, table, Figure().subplots(), weeks=[30], median=30.0)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert ("the same, single pairs" in labels) == (pairs == 2)
    assert ("its 95 % interval over pairs" in labels) == (pairs == 5)
    assert "median: week 30" in [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("worlds", [FEW_WORLDS, FEW_WORLDS + 1])
def test_loyalty_draws_the_report_and_intervals_where_worlds_are_not_few(worlds):
    result = changed("loyalty", worlds=worlds)
    for segment in subjects_of("loyalty", figured("loyalty")):
        sheet = loyalty(result, segment)
        rows = [row for row in result.report["firms"] if row["segment"] == segment]
        assert len(sheet.shown[0].rows) == len(rows)
        for name, expected, what, _ in PANELS:
            table = sheet.tables[what]
            for row, drawn in zip(rows, table.to_dict("records"), strict=True):
                assert drawn["share"] == row["share"]
                assert drawn["value"] == (row[name] if row[name] is not None else pytest.approx(math.nan, nan_ok=True))
                if expected and row[expected] is not None:
                    assert drawn["expected"] == row[expected]
            assert table["low"].isna().all() == (worlds == FEW_WORLDS)


def test_the_interval_of_the_excess_is_about_the_excess():
    rows = [row for row in figured("loyalty").report["firms"] if row["intervals"]["excess_frequency"]]
    assert rows
    for row in rows:
        low, high = row["intervals"]["excess_frequency"]
        assert (low + high) / 2 == pytest.approx(row["excess_frequency"])


def test_the_line_of_double_jeopardy_joins_what_is_expected_in_the_order_of_shares():
    sheet = sheet_of("loyalty", figured("loyalty"))
    _, _, what, is_share = PANELS[0]
    table = sheet.tables[what]
    axes = double_jeopardy(table, Figure().subplots(), what=what, is_share=is_share, focal=sheet.facts["focal"])
    expected = table.dropna(subset=["expected"]).sort_values("share")
    assert list(axes.get_lines()[0].get_ydata()) == list(expected["expected"])
    assert "Partner-DV" in [text.get_text() for text in axes.texts]


def test_maps_begin_with_the_usual_variant_and_then_those_that_say_otherwise():
    result = figured("map")
    names, report = subjects_of("variants", result), result.report
    focal = next(firm for firm in report["firms"] if firm["focal"])
    assert names[0] == report["default_variant"]
    same, different = same_elsewhere(focal, names[0])
    assert [name for name in names[1:] if name in same] == names[1 + len(different) :]
    for name in names:
        drawn = [int(row[4]) for row in sheet_of("variants", result, name).shown[0].rows]
        assert drawn == [firm["labels"][name]["cell"] for firm in report["firms"]]
    columns = cells_by_variant(result).columns
    assert list(columns[2:]) == [row["variant"] for row in report["variants"]]


def test_causes_of_the_decline_are_drawn_beside_each_other_and_one_of_them_is_that_of_the_share():
    result = figured("claims")
    table = sheet_of("declines", result).table
    assert set(table["decline"]) == {"one_off", "ended"}
    own = own_worlds(result).runs
    drawn = table[table["decline"] == "ended"]
    assert set(drawn["key"]) == set(own["key"])
    shares = result.table(["market_share"], "partner_dv").set_index(["key", "year"])["market_share"]
    for row in drawn.itertuples():
        assert row.share == shares[row.key, row.year]
