"""Planted defects: the list fits the sources of today, and tests find what is planted.

The whole list is `make test-mutants`.
"""

import json
import subprocess
import sys
from collections import Counter

import pytest
from planted_list import ROOT, chosen_from, defects

from simbiz.compilation import MODEL_SOURCES

KNOWN = defects()
RUNNER = ROOT / "tests" / "planted_defects.py"


def test_every_defect_has_exactly_one_place_and_changes_what_stands_there():
    for defect in KNOWN:
        text = defect.source().read_text(encoding="utf-8")
        planted = defect.planted_in(text)
        assert planted != text, defect.name
        compile(planted, defect.file, "exec")
        assert defect.why, defect.name


def test_only_what_decides_no_result_is_tried_compiled():
    assert not [defect.name for defect in KNOWN if defect.compiled and is_source_of_the_model(defect.file)]


def is_source_of_the_model(file):
    return any(file == source or file.startswith(f"{source}/") for source in MODEL_SOURCES)


def test_every_test_that_should_find_a_defect_is_there():
    for defect in KNOWN:
        assert defect.tests, defect.name
        for named in (*defect.tests, *defect.wider, *defect.without):
            file, _, test = named.partition("::")
            text = (ROOT / file).read_text(encoding="utf-8")
            assert not test or f"def {test.partition('[')[0]}(" in text, (defect.name, named)


def test_there_are_enough_defects_in_rules_weeks_luck_and_studies():
    names = [defect.name for defect in KNOWN]
    assert len(set(names)) == len(names) >= 150
    places = Counter(defect.file.split("/")[0] for defect in KNOWN)
    assert places["submodels"] >= 60
    assert places["week"] >= 30
    assert places["draws.py"] >= 10
    assert places["runs"] + places["studies"] + places["statistics"] >= 40
    assert sum(bool(defect.survives) for defect in KNOWN) <= 0.1 * len(KNOWN)


def test_every_file_of_rules_and_of_the_week_has_a_planted_defect():
    no_rules = {"__init__.py", "stages.py", "chunk.py", "read_ahead.py"}  # names, and how compiled code is called
    planted = {defect.source() for defect in KNOWN}
    files = [path for folder in ("submodels", "week") for path in (ROOT / "simbiz" / folder).glob("*.py")]
    assert [path.name for path in files if path.name not in no_rules and path not in planted] == []


def test_a_text_that_stands_twice_or_nowhere_is_refused():
    defect = KNOWN[0]
    for text in ("", 2 * (defect.text + "\n")):
        with pytest.raises(ValueError, match="not once"):
            defect.planted_in(text)


def test_a_sample_is_drawn_by_its_seed():
    assert chosen_from(KNOWN, [], 8, 3) == chosen_from(KNOWN, [], 8, 3) != chosen_from(KNOWN, [], 8, 4)
    assert not any(defect.survives for defect in chosen_from(KNOWN, [], 20, 1))


@pytest.mark.slow
def test_what_is_planted_is_found(tmp_path):
    written = tmp_path / "found.json"
    command = [sys.executable, str(RUNNER), "--sample", "8", "--seed", "20260101", "--results", str(written)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(written.read_text(encoding="utf-8"))
    assert found["planted"] == found["killed"] == 8
    assert found["killed_by_time"] == 0


@pytest.mark.slow
def test_a_defect_that_changes_nothing_survives_and_a_clean_tree_passes(tmp_path):
    written = tmp_path / "found.json"
    command = [sys.executable, str(RUNNER), "negative-effort-unclamped", "--results", str(written)]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert json.loads(written.read_text(encoding="utf-8"))["survived_as_declared"] == 1
