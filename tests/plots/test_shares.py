"""The figure of the audit."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from simbiz.plots.shares import DECLINES, claims_figure, share_over_time

SVG = "{http://www.w3.org/2000/svg}"


def table(declines=("one_off", "ended", "steady"), seeds=4):
    luck = np.random.default_rng(1)
    rows = [
        {"year": year, "share": 0.08 + 0.01 * year * (world == "with the programme") + luck.normal(0, 0.002)}
        | {"world": world, "decline": decline}
        for decline in declines
        for world in ("with the programme", "without it")
        for year in (-1, 0, 1, 2)
        for _ in range(seeds)
    ]
    return pd.DataFrame(rows)


def draw(rows, path):
    claims_figure(rows, path, before=0.0771, after=0.1279)
    return path


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    return draw(table(), tmp_path_factory.mktemp("figure") / "share.svg")


def test_the_figure_is_valid_svg_with_a_panel_for_every_cause_of_the_decline(picture):
    root = ElementTree.fromstring(picture.read_bytes())
    assert root.tag == f"{SVG}svg"
    texts = ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]
    titles = [text.partition(" (")[0] for text in texts]
    assert [title for title in titles if title in DECLINES.values()] == list(DECLINES.values())
    assert texts.count("with the programme") == 1
    assert texts.count("printed after: 12.79 %") == 3


def test_the_same_table_gives_the_same_bytes(picture, tmp_path):
    assert draw(table(), tmp_path / "again.svg").read_bytes() == picture.read_bytes()
    moved = table()
    moved.loc[0, "share"] += 0.01
    assert draw(moved, tmp_path / "moved.svg").read_bytes() != picture.read_bytes()


def test_the_figure_holds_neither_date_nor_path(picture):
    text = picture.read_text(encoding="utf-8")
    assert "<dc:date>" not in text
    assert str(picture.parent) not in text


def test_a_table_of_one_cause_and_one_seed_is_drawn_too(tmp_path):
    path = draw(table(("ended",), seeds=1), tmp_path / "one.svg")
    texts = ["".join(text.itertext()).strip() for text in ElementTree.parse(path).iter(f"{SVG}text")]
    assert [text for text in texts if text.startswith(tuple(DECLINES.values()))] == [f"{DECLINES['ended']} (1 pair)"]


def test_other_formats_are_chosen_by_the_ending(tmp_path):
    assert draw(table(("ended",)), tmp_path / "share.png").read_bytes().startswith(b"\x89PNG")


def test_lines_are_the_means_over_seeds():
    rows = table(("ended",))
    axes = share_over_time(rows, Figure().subplots(), before=0.0771, after=0.1279)
    means = rows.groupby(["world", "year"])["share"].mean()
    drawn = [np.asarray(line.get_ydata(), dtype=float) for line in axes.get_lines()]
    for world in ("with the programme", "without it"):
        assert any(np.shape(line) == (4,) and np.allclose(line, means[world]) for line in drawn)
    assert axes.get_ylim()[0] == 0.0
