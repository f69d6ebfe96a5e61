"""The reference result: any machine, either Python and both engines give the same counts, and sums to 1e-9."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import reference_result
from reference_result import content_digest, differences, names, read, tables_of

from simbiz.catalogue import load_catalogue

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"
FEW = "few_customers"  # small enough for customers that are Mesa agents
NEVER_HAPPENS: dict[str, str] = {}  # what is nothing in every world of the reference result, and why


@pytest.mark.parametrize("name", names())
def test_compiled_loops_give_the_reference_result(name):
    assert differences(read(name), tables_of(name)) == []


def test_mesa_agents_give_the_reference_result():
    assert differences(read(FEW), tables_of(FEW, "agents")) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in names() if name not in (FEW, "no_programme")])
def test_mesa_agents_give_the_reference_result_of_larger_worlds(name):
    assert differences(read(name), tables_of(name, "agents")) == []


@cache
def _numbers() -> dict[str, list[float]]:
    """Numbers of all worlds by what they are about, digests left out."""
    found: dict[str, list[float]] = {}
    for name in names():
        kept = read(name)
        lines = [(key, cells[1:]) for key, cells in kept["counts.csv"].items() if key != "count"]
        lines += [(key.split(", year")[0], cells) for key, cells in kept["sums.csv"].items() if key != "sum"]
        for about, cells in lines:
            found.setdefault(about, []).extend(map(float, cells))
    return found


def test_whatever_is_counted_has_happened_somewhere_in_the_reference_result():
    assert [about for about, numbers in _numbers().items() if not np.nan_to_num(numbers).any()] == []


def test_every_metric_that_is_declared_stands_in_the_reference_result():
    assert set(load_catalogue().metrics) <= set(_numbers())


def test_tools_fail_and_rivals_answer_by_tools_by_price_and_from_elsewhere_in_the_reference_result():
    events = [cells for name in names() for key, cells in read(name)["events.csv"].items() if key != "event"]
    answers = [cells for name in names() for key, cells in read(name)["events.csv"].items() if key.startswith("answer")]
    assert "yes" in [cells[2] for cells in events]
    assert any(cells[3].endswith("0.05") for cells in answers)
    assert any(cells[0] for cells in answers)
    assert any(not cells[0] for cells in answers)


def test_the_world_with_the_programme_and_the_one_without_are_one_world_until_it_begins():
    one, other = read("programme")["sums.csv"], read("no_programme")["sums.csv"]
    assert one["customers.rate"] == other["customers.rate"]
    assert one["market_share, year 3"] != other["market_share, year 3"]


def test_one_more_purchase_is_found_and_rounding_is_not():
    kept = {"counts.csv": {"purchases": ["d1", "7"]}, "sums.csv": {"market_share, year 1": ["0.25", "1e-14", "nan"]}}
    more = {"counts.csv": {"purchases": ["d2", "8"]}, "sums.csv": {"market_share, year 1": ["0.25", "0", "nan"]}}
    assert differences(kept, more) == ["counts.csv, purchases: kept d1,7, found d2,8"]
    for cells in (["0.250000001", "0", "nan"], ["0.25", "0", "0"], ["0.25", "0"]):
        moved = kept | {"sums.csv": {"market_share, year 1": cells}}
        assert len(differences(kept, moved)) == 1, cells
    rounded = ["0.2500000001", "0", "nan"]
    assert differences(kept, kept | {"sums.csv": {"market_share, year 1": rounded}}) == []


def test_a_line_that_came_or_went_is_named():
    kept = {"counts.csv": {"purchases": ["d", "7"]}}
    assert differences(kept, {}) == ["counts.csv, purchases: kept d,7, found nothing"]
    assert differences({}, kept) == ["counts.csv, purchases: kept nothing, found d,7"]


def test_the_changelog_names_the_reference_result_that_is_kept():
    """Nobody changes it without writing there what moved, by how much and why."""
    assert content_digest() in CHANGELOG.read_text(encoding="utf-8")


def test_a_changed_byte_of_the_reference_result_gives_another_digest(tmp_path, monkeypatch):
    (tmp_path / "world").mkdir()
    digests = []
    for content in ("needs,1\n", "needs,2\n"):
        (tmp_path / "world" / "counts.csv").write_text(content, encoding="utf-8")
        monkeypatch.setattr(reference_result, "FOLDER", tmp_path)
        digests.append(content_digest())
    assert digests[0] != digests[1]


def test_the_reference_result_is_small_enough_to_be_read():
    sizes = [path.stat().st_size for path in reference_result.FOLDER.rglob("*") if path.is_file()]
    assert sum(sizes) < 300_000
