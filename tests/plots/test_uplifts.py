"""The figure of what is seen beside what is caused."""

from xml.etree import ElementTree

from matplotlib.figure import Figure

from simbiz.plots.uplifts import lines_of, uplifts, uplifts_figure

SVG = "{http://www.w3.org/2000/svg}"


def rows(naive=0.9, causal=0.25, segments=("organisation", "person")):
    return [
        {"segment": segment, "sorted": when, "measure": measure, "comparison": comparison}
        | {"naive": naive, "naive_interval": [0.8, 1.0], "causal": causal, "causal_interval": None}
        for segment in segments
        for when in ("same_year", "year_0")
        for measure in ("spent", "basket")
        for comparison in ("programme", "integration")
    ]


def texts(path):
    return ["".join(text.itertext()).strip() for text in ElementTree.parse(path).iter(f"{SVG}text")]


def test_the_figure_has_a_panel_a_segment_and_names_what_is_seen_and_caused(tmp_path):
    uplifts_figure(rows(), tmp_path / "uplifts.svg")
    found = texts(tmp_path / "uplifts.svg")
    assert {"organisation", "person"} <= set(found)
    assert found.count("seen, sorted in that year") == 1
    assert found.count("caused by the integration, sorted in year 0") == 1
    assert found.count("+90 %") == 4
    assert found.count("+25 %") == 8


def test_a_comparison_with_shuffled_labels_stands_beside_what_is_seen():
    shuffled = [row | {"shuffled": 1.04, "shuffled_interval": [1.0, 1.1]} for row in rows(segments=("person",))]
    table = lines_of([row for row in shuffled if row["measure"] == "spent"]).set_index("name")
    assert table.loc["with shuffled channel labels, sorted in that year", "value"] == 1.04
    assert table.loc["seen, sorted in that year", "value"] == 0.9


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("one.svg", "other.svg"):
        uplifts_figure(rows(), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


def test_what_is_not_defined_is_not_drawn():
    spent = [row for row in rows(naive=None, segments=("person",)) if row["measure"] == "spent"]
    axes = uplifts(lines_of(spent), Figure().subplots())
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        f"caused by the {what}, sorted in {when}"
        for when in ("that year", "year 0")
        for what in ("programme", "integration")
    ]


def test_where_nothing_is_defined_the_panel_says_so():
    axes = uplifts(lines_of([]), Figure().subplots())
    assert "not defined" in axes.texts[0].get_text()
