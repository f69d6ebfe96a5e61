"""What each figure draws is what its table says, with units on its axes."""

from io import BytesIO
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

from simbiz.catalogue import load_catalogue
from simbiz.plots.best_orders import INSIDE, WORSE, best_orders
from simbiz.plots.boxes import boxes
from simbiz.plots.customer_map import customer_map
from simbiz.plots.flows import flows
from simbiz.plots.forest import forest
from simbiz.plots.funnel import funnel
from simbiz.plots.intervals import intervals
from simbiz.plots.labels import Label, place_names
from simbiz.plots.market_position import market_position
from simbiz.plots.passing_points import passing_points
from simbiz.plots.sensitivity import effects, interactions, morris, sobol, tornado
from simbiz.plots.service import gaps, recommendation
from simbiz.plots.share_band import share_band
from simbiz.plots.style import (
    BLUE,
    CYCLE,
    FORMATS,
    VERMILION,
    WITH,
    WITHOUT,
    WORLDS,
    colours,
    colours_of_alternatives,
    colours_of_channels,
    figure,
    save,
)
from simbiz.plots.timeline import staff_and_working_capacity, steps
from simbiz.plots.tolerances import tolerances, within

# Colours as people without one of the three kinds of cones see them (Machado, Oliveira & Fernandes 2009, severity 1).
VISION = {
    "all cones": np.eye(3),
    "no long waves": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no middle waves": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
CLEARLY_APART = 20.0  # CIE 1976 colour difference; one of about 2 can just be seen


def seen_as(colour, cones):
    """Give the place of a colour in CIE L*a*b* (D65)."""
    light = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])
    light = np.clip(cones @ light, 0.0, 1.0)
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    relative = matrix @ light / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16.0 / 116.0)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


@pytest.fixture
def axes():
    with figure(6, 4) as drawn:
        yield drawn.add_subplot()
        file = BytesIO()
        save(drawn, file)
        assert file.getvalue().startswith(b"<?xml")


def texts(axes):
    return [text.get_text() for text in (*axes.texts, *axes.get_yticklabels())]


