"""The page of a result: complete without anything else, escaped, the same every time, and true to the result."""

import re
from html.parser import HTMLParser

import pytest
from figured import PRINTED, SETTINGS, copied, figured
from figured import page as page_made
from studies import TINY

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.plots.alternatives import alternatives
from simbiz.plots.figures import fitting, lacking, sheet_of
from simbiz.plots.style import WITH, WITHOUT, WORLDS, figure
from simbiz.report.answer_claims import TRUE
from simbiz.report.answer_studies import _above
from simbiz.report.page import joined, page_of
from simbiz.results.load import load_result
from simbiz.runs.conduct import conduct
from simbiz.runs.study_file import study_of
from simbiz.scenario import load_scenario

EMPTY = {"meta", "link", "br", "hr", "img", "input"}
# Elements of an SVG that close themselves.
DRAWN = {"path", "use", "rect", "image", "line", "circle", "stop"}


class Page(HTMLParser):
    """What a page has: elements, whether they nest, and the text of some."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.headings, self.ids = [], [], [], []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)
        if not {"style", "svg"}.intersection(self.open):
            self.text += data

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(params=SETTINGS)
def kind(request):
    return request.param


def test_every_kind_of_study_gives_a_page_with_question_answer_assumptions_and_origin(kind):
    result = figured(kind)
    page = Page(page_made(kind))
    assert page.headings == ["Answer", "Figures", "What is assumed", "How to reproduce"]
    scenario = load_scenario("partner-dv")
    assert scenario.question in page.text
    assert result.settings.get("question", "") in page.text
    assert page.of("html") == [{"lang": "en"}]
    assert PRINTED in page.text
    assert result.id in page.text
    assert len(page.ids) == len(set(page.ids))


def test_every_figure_that_can_be_drawn_is_there_with_words_and_a_table(kind):
    result = figured(kind)
    text = page_made(kind)
    page = Page(text)
    possible = [name for name in fitting(result) if not lacking(name, result)]
    figures = [one["id"] for one in page.of("figure")]
    assert list(dict.fromkeys(name.rpartition("-")[0] for name in figures)) == possible
    pictures = page.of("svg")
    assert len(pictures) == len(figures)
    for anchor, picture in zip(figures, pictures, strict=True):
        assert picture["role"] == "img"
        title, words = picture["aria-labelledby"].split()
        assert {title, words} <= set(page.ids)
        own = text.split(f'<figure id="{anchor}">')[1].split("</figure>")[0]
        assert re.search(f'<desc id="{words}">[^<]{{20,}}</desc>', own)
        assert "<table>" in own
        assert "<caption>" in own or "<thead>" in own


def test_a_page_needs_nothing_else_and_runs_nothing(kind):
    text = page_made(kind)
    page = Page(text)
    assert not page.of("script")
    assert not page.of("img")
    assert not [one for _, attributes in page.elements for one in attributes if one.startswith("on")]
    for _, attributes in page.elements:
        for name in ("href", "src", "xlink:href"):
            assert attributes.get(name, "#").startswith(("#", "data:,", "data:image/png;base64,"))
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)


@pytest.mark.parametrize("kind", ["run", "sensitivity"])
def test_the_same_result_gives_the_same_bytes_wherever_it_lies(kind, tmp_path):
    folder = copied(kind, tmp_path)
    assert folder.name == figured(kind).folder.name
    assert page_of(load_result(folder), PRINTED) == page_made(kind)
    assert str(tmp_path) not in page_made(kind)


def test_words_of_the_user_are_shown_and_never_obeyed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    evil = '<script>alert("1")</script>'
    lines = ['extends = "partner_dv"', 'name = "evil"', f"title = '{evil} & co'", f"question = '{evil}?'"]
    (tmp_path / "scenarios" / "evil.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    changes = TINY | {"firms.partner_dv.title": "<b>us</b>", "firms.rival_a.title": "</svg><script>1</script>"}
    study = study_of({"kind": "run", "scenario": "evil", "first_seed": 1, "replicates": 1, "set": changes})
    conduct(study, folder=tmp_path / "made")
    text = page_of(load_result(tmp_path / "made"), f"printed {evil}")
    page = Page(text)
    assert not page.of("script")
    assert not page.of("b")
    assert page.text.count(f"{evil}") >= 3
    assert f"{evil} & co" in page.text
    assert "&lt;script&gt;" in text


def test_the_answer_of_claims_counts_what_the_report_says():
    result = figured("claims")
    own = [row for row in result.report["claims"] if row["decline"] == "ended"]
    rows = [row for row in own if row["test"] == "reach" and row["kind"] != "market"]
    rows = [row for row in rows if (row["horizon"], row["comparator"]) == ("first year", "before-after")]
    verdicts = [row["verdict"] for row in rows if not row["built_in"]]
    said = f"Where rivals stand still, the decline ended: of {len(verdicts)} readings of the published forecasts"
    page = Page(page_made("claims"))
    assert said in page.text
    counts = {words: verdicts.count(verdict) for verdict, words in TRUE.items() if verdict in verdicts}
    assert counts
    assert all(f"{count} {words}" in page.text for words, count in counts.items())
    assert "Over 2 cases of what rivals do and why the share fell" in page.text


def test_the_answer_of_a_run_is_the_mean_of_its_report():
    result = figured("run")
    means = result.report["means"]["market_share"]
    told = joined(f"market share from {100 * means['0']:.2f} % to {100 * means['1']:.2f} %")
    assert told in Page(page_made("run")).text


def test_assumptions_name_what_the_study_varies_with_range_and_source():
    text = Page(page_made("sensitivity")).text
    assert "3 numbers are varied by the study." in text
    assert "weight of Guadagni-Little loyalty in the utility of a firm" in text
    assert "1 to 3.5" in text
    assert "None of them is varied here" in Page(page_made("run")).text


def test_a_study_without_its_report_is_refused(tmp_path):
    folder = copied("run", tmp_path)
    (folder / "run.json").unlink()
    with pytest.raises(InputError, match="has no report yet"):
        page_of(load_result(folder))


def test_a_kind_without_figures_gives_a_page_with_what_the_command_line_prints(monkeypatch):
    monkeypatch.setattr("simbiz.report.page.fitting", lambda result: {})
    page = Page(page_of(figured("payback"), "table of laws"))
    assert "This kind of study has no figures." in page.text
    assert "table of laws" in page.text


def test_a_calibration_is_not_said_to_vary_nothing():
    text = Page(page_made("calibrate")).text
    assert "2 numbers are varied by the study." in text
    assert "None of them is varied here" not in text


def test_a_number_without_a_source_is_a_dash_that_the_caption_explains():
    text = Page(page_made("run")).text
    assert text.count("o readable source found") == 1
    assert "(-: no readable source found; the range is declared, the shipped value is its centre, or halfway" in text


def test_sources_of_the_scenario_are_citations_not_names_of_them():
    text = Page(page_made("run")).text
    assert load_catalogue().sources["nigay2022"].citation.rstrip(".") in text
    assert "claims_arithmetic:" not in text


def test_no_line_ends_before_a_per_cent_sign():
    assert joined("7.71 % to 12.79 %") == "7.71\N{NO-BREAK SPACE}% to 12.79\N{NO-BREAK SPACE}%"
    text = page_made("claims").split('<section id="answer"')[1].split("<dl>")[0]
    shown = re.sub(r"<[^>]*>", "", text)
    assert "\N{NO-BREAK SPACE}%" in shown
    assert " %" not in shown


def test_figures_are_named_by_titles_and_claims_by_what_they_measure():
    assert '<span class="subject">: Partner-DV</span>' in page_made("run")
    text = page_made("claims")
    assert "rate: share of tools that are mastered" in text
    assert "rate.tools: " not in text
    sentences = Page(page_made("sensitivity")).text.split("Answer")[2].split("Figures")[0]
    assert "market share, paired" in sentences.lower()
    assert not re.search(r"share\.value|mu_star", sentences)


def test_a_sweep_says_which_of_its_factors_matter():
    result = figured("sweep")
    best = result.report["best"]
    asked = {"outcome": best["outcome"], "year": best["year"], "of": best["of"]}
    rows = [row for row in result.report["effects"] if all(row[key] == value for key, value in asked.items())]
    sure = {row["factor"] for row in rows if not row["interval"][0] <= 0.0 <= row["interval"][1]}
    text = Page(page_made("sweep")).text
    assert ("No effect of" in text) == (len(sure) < 2)
    assert ("levels differ by more than luck explains" in text) == bool(sure)


def test_a_comparison_names_its_alternatives_and_the_larger_of_each_pair_first():
    row = {"first": "nothing", "second": "all", "difference": -0.05, "interval_together": [-0.07, -0.03]}
    metric = load_catalogue().metrics["market_share"]
    assert _above(row, metric) == "nothing above all by +5.00 (+3.00 to +7.00)"
    assert "programme order: none" in Page(page_made("compare")).text


@pytest.fixture(scope="module")
def whole_scenarios(tmp_path_factory):
    """A comparison of two scenarios that are named, the first without the programme of the second."""
    folder = tmp_path_factory.mktemp("whole")
    names = ("partner-dv-no-programme", "partner-dv")
    settings = {"kind": "compare", "scenario": names[0], "replicates": 2, "outcomes": ["market_share"], "set": TINY}
    settings["alternatives"] = {name: {"scenario": name} for name in names}
    conduct(study_of(settings), folder=folder / "made")
    return load_result(folder / "made")


def test_a_comparison_of_scenarios_is_called_by_them_and_says_what_each_changes(whole_scenarios):
    page = page_of(whole_scenarios)
    title = "Comparison of partner-dv-no-programme and partner-dv"
    assert f"<h1>{title}</h1>" in page
    assert f"<title>{title}: compare</title>" in page
    first = load_scenario("partner-dv").programme.order[0]
    assert f"programme order: {first.replace('_', ' ')}, " in page
    assert page.count(">nothing<") == 1


def test_a_comparison_draws_the_world_with_the_programme_in_the_colour_it_has_everywhere(whole_scenarios):
    sheet = sheet_of("values", whole_scenarios)
    with figure(6, 4) as drawn:
        axes = alternatives(sheet.table, drawn.add_subplot(), **sheet.facts)
    colour = {line.get_label(): line.get_color() for line in axes.get_lines()}
    assert colour["partner-dv"] == WORLDS[WITH]
    assert colour["partner-dv-no-programme"] == WORLDS[WITHOUT]
