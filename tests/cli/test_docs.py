"""simbiz docs, and the ODD protocol whose tables it makes."""

import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.docs import COLUMNS, MARKED, with_tables
from simbiz.cli.exits import BAD_INPUT

REPOSITORY = Path(__file__).resolve().parents[2]
ODD = REPOSITORY / "docs" / "ODD.md"
TEXT = ODD.read_text(encoding="utf-8")
ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Submodels",
    "Input data",
)
CONCEPTS = (
    *("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction"),
    *("Stochasticity", "Collectives", "Observation"),
)


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


# ---- the protocol


def test_the_tables_of_the_protocol_are_those_of_the_catalogue():
    assert with_tables(TEXT, ODD) == TEXT, "docs/ODD.md is out of date: make docs"


def test_the_protocol_has_all_its_elements_and_design_concepts():
    headings = re.findall(r"^## \d+\. (.*)$", TEXT, flags=re.MULTILINE)
    assert sorted(headings) == sorted(ELEMENTS)
    concepts = TEXT.partition("Design concepts\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\*\*(.+?)\.\*\*", concepts, flags=re.MULTILINE) == list(CONCEPTS)


def test_every_parameter_stands_with_exactly_one_submodel():
    stand = Counter(
        name for found in MARKED.finditer(TEXT) if found["kind"] == "parameters" for name in found["names"].split()
    )
    assert set(load_catalogue().parameters) - set(stand) == set(), "give these a place in docs/ODD.md, then make docs"
    assert [name for name, count in stand.items() if count > 1] == []


def test_every_table_of_the_catalogue_is_in_the_protocol_and_every_submodel_is_named():
    assert {found["kind"] for found in MARKED.finditer(TEXT)} == set(COLUMNS)
    files = {path.name for path in (REPOSITORY / "simbiz" / "submodels").glob("*.py")} - {"__init__.py"}
    assert [name for name in sorted(files) if f"`{name}`" not in TEXT] == []


def test_files_that_the_protocol_names_exist():
    for name in re.findall(r"`((?:simbiz|docs|scenarios)/[\w/.]+?)`", TEXT):
        assert (REPOSITORY / name).exists(), name


# ---- the command


def page(folder, marker):
    file = folder / "page.md"
    file.write_text(f"# Page\n\n<!-- simbiz {marker} -->\nold\n<!-- simbiz end -->\n\nafter\n", encoding="utf-8")
    return file


def test_a_marked_table_is_made_anew_and_nothing_else_is_touched(tmp_path):
    file = page(tmp_path, "parameters patience lapse")
    first = simbiz("docs", file)
    assert (first.exit_code, first.stdout) == (0, f"{file}: renewed\n")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[:3] == ["# Page", "", "<!-- simbiz parameters patience lapse -->"]
    assert lines[3].startswith("| name | value | range | unit |")
    assert [line.split("|")[1].strip() for line in lines[5:7]] == ["`patience`", "`lapse`"]
    assert lines[7:] == ["<!-- simbiz end -->", "", "after"]
    assert simbiz("docs", file).stdout == f"{file}: up to date\n"


def test_a_check_changes_nothing_and_tells_what_is_out_of_date(tmp_path):
    file = page(tmp_path, "channels")
    before = file.read_bytes()
    result = simbiz("docs", file, "--check")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr == f"{file}: a table is out of date; renew it with: simbiz docs {file}\n"
    assert file.read_bytes() == before
    simbiz("docs", file)
    assert simbiz("docs", file, "--check").exit_code == 0


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_kind_makes_a_table_with_a_row_for_each_record(tmp_path, kind):
    file = page(tmp_path, kind)
    assert simbiz("docs", file).exit_code == 0
    rows = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    catalogue = load_catalogue()
    many = len([*catalogue.effects(), *catalogue.measure_effects()])
    assert len(rows) == (many if kind == "tool_effects" else len(catalogue.table(kind)))
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {len(COLUMNS[kind]) + 2}


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("paramters", ":3: paramters is no table of the catalogue; allowed: one of parameters, "),
        ("parameters patince", ":3: patince is not one of the parameters. Did you mean 'patience'?"),
    ],
)
def test_a_misspelt_marker_is_said_in_one_line_and_nothing_is_written(tmp_path, marker, said):
    file = page(tmp_path, marker)
    before = file.read_bytes()
    result = simbiz("docs", file)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr.startswith(f"{file}{said}")
    assert result.stderr.count("\n") == 1
    assert "Did you mean '" in result.stderr
    assert file.read_bytes() == before


def test_a_page_that_cannot_be_read_is_said_in_one_line(tmp_path):
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\x00")
    for file in (tmp_path / "missing.md", tmp_path, tmp_path / "binary.md"):
        result = simbiz("docs", file)
        assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
        assert result.stderr.startswith(f"{file}: cannot be read: ")
        assert result.stderr.count("\n") == 1
