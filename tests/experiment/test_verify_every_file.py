"""Whatever kind a result is of, a flipped byte in any of its files, a missing one and an unknown one are named."""

import json
import sqlite3
from contextlib import closing
from random import Random

import pytest
from click.testing import CliRunner
from results_made import OTHERS, result

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS
from simbiz.results.load import load_result
from simbiz.results.manifest import manifest_checksum
from simbiz.runs.verify import verify

KINDS = [
    pytest.param(kind, marks=[] if kind == "run" else [pytest.mark.slow], id=kind)
    for kind in ("run", "ablation", *OTHERS)
]
FLIPS = 3
IN_THE_LEDGER = 40


def said(folder):
    lines = [str(problem) for problem in verify(folder, runs=0).problems]
    assert all("\n" not in line for line in lines)
    return lines


def verified(folder, *options):
    return CliRunner().invoke(main, ["results", "verify", str(folder), *options])


def files_in(folder):
    """Name every file but the lock of the ledger, which holds nothing."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [name for name in names if name != "runs.sqlite.lock"]


def places(data, number, seed):
    """First and last byte, and some between."""
    return [0, len(data) - 1, *(Random(seed).randrange(len(data)) for _ in range(number))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_byte_anywhere_is_found_and_the_file_named(tmp_path, kind):
    folder = result(tmp_path, kind)
    assert said(folder) == []
    names, tried = files_in(folder), 0
    assert {"manifest.json", "runs.sqlite", "study.json", "ro-crate-metadata.json"} <= set(names)
    for name in names:
        path, data = folder / name, (folder / name).read_bytes()
        for place in places(data, IN_THE_LEDGER if name == "runs.sqlite" else FLIPS, seed=name):
            bit = 1 << (place % 8)
            path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
            lines = said(folder)
            assert [line for line in lines if line.startswith((f"{name} ", f"{name}:"))], (name, place, lines)
            assert len(lines) == 1, (name, place, lines)
            tried += 1
        path.write_bytes(data)
    assert said(folder) == []
    print(f"{kind}: {tried} flipped bits in {len(names)} files, all found")


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_file_and_an_unknown_one_are_named_and_the_end_is_1(tmp_path, kind):
    folder = result(tmp_path, kind)
    for name in files_in(folder):
        data = (folder / name).read_bytes()
        (folder / name).unlink()
        printed = verified(folder, "--runs", "0")
        assert printed.exit_code == FAILED_RUNS
        (line,) = printed.stdout.splitlines()
        assert line.startswith(f"{name} is missing")
        (folder / name).write_bytes(data)
    for name in ("notes.txt", "plans/other.json", "series/other.parquet", ".hidden", "runs.sqlite.old"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"{}")
        printed = verified(folder, "--runs", "0")
        (line,) = printed.stdout.splitlines()
        assert (printed.exit_code, line) == (
            FAILED_RUNS, f"{name} is not in the manifest: it is no part of the result; move it elsewhere",
        )  # fmt: skip
        (folder / name).unlink()
    assert verified(folder, "--runs", "0").exit_code == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_scenario_and_another_version_are_said_in_one_line(tmp_path, kind):
    folder = result(tmp_path, kind)
    path = sorted((folder / "scenarios").glob("*.json"))[0]
    data = json.loads(path.read_text())
    data["scenario"]["market"]["growth"] = 0.5
    before = path.read_bytes()
    path.write_text(json.dumps(data))
    (line,) = verified(folder).stdout.splitlines()
    assert line.startswith(f"scenarios/{path.name} was changed after it was written: ")
    path.write_bytes(before)
    manifest = json.loads((folder / "manifest.json").read_text()) | {"model": "0" * 32}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"checksum": manifest_checksum(manifest)}))
    printed = verified(folder)
    assert printed.exit_code == FAILED_RUNS
    (line,) = printed.stdout.splitlines()
    assert line.startswith("runs.sqlite was made by another version of the model: check out simbiz ")


@pytest.mark.slow
@pytest.mark.parametrize("kind", OTHERS)
def test_runs_of_every_kind_give_the_same_bits_again(tmp_path, kind):
    found = verify(result(tmp_path, kind), runs=2)
    assert found.problems == []
    assert {run["same"] for run in found.runs} == {True}


def test_a_ledger_that_a_database_program_wrote_anew_is_told_from_a_changed_one(tmp_path):
    folder = result(tmp_path)
    with closing(sqlite3.connect(folder / "runs.sqlite")) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA user_version = 2")
    (line,) = said(folder)
    assert line.startswith("runs.sqlite is not the file that was written, though every value in it is the same: keep ")


def test_a_link_in_the_place_of_nothing_is_unknown_and_one_out_of_the_folder_is_not_followed(tmp_path):
    folder = result(tmp_path)
    (tmp_path / "elsewhere.json").write_text("{}")
    (folder / "more.json").symlink_to(tmp_path / "elsewhere.json")
    (folder / "up").symlink_to(tmp_path)
    assert [line.partition(":")[0] for line in said(folder)] == [
        "more.json is not in the manifest", "up is not in the manifest",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "series/../../secret.txt"])
def test_a_manifest_that_answers_for_files_elsewhere_is_refused_and_they_are_not_read(tmp_path, name):
    folder = result(tmp_path)
    (tmp_path / "secret.txt").write_text("x")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = {"bytes": 1, "sha256": "0"}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"checksum": manifest_checksum(manifest)}))
    (line,) = said(folder)
    assert line.startswith(f"manifest.json answers for {name}, which is no file of the folder: ")


# ---- earlier and later versions


def test_a_manifest_of_before_the_ledger_had_a_checksum_still_holds(tmp_path):
    folder = result(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["ledger"] = {name: manifest["ledger"][name] for name in ("values", "times")}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"checksum": manifest_checksum(manifest)}))
    assert said(folder) == []


def test_a_manifest_of_before_checksums_opens_and_verify_says_what_is_missing(tmp_path):
    folder = result(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    old = {name: manifest[name] for name in ("study", "id", "kind", "runs", "seeds")} | {"schema_version": 1}
    (folder / "manifest.json").write_text(json.dumps(old))
    assert len(load_result(folder).runs) == 2
    (line,) = said(folder)
    assert line.startswith("manifest.json has no checksums, an earlier version wrote it: ")


@pytest.mark.parametrize("command", ["show", "verify", "export"])
def test_what_a_later_version_wrote_says_so_in_one_line(tmp_path, command):
    folder = result(tmp_path)
    for name in ("manifest.json", "study.json"):
        before = (folder / name).read_bytes()
        (folder / name).write_text(json.dumps(json.loads(before) | {"schema_version": 99}))
        options = ["--to", "csv"] if command == "export" else []
        printed = CliRunner().invoke(main, ["results", command, str(folder), *options])
        line = (printed.stdout + printed.stderr).strip()
        assert "\n" not in line
        if command == "verify":
            assert printed.exit_code == FAILED_RUNS
        else:
            assert printed.exit_code == BAD_INPUT
            assert f"{name}: was written by a later simbiz (schema_version 99; " in line
        (folder / name).write_bytes(before)