def luminance(colour):
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_with_and_without_the_programme_differ_without_colour_too():
    light, dark = sorted((luminance(WORLDS[WITH]), luminance(WORLDS[WITHOUT])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) > 1.3


def test_names_have_colours_of_their_own_and_the_focal_firm_is_blue():
    names = [f"rival {number}" for number in range(6)] + ["ours"]
    palette = colours(names, "ours")
    assert palette["ours"] == BLUE == CYCLE[0]
    assert len(set(palette.values())) == len(names)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_figure_is_saved_without_a_date_and_the_same_way_twice(kind, tmp_path):
    files = [tmp_path / f"{number}.{kind}" for number in (1, 2)]
    for file in files:
        with figure(3, 2) as drawn:
            drawn.add_subplot().plot([1, 2], [3, 4])
            save(drawn, file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_share_band_has_a_line_and_a_band_for_each_world(axes):
    weeks = np.arange(-10, 60)
    table = pd.concat(
        pd.DataFrame({"week": weeks, "seed": seed, "world": world, "share": level + 0.01 * seed})
        for seed in (1, 2, 3, 4)
        for world, level in ((WITH, 0.1), (WITHOUT, 0.05))
    )
    share_band(table, axes, targets={"printed": 0.1279})
    lines = {line.get_label(): line.get_ydata() for line in axes.lines}
    assert lines[WITH] == pytest.approx(0.125)
    assert lines[WITHOUT] == pytest.approx(0.075)
    assert "printed: 12.79 %" in texts(axes)
    assert "share" in axes.get_ylabel()
    assert len(axes.collections) == 2


def test_two_seeds_are_lines_of_their_own_in_the_place_of_a_band(axes):
    table = pd.DataFrame({"week": [0, 1] * 2, "seed": [1, 1, 2, 2], "world": WITH, "share": [0.1, 0.2, 0.3, 0.4]})
    share_band(table, axes)
    assert not axes.collections
    assert len(axes.lines) == 3
    assert axes.get_ylim()[1] < 0.6


def test_a_single_seed_has_no_band(axes):
    table = pd.DataFrame({"week": [0, 1], "seed": 1, "world": WITH, "share": [0.1, 0.2]})
    assert not share_band(table, axes).collections


def test_each_step_of_the_programme_is_a_bar_of_its_weeks(axes):
    table = pd.DataFrame(
        {"tool": ["a", "a", "b_c"], "step": [0, 1, 0], "first_week": [0, 4, 9], "last_week": [3, 8, 9]}
        | {"attempt": 1, "failed": [False, False, True]}
    )
    steps(table, axes)
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert bars == [(0, 4), (4, 5), (9, 1)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b c"]
    assert "weeks" in axes.get_xlabel()
    assert axes.get_legend() is not None


def test_the_staff_is_drawn_with_the_dip_of_its_working_capacity(axes):
    table = pd.DataFrame({"week": [0, 1, 2], "digital_share": [0.1, 0.2, 0.5], "working_capacity": [1.0, 0.9, 1.1]})
    staff_and_working_capacity(table, axes)
    assert list(axes.lines[1].get_ydata()) == [0.1, 0.2, 0.5]
    assert list(axes.lines[2].get_ydata()) == [1.0, 0.9, 1.1]


def test_bands_of_the_flows_have_the_width_of_their_share(axes):
    table = pd.DataFrame({"from_channel": ["x", "x", "y"], "to_channel": ["x", "y", "y"], "count": [50, 30, 20]})
    flows(table, axes)
    bands = [patch for patch in axes.patches if isinstance(patch, PathPatch)]
    widths = sorted(round(float(np.ptp(band.get_path().vertices[[0, 7], 1])), 6) for band in bands)
    assert widths == [0.2, 0.3, 0.5]
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert sum(bar.get_height() for bar in bars) == pytest.approx(2.0)
    assert "x 80 %" in texts(axes)
    assert "y 50 %" in texts(axes)
    assert {"contact", "next contact"} <= set(texts(axes))


def test_a_channel_keeps_its_colour_and_place_when_another_one_opens_or_grows(axes):
    used = ["branch", "phone", "website"]
    palette = {}
    for number, counts in enumerate(([90, 9, 1], [1, 9, 90], [30, 0, 70])):
        table = pd.DataFrame({"from_channel": used, "to_channel": used, "count": counts})
        before = len(axes.patches)
        flows(table[table["count"] > 0], axes)
        bars = [patch for patch in axes.patches[before:] if isinstance(patch, Rectangle)]
        shown = [name for name, count in zip(used, counts, strict=True) if count]
        colour = {name: bar.get_facecolor() for name, bar in zip(shown, bars[: len(shown)], strict=True)}
        assert all(palette.setdefault(name, colour[name]) == colour[name] for name in colour), number
    assert len(set(palette.values())) == len(used)


@pytest.mark.parametrize("vision", VISION)
def test_channels_and_the_two_worlds_are_told_apart_with_every_common_kind_of_colour_vision(vision):
    channels = colours_of_channels(list(load_catalogue().channels)).values()
    for one, other in combinations((*channels, *WORLDS.values()), 2):
        assert np.linalg.norm(seen_as(one, VISION[vision]) - seen_as(other, VISION[vision])) > CLEARLY_APART


def test_blue_is_the_world_with_the_programme_whatever_the_order():
    assert colours_of_alternatives({"without": False, "with": True}) == {"with": BLUE, "without": VERMILION}
    assert colours_of_alternatives({"with": True, "without": False}) == {"with": BLUE, "without": VERMILION}
    assert colours_of_alternatives({"one": True, "other": True}) == {"one": BLUE, "other": VERMILION}
    three = colours_of_alternatives({"none": False, "one": True, "other": True})
    assert (three["one"], three["none"], three["other"]) == (BLUE, VERMILION, CYCLE[2])


def test_without_a_second_contact_the_flows_say_so(axes):
    flows(pd.DataFrame({"from_channel": ["x"], "to_channel": ["x"], "count": [0]}), axes)
    assert [text.get_text() for text in axes.texts] == ["no journey has two contacts"]


def test_the_funnel_says_counts_and_conversions(axes):
    table = pd.DataFrame({"stage": ["visitor", "customer"] * 2, "world": [WITH] * 2 + [WITHOUT] * 2})
    funnel(table.assign(journeys=[1000, 250, 800, 100]), axes)
    assert sorted(bar.get_width() for bar in axes.patches) == [100, 250, 800, 1000]
    assert "250, 25 % of the stage before" in texts(axes)
    assert "100, 12 % of the stage before" in texts(axes)


def test_gaps_are_means_over_seeds(axes):
    table = pd.DataFrame({"dimension": ["empathy"] * 4, "world": [WITH, WITH, WITHOUT, WITHOUT], "seed": [1, 2, 1, 2]})
    gaps(table.assign(gap=[0.1, 0.3, -0.2, -0.4]), axes)
    points = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert points == pytest.approx([0.2, -0.3])
    assert "points" in axes.get_xlabel()


def test_recommendation_is_drawn_by_year(axes):
    table = pd.DataFrame({"year": [0, 1, 0, 1], "series": [WITH, WITH, WITHOUT, WITHOUT], "seed": 1})
    recommendation(table.assign(nps=[1.0, 5.0, 1.0, 0.0]), axes, palette={WITH: BLUE, WITHOUT: "0.5"})
    drawn = [tuple(line.get_ydata()) for line in axes.lines if len(line.get_ydata()) == 2]
    assert (1.0, 5.0) in drawn
    assert (1.0, 0.0) in drawn


def test_the_market_map_numbers_its_cells_and_leaves_out_borders_that_nobody_reaches(axes):
    table = pd.DataFrame({"firm": ["a", "ours"], "share_before": [0.6, 0.1], "share": [0.5, 0.2], "growth": [0.8, 2.0]})
    market_position(table, axes, share_borders=[None, 0.35, 0.6], growth_borders=[0.7, 1.4, None], focal="ours")
    numbers = {int(text) for text in texts(axes) if text.isdigit()}
    assert numbers <= set(range(1, 17))
    assert {6, 7, 10, 11} <= numbers
    assert {"a", "ours"} <= set(texts(axes))


def test_the_forest_has_a_mark_for_every_verdict_and_clips_what_lies_far_out(axes):
    table = pd.DataFrame(
        {
            "name": ["near", "far", "few", "nothing"],
            "estimate": [0.5, 40.0, 1.1, np.nan],
            "low": [0.4, 30.0, np.nan, np.nan],
            "high": [0.6, 50.0, np.nan, np.nan],
            "target": 1.0,
            "verdict": ["refuted", "supported", "too few worlds", "not reached"],
            "text": ["a half", "forty", "more", ""],
            "printed": ["one", "one", "one", "one"],
        }
    )
    forest(table, axes)
    assert {">", "a half", "forty", "not reached"} <= set(texts(axes))
    assert max(float(np.max(line.get_xdata())) for line in axes.lines) <= 2.5
    assert {text.get_text() for text in axes.get_legend().get_texts()} == set(table["verdict"])


INPUTS = ["parameters.a_b", "effects.tool.reach", "parameters.c"]


def test_the_tornado_puts_the_widest_first(axes):
    table = pd.DataFrame({"parameter": INPUTS, "low": [0.1, 0.0, 0.19], "high": [0.3, 0.9, 0.21]})
    tornado(table, axes, middle=0.2, unit="share")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["tool: reach", "a b", "c"]
    assert "share" in axes.get_xlabel()


def test_effects_and_indices_are_ranked(axes):
    table = pd.DataFrame({"parameter": INPUTS, "value": [0.1, 0.5, 0.3], "error": [0.0, 0.1, 0.1]})
    effects(table, axes, unit="points")
    assert [bar.get_width() for bar in axes.patches] == [0.5, 0.3, 0.1]


def test_first_and_total_indices_stand_side_by_side(axes):
    table = pd.DataFrame({"parameter": INPUTS, "S1": [0.1, 0.4, 0.2], "S1_conf": 0.05, "ST": [0.2, 0.6, 0.3]})
    sobol(table.assign(ST_conf=0.1), axes)
    assert [bar.get_width() for bar in axes.patches] == [0.4, 0.2, 0.1, 0.6, 0.3, 0.2]


def test_pairs_are_written_into_the_upper_half(axes):
    matrix = pd.DataFrame(np.full((3, 3), np.nan), index=INPUTS, columns=INPUTS)
    matrix.iloc[0, 1], matrix.iloc[0, 2], matrix.iloc[1, 2] = 0.21, 0.05, -0.01
    interactions(matrix, axes)
    assert {"0.21", "0.05", "-0.01"} <= {text.replace("\N{MINUS SIGN}", "-") for text in texts(axes)}


def test_the_morris_plane_names_what_matters(axes):
    table = pd.DataFrame({"parameter": INPUTS, "mu_star": [0.1, 3.0, 1.0], "sigma": [0.1, 1.0, 2.0]})
    morris(table, axes, unit="points of share")
    assert "tool: reach" in texts(axes)
    assert "points of share" in axes.get_xlabel()


def test_a_box_is_drawn_inside_the_declared_range(axes):
    table = pd.DataFrame({"parameter": ["parameters.a"], "low": [2.0], "high": [4.0], "least": [0.0], "most": [4.0]})
    boxes(table.assign(levels=""), axes, density=0.9, coverage=0.5, verb="is reached")
    box = axes.patches[1]
    assert (box.get_x(), box.get_width()) == (0.5, 0.5)
    assert "is reached at 90 %" in axes.get_title(loc="left")


def test_orders_that_cannot_be_told_from_the_best_are_blue(axes):
    table = pd.DataFrame({"order": ["x - y", "y - x"], "name": ["", "the paper"], "difference": [0.1, -0.9]})
    best_orders(table.assign(low=[-0.2, -1.4], high=[0.4, -0.4], standing=[INSIDE, WORSE]), axes, unit="points")
    assert axes.lines[1].get_color() == BLUE
    assert axes.lines[3].get_color() != BLUE
    assert "the paper: y - x" in texts(axes)


def test_customers_are_points_with_a_line_for_each_segment(axes):
    luck = np.random.default_rng(3)
    table = pd.DataFrame({"segment": ["person", "organisation"] * 100, "digital_affinity": luck.normal(size=200)})
    table = table.assign(loyalty=luck.uniform(size=200))
    means = table.head(4).assign(low=0.1, high=0.9)
    customer_map(table, means, axes, firm="Ours")
    assert sum(len(line.get_xdata()) == 100 for line in axes.lines) == 2
    assert len(axes.collections) == 2
    assert "Ours" in axes.get_ylabel()


def test_an_interval_far_out_is_cut_and_says_so(axes):
    table = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 2.0], "low": [0.5, -90.0], "high": [1.5, 90.0]})
    intervals(table.assign(marked=True), axes, unit="points")
    assert [line.get_marker() for line in axes.lines].count("<") == 1
    assert [line.get_marker() for line in axes.lines].count(">") == 1
    assert max(float(np.max(line.get_xdata())) for line in axes.lines) < 10.0


