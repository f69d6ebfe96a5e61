"""How a result can be made again, without a folder of anybody's machine."""

import json

import pytest
from figured import copied, figured

from simbiz.files import toml_file
from simbiz.report.reproduced import reproduction_of, seeds_text
from simbiz.results.load import load_result
from simbiz.runs.study_file import load_study


def with_command(folder, *command):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"command": list(command)}), encoding="utf-8")
    return reproduction_of(load_result(folder)).commands


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["/home/ann/bin/simbiz", "run", "partner-dv", "-o", "/home/ann/out"], ["simbiz run partner-dv"]),
        (["simbiz", "run", "/home/ann/my_case.toml", "--out=/home/ann/x"], ["simbiz run my_case.toml"]),
        ([r"C:\bin\simbiz.exe", "run", r"C:\Users\ann\a.toml"], ["simbiz run a.toml"]),
        (["simbiz", "run", "x", "--set", 'a.b=["c/d"]'], ["simbiz run x --set 'a.b=[\"c/d\"]'"]),
        (["simbiz", "claims", "--scheduler", "tcp://host:1"], ["simbiz claims --scheduler tcp://host:1"]),
        (["/usr/bin/pytest", "-q", "tests"], []),
        (["simbiz", "results", "merge", "/home/ann/x"], []),
    ],
)
def test_commands_are_told_without_folders(command, told, tmp_path):
    assert with_command(copied("run", tmp_path), *command) == told


def test_the_study_file_gives_the_same_study_again(tmp_path):
    result = figured("sweep")
    path = tmp_path / "again.toml"
    path.write_text(reproduction_of(result).study_file, encoding="utf-8")
    assert toml_file.read(path).data["kind"] == "sweep"
    assert load_study(path).id == result.id


def test_facts_name_seeds_versions_and_the_digest_of_the_model():
    result = figured("run")
    facts = dict(reproduction_of(result).facts)
    assert facts["seeds"] == "1, 2"
    assert facts["made with"].startswith("simbiz ")
    assert result.manifest["model"] in facts["model"]
    assert "numpy" in facts["packages"]


def test_seeds_are_written_as_people_write_them():
    assert seeds_text([3]) == "3"
    assert seeds_text(range(1, 9)) == "1 to 8"
    assert seeds_text([1, 5, 9]) == "1, 5, 9"
    assert seeds_text(list(range(0, 40, 2))) == "0, 2, 4, 6, 8, 10, 12, 14 and 12 more"
