"""Every figure of every kind of result: what it draws is what the result holds, as a picture, a table and words."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from figured import FITTING, SETTINGS, copied, figured

from simbiz.errors import InputError
from simbiz.plots.best_orders import INSIDE
from simbiz.plots.figures import (
    as_plain,
    figures_of_kind,
    fitting,
    known_figures,
    lacking,
    sheet_of,
    subjects_of,
    svg_of,
    write_figure,
)
from simbiz.plots.own_worlds import own_worlds
from simbiz.plots.style import WITH, WITHOUT
from simbiz.plots.tables_customers import thinned
from simbiz.results.load import load_result
from simbiz.runs.kinds import kinds

# What a tiny result of its kind cannot give, and why.
LACKING = {
    ("importance", "sensitivity"): "ST is drawn by the figure sobol",
    **{
        (name, "sensitivity by derivatives"): "its method gives no"
        for name in ("tornado", "sobol", "interactions", "morris")
    },
}
POSSIBLE = [pair for pair in FITTING if pair not in LACKING]
SIGNATURES = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


@pytest.mark.parametrize(("name", "kind"), POSSIBLE)
def test_a_figure_has_a_picture_a_table_and_words(name, kind, tmp_path):
    result = figured(kind)
    assert lacking(name, result) == ""
    sheet = sheet_of(name, result)
    assert sheet.says.endswith(".")
    assert "nan" not in sheet.says.lower().split()
    assert sheet.note
    for part in sheet.shown:
        assert part.rows
        assert {len(row) for row in part.rows} == {len(part.columns)}
        assert all(isinstance(cell, str) for row in part.rows for cell in row)
    assert json.loads(json.dumps(as_plain(sheet), allow_nan=False)) == as_plain(sheet)
    path = tmp_path / "figure.svg"
    write_figure(name, sheet, path)
    assert path.read_bytes().startswith(SIGNATURES["svg"])


@pytest.mark.parametrize(("name", "kind"), sorted(LACKING))
def test_what_a_result_lacks_is_said(name, kind):
    assert LACKING[name, kind] in lacking(name, figured(kind))


def test_every_figure_is_drawn_of_some_result():
    assert {name for name, _ in POSSIBLE} == set(known_figures())


@pytest.mark.parametrize("form", SIGNATURES)
def test_a_figure_is_written_in_the_format_of_its_ending_and_the_same_way_twice(form, tmp_path):
    sheet = sheet_of("share", figured("claims"))
    files = [tmp_path / f"{number}.{form}" for number in (1, 2)]
    for file in files:
        write_figure("share", sheet, file)
    assert files[0].read_bytes().startswith(SIGNATURES[form])
    assert files[0].read_bytes() == files[1].read_bytes()


def test_an_element_for_a_page_has_names_of_its_own_and_no_metadata():
    text = svg_of("share", sheet_of("share", figured("run")), "share-1")
    assert text.startswith("<svg")
    assert "metadata" not in text
    names = [part.split('"')[0] for part in text.split(' id="')[1:]]
    assert names
    assert all(name.startswith("share-1-") for name in names)
    referred = {part.split(end)[0] for start, end in (('xlink:href="#', '"'), ("url(#", ")"))
                for part in text.split(start)[1:]}  # fmt: skip
    assert referred <= set(names)


def test_the_share_over_time_is_that_of_the_ledger():
    result = figured("claims")
    sheet = sheet_of("share", result)
    assert sheet.facts["weekly"]
    weekly = sheet.table.groupby(["world", "seed"])
    assert set(sheet.table["world"]) == {WITH, WITHOUT}
    worlds = own_worlds(result)
    yearly = worlds.runs.merge(result.table(["market_share"], "partner_dv"), on=["key", "seed"])
    first = yearly[yearly["year"] == 1].set_index(["world", "seed"])
    for group, table in weekly:
        bought = result.series(first.loc[group, "key"]).groupby("week")["revenue"].sum()
        # The share of a year weighs weeks by what was bought in them.
        weeks = table.set_index("week").loc[0:51, "share"]
        assert np.average(weeks, weights=bought.loc[0:51]) == pytest.approx(first.loc[group, "market_share"])
    assert sheet.facts["targets"]["printed after"] == pytest.approx(0.1279, abs=1e-4)
    (shown,) = sheet.shown
    assert [row[0] for row in shown.rows] == ["-1", "0", "1", "2"]
    assert shown.columns[1:] == [WITH, WITHOUT]


def test_flows_add_up_to_the_tallies_of_all_seeds():
    result = figured("claims")
    sheet = sheet_of("flows", result)
    table = result.flows()
    keys = own_worlds(result).keys()
    own = table[table["key"].isin(keys) & (table["firm"] == "partner_dv")]
    assert {f"year {year}" for year in (0, 2)} == set(sheet.tables)
    for year in (0, 2):
        assert sheet.tables[f"year {year}"]["count"].sum() == own.loc[own["year"] == year, "count"].sum()
    for column in (2, 3):
        parts = [float(row[column].removesuffix(" %")) for row in sheet.shown[0].rows]
        assert sum(parts) == pytest.approx(100.0, abs=0.05 * len(parts) + 1e-9)


def test_the_funnel_never_widens_and_says_its_conversions():
    sheet = sheet_of("funnel", figured("claims"))
    for _, own in sheet.table.groupby("world"):
        assert (np.diff(own["journeys"]) <= 0).all()
    first, second = sheet.shown[0].rows[:2]
    counts = [float(row[2].replace(",", "")) for row in (first, second)]
    assert second[3] == f"{100 * counts[1] / counts[0]:.0f} %"


def test_the_map_has_every_firm_and_shares_of_one_market():
    result = figured("claims")
    assert list(subjects_of("map", result)) == ["year 2", "year 1"]
    table = sheet_of("map", result, "year 1").table
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["share_before"].sum() == pytest.approx(1.0)
    assert len(table) == len(own_worlds(result).scenario.firms)


def test_customers_can_be_looked_at_by_firm():
    result = figured("run")
    firms = subjects_of("customers", result)
    assert firms[0] == "partner_dv"
    own, other = (sheet_of("customers", result, firm).table for firm in (None, firms[1]))
    assert len(own) == 60
    assert own["loyalty"].between(0.0, 1.0).all()
    assert not own["loyalty"].equals(other["loyalty"])


def test_the_forest_has_the_verdicts_of_the_report():
    result = figured("claims")
    sheet = sheet_of("claims", result, "first year | paired")
    wanted = {"horizon": "first year", "comparator": "paired", "test": "reach", "decline": "ended"}
    rows = [row for row in result.report["claims"] if all(row[key] == value for key, value in wanted.items())]
    verdicts = {row["id"]: row["verdict"] for row in rows if row["kind"] != "market"}
    assert {row[0]: row[-1] for row in sheet.shown[0].rows} == verdicts
    drawn = [row for row in rows if row["kind"] == "number" and row["quantity"] != "money"]
    assert len(sheet.table) == len(drawn)


def test_orders_that_cannot_be_told_from_the_best_are_marked():
    result = figured("orders")
    for name in subjects_of("orders", result):
        outcome = result.report["outcomes"][name]
        table = sheet_of("orders", result, name).table
        marked = set(table.loc[table["standing"] == INSIDE, "order"])
        best = {", ".join(tool.replace("_", " ") for tool in row["order"]) for row in outcome["best"]}
        assert marked == best
        assert list(table["name"])[-2:] == ["programme", "all at once"]


def test_the_tornado_is_the_mean_effect_of_morris():
    result = figured("sensitivity")
    screen = result.report["stages"][0]
    (outcome, *_) = subjects_of("tornado", result)
    table = sheet_of("tornado", result).table.set_index("parameter")
    paths = [row["path"] for row in screen["inputs"]]
    for path, effect in zip(paths, screen["outcomes"][outcome]["indices"]["mu"], strict=True):
        assert table.loc[path, "high"] - table.loc[path, "low"] == pytest.approx(effect)


def test_the_region_is_drawn_between_the_ends_of_the_declared_ranges():
    result = figured("claims under uncertainty")
    assert list(subjects_of("regions", result)) == ["holds | prim | 1", "fails | prim | 1"]
    sheet = sheet_of("regions", result)
    row, levels = sheet.table.to_dict("records")
    least, most = result.report["ranges"]["parameters.forgetting"][:2]
    assert (row["low"], row["high"], row["least"], row["most"]) == (least, 0.02, least, most)
    assert row["levels"] == ""
    assert levels["levels"] == "stopped"


def test_a_census_shows_every_order_and_where_the_programme_stands():
    result = figured("orders census")
    sheet = sheet_of("census", result, "profit")
    means = sorted((row[1] for row in result.report["means"]), reverse=True)
    assert list(sheet.tables["orders"]["value"]) == pytest.approx(means)
    assert sheet.tables["orders"]["order"].iloc[0] == tuple(result.report["best"]["profit"][0]["order"])
    assert sheet.facts["marks"]["the best order"] == pytest.approx(means[0])
    assert set(sheet.tables["firsts"]["name"]) <= {"bpm crm", "website", "content"}


def test_laws_have_the_verdicts_of_the_report():
    result = figured("patterns")
    for segment in subjects_of("laws", result):
        rows = [row for row in result.report["patterns"] if row["segment"] == segment]
        shown = sheet_of("laws", result, segment).shown[0].rows
        assert [row[5] for row in shown] == [{True: "yes", False: "no", None: "-"}[row["holds"]] for row in rows]


def test_points_of_a_calibration_lie_in_their_ranges_and_pass_as_reported():
    result = figured("calibrate")
    table = sheet_of("points", result).table
    passes = [one["passes"] for one in result.report["points"]]
    for row in table.itertuples():
        assert list(row.passes) == passes
        assert ((row.places >= 0.0) & (row.places <= 1.0)).all()
    lines = sheet_of("fitted", result)
    assert len(lines.facts["points"]) == len(lines.table)
    assert {len(values) for values in lines.facts["points"]} == {len(passes)}


def test_uplifts_are_those_of_the_report():
    result = figured("seen and caused")
    (subject, *_) = subjects_of("uplifts", result)
    segment, measure = subject.split(" | ")
    rows = [row for row in result.report["seen_and_caused"] if (row["segment"], row["measure"]) == (segment, measure)]
    known = {value for row in rows for value in (row["naive"], row["shuffled"], row["causal"]) if value is not None}
    known |= {row["causal"] for row in result.report["everybody"] if row["segment"] == segment}
    assert set(sheet_of("uplifts", result, subject).table["value"]) == known


def test_of_many_customers_the_same_few_are_drawn_every_time():
    table = pd.DataFrame({"loyalty": np.arange(3000)})
    drawn, again, other = (thinned(table, key) for key in ("a", "a", "b"))
    assert len(drawn) == 400
    assert drawn.equals(again)
    assert not drawn.equals(other)
    # Evenly from all of them: the mean of 400 drawn without replacement.
    assert abs(drawn["loyalty"].mean() - 1499.5) < 5.0 * 3000 / np.sqrt(12 * 400)


def test_without_the_programme_a_run_shows_the_world_without_it(tmp_path):
    from simbiz.runs.conduct import conduct
    from simbiz.runs.study_file import study_of

    settings = SETTINGS["run"] | {"scenario": "partner-dv", "replicates": 1}
    values = {
        "customers": 150,
        "calendar.burn_in_weeks": 52,
        "calendar.years": 1,
        "fit.tolerance": 100.0,
        "fit.check_rest": False,
    }
    conduct(study_of(settings | {"set": values | {"programme.order": []}, "series": False}), folder=tmp_path / "made")
    result = load_result(tmp_path / "made")
    sheet = sheet_of("share", result)
    assert set(sheet.table["world"]) == {WITHOUT}
    assert not sheet.facts["weekly"]
    assert "no programme is followed" in lacking("programme", result)
    for name in ("flows", "customers"):
        assert lacking(name, result) == f"keeps no {name}: simbiz run and studies with series = true do"


@pytest.mark.parametrize(
    ("name", "subject", "said"),
    [
        ("shar", None, "gives no figure shar; allowed: one of share, "),
        ("sobol", None, "a run study gives no figure sobol"),
        ("map", "year 9", "map cannot be drawn of 'year 9'; allowed: year 1"),
        ("share", "year 1", "share cannot be drawn of 'year 1'; allowed: nothing, there is one such figure"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(name, subject, said):
    with pytest.raises(InputError) as caught:
        sheet_of(name, figured("run"), subject)
    assert said in caught.value.message


def test_a_study_without_its_report_has_no_figures_yet(tmp_path):
    folder = copied("run", tmp_path)
    (folder / "run.json").unlink()
    with pytest.raises(InputError, match="has no report yet"):
        sheet_of("share", load_result(folder))


def test_an_ending_that_cannot_be_drawn_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"cannot be drawn as \.jpg; allowed: one of svg, png, pdf"):
        write_figure("share", sheet_of("share", figured("run")), tmp_path / "figure.jpg")


def test_runs_that_missed_the_base_year_are_not_drawn(tmp_path):
    result = figured("run")
    met = own_worlds(result).runs["key"]
    runs = result.runs.assign(fit_met=[True, False])
    missing = dataclasses.make_dataclass("Missing", ["folder", "runs", "kind"])(result.folder, runs, "run")
    assert list(own_worlds(missing).runs["key"]) == [met.iloc[0]]


def test_every_kind_of_study_with_figures_is_one_that_exists():
    assert {name for kind in kinds() for name in figures_of_kind(kind)} == set(known_figures())
    assert all(fitting(figured(kind)) for kind in SETTINGS)


# ---- for those who draw in Python


def test_what_is_public_names_draws_and_tells_figures_of_a_result(tmp_path):
    from simbiz import plots

    result = figured("claims")
    assert list(plots.figures_of(result)) == [name for name in fitting(result) if not lacking(name, result)]
    assert plots.figures_of(result)["claims"] == known_figures()["claims"].title
    subject = plots.subjects_of("claims", result)[-1]
    drawn = plots.figure_of("claims", result, subject)
    size = known_figures()["claims"].size(sheet_of("claims", result, subject))
    assert tuple(drawn.get_size_inches()) == pytest.approx(size)
    drawn.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes().startswith(SIGNATURES["png"])
    shown = plots.sheet_of("claims", result, subject).shown[0]
    assert list(shown.frame.columns) == list(shown.columns)
    assert shown.frame.to_numpy().tolist() == [list(row) for row in shown.rows]


def test_a_figure_that_is_none_of_a_result_is_named_with_those_that_are():
    from simbiz import plots

    with pytest.raises(InputError, match="Did you mean 'claims'"):
        plots.figure_of("claim", figured("claims"))
    with pytest.raises(AttributeError, match="has no attribute 'figur_of'"):
        plots.figur_of  # noqa: B018