def test_the_interval_of_nothing_but_nothing_is_drawn_whole(axes):
    table = pd.DataFrame({"name": ["a"], "value": [0.0], "low": [-2.0], "high": [2.0], "marked": [False]})
    intervals(table, axes, unit="points")
    assert [-2.0, 2.0] in [list(line.get_xdata()) for line in axes.lines]


def test_names_of_points_side_by_side_do_not_cover_each_other(axes):
    axes.set(xlim=(0, 1), ylim=(0, 1))
    place_names([Label(f"firm number {number}", (0.5 + 0.01 * number, 0.5)) for number in range(5)], axes)
    axes.figure.draw_without_rendering()
    boxes_of_text = [Text.get_window_extent(text) for text in axes.texts]
    assert not any(one.overlaps(other) for one, other in combinations(boxes_of_text, 2))


def test_a_name_stands_where_no_other_point_is_clearly_nearer(axes):
    points = np.random.default_rng(2).uniform(0.3, 0.6, (6, 2))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    place_names([Label(f"firm number {number}", (x, y)) for number, (x, y) in enumerate(points)], axes)
    axes.figure.draw_without_rendering()
    for number, text in enumerate(axes.texts):
        box = Text.get_window_extent(text)
        away = [
            np.hypot(max(box.x0 - x, x - box.x1, 0.0), max(box.y0 - y, y - box.y1, 0.0))
            for x, y in axes.transData.transform(points)
        ]
        assert 0.75 * away[number] <= min(away) + 1.0, text.get_text()


@pytest.mark.parametrize(
    ("value", "low", "high", "place"),
    [(0.5, 0.0, 1.0, 0.5), (3.0, 1.0, 2.0, 2.0), (0.01, np.nan, 0.01, 1.0), (0.0, np.nan, 0.01, 0.0),
     (0.75, 0.75, np.nan, 0.0), (1.5, 0.75, np.nan, 1.0)],
)  # fmt: skip
def test_a_tolerance_ends_at_nothing_and_at_one(value, low, high, place):
    assert within(value, low, high) == pytest.approx(place)


def test_statistics_stand_beside_their_tolerances(axes):
    names = ["P1 slope", "P2 of a law whose name goes on and on over two lines"]
    table = pd.DataFrame({"name": names, "value": [0.5, 9.0]})
    table = table.assign(least=[0.4, 8.0], most=[0.6, 9.5], low=[0.0, np.nan], high=[1.0, 2.0], holds=[True, False])
    tolerances(table.assign(gated=[True, False], written=["0.5", "9"], allowed=["0 to 1", "at most 2"]), axes)
    assert {"P1 slope", "at most 2", ">"} <= set(texts(axes))
    assert {text.get_text() for text in axes.get_legend().get_texts()} >= {"holds", "fails"}


def test_points_that_pass_are_told_from_the_others(axes):
    row = {"name": "reach", "places": [0.1, 0.5, 0.9], "passes": [False, True, True], "shipped": 0.5, "bold": True}
    passing_points(pd.DataFrame([row | {"written": "0.5 to 0.9"}]), axes)
    marks = {line.get_label(): list(line.get_xdata()) for line in axes.lines}
    assert marks["passes"] == [0.5, 0.9]
    assert marks["does not pass"] == [0.1]
