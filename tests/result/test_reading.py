"""Ledgers are read beside their writer, and two contents are told apart by one digest."""

import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from results_made import result

from simbiz.errors import InputError
from simbiz.results.ledger import Ledger
from simbiz.results.reading import (
    content_digest,
    counts,
    damage,
    metrics_of,
    outcome_blocks,
    reading,
    run_digests,
    seeds_of,
    times_digest,
)
from simbiz.runs.run import Outcome

METRICS = ["revenue", "market_share"]
PLAN = [("b", 2, {"programme": True}), ("a", 1, {"programme": False}), ("c", 1, {})]


def good(key, value=1.0, seconds=1.5):
    metrics = {"revenue": [[value, 2.0], [3.0, 4.0]], "market_share": [[0.1, 0.9], [0.2, 0.8]]}
    return Outcome(key, 1, "ok", [-1, 0], ["one", "other"], metrics, {"met": True}, {"last_week": 3}, seconds=seconds)


def bad(key):
    return Outcome(key, 1, "failed", error="Traceback\nArithmeticError: broken")


def ledger_of(path, *outcomes):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN, "plan")
        for outcome in outcomes:
            ledger.finish([outcome])
    return path


def digest(path):
    with reading(path) as ledger:
        return content_digest(ledger)


@pytest.fixture
def path(tmp_path):
    return ledger_of(tmp_path / "runs.sqlite", good("a"), bad("c"))


def test_a_ledger_tells_how_its_runs_stand(path):
    with reading(path) as ledger:
        assert counts(ledger) == {"ok": 1, "failed": 1, "planned": 1}
        assert seeds_of(ledger) == [1, 2]
        assert metrics_of(ledger) == METRICS
        assert damage(ledger) is None


def test_reading_leaves_nothing_behind_and_changes_nothing(path):
    before = path.read_bytes()
    with reading(path) as ledger:
        counts(ledger)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            ledger.execute("DELETE FROM runs")
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} <= {"runs.sqlite", "runs.sqlite.lock"}


def test_a_ledger_is_read_while_another_writes_it(path):
    with Ledger(path, METRICS) as writer:
        writer.finish([good("b")])
        with reading(path) as ledger:
            assert counts(ledger)["ok"] == 2
        writer.finish([good("c")])
    with reading(path) as ledger:
        assert counts(ledger)["ok"] == 3


def test_outcomes_come_in_the_order_of_the_plan_with_every_bit(tmp_path):
    path = ledger_of(tmp_path / "runs.sqlite", good("a", 0.1 + 0.2), good("b", 5e-324))
    with reading(path) as ledger:
        (block,) = outcome_blocks(ledger, ["market_share", "revenue"])
        assert block.runs == (1, 1, 1, 1, 2, 2, 2, 2)
        assert block.years == (-1, -1, 0, 0) * 2
        assert block.firms == ("one", "other") * 4
        assert block.values[[0, 4], 1].tolist() == [5e-324, 0.1 + 0.2]
        (own,) = outcome_blocks(ledger, ["revenue"], firm="other", key="a")
        assert own.values.tolist() == [[2.0], [4.0]]


def test_what_was_not_measured_is_not_a_number(tmp_path):
    path = ledger_of(tmp_path / "runs.sqlite", good("a", float("nan")))
    with reading(path) as ledger:
        (block,) = outcome_blocks(ledger, ["revenue"])
        assert np.isnan(block.values[:, 0]).tolist() == [True, False, False, False]


def test_the_digest_does_not_depend_on_the_order_of_work_on_times_or_on_the_layout_of_the_file(tmp_path):
    one = ledger_of(tmp_path / "one.sqlite", good("a"), good("b"))
    other = ledger_of(tmp_path / "other.sqlite", bad("b"), good("b", seconds=9.0), good("a"))
    assert digest(one) == digest(other)
    with reading(one) as first, reading(other) as second:
        assert times_digest(first) != times_digest(second)
    with closing(sqlite3.connect(other)) as database:
        database.execute("VACUUM")
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE measured SET revenue = 1.0000000000000002 WHERE run = 2 AND year = -1 AND firm = 'one'",
        "UPDATE measured SET firm = 'two' WHERE run = 2 AND year = -1 AND firm = 'one'",
        "DELETE FROM measured WHERE run = 2 AND year = 0",
        "UPDATE runs SET fit = '{\"met\": false}' WHERE key = 'a'",
        "UPDATE runs SET label = '{}' WHERE key = 'b'",
        "UPDATE runs SET error = '' WHERE key = 'c'",
        "UPDATE planned SET place = 7 WHERE place = 2",
        "UPDATE runs SET seed = 5 WHERE key = 'c'",
    ],
)
def test_no_value_can_change_without_the_digest(path, change):
    before = digest(path)
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute(change).rowcount > 0
    assert digest(path) != before


def test_finished_runs_have_digests_of_their_own(tmp_path):
    one = ledger_of(tmp_path / "one.sqlite", good("a"), good("b"))
    other = ledger_of(tmp_path / "other.sqlite", good("a"), good("b", 2.0), bad("c"))
    with reading(one) as first, reading(other) as second:
        mine, theirs = run_digests(first), run_digests(second)
    assert mine.keys() == theirs.keys() == {"a", "b"}
    assert [mine[key] == theirs[key] for key in "ab"] == [True, False]


def test_what_is_no_ledger_is_said_in_one_line(tmp_path, path):
    with pytest.raises(InputError, match=r"none.sqlite: is missing"), reading(tmp_path / "none.sqlite"):
        raise AssertionError
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as database:
        database.execute("CREATE TABLE x (y)")
    with pytest.raises(InputError, match=r"other.sqlite: is no ledger of runs"), reading(tmp_path / "other.sqlite"):
        raise AssertionError
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError, match=r"runs.sqlite: cannot be read: ") as caught, reading(path) as ledger:
        content_digest(ledger)
    assert "\n" not in str(caught.value)


def seen(path):
    """All that can be found out about a ledger, or why it cannot be read."""
    try:
        with reading(path) as ledger:
            return damage(ledger), content_digest(ledger), times_digest(ledger)
    except InputError as error:
        return str(error)


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


@pytest.mark.parametrize(
    "stored", [0.1, 0.9, 0.2, 1.5, "ArithmeticError", '{"last_week"', '{"programme"', '{"met"', "failed"]
)
def test_a_flipped_byte_of_a_value_is_found(tmp_path, stored):
    path = ledger_of(tmp_path / "runs.sqlite", good("a"), good("b"), bad("c"))
    data, before = path.read_bytes(), seen(path)
    mark = stored.encode() if isinstance(stored, str) else np.array(stored, dtype=">f8").tobytes()
    first = data.rindex(mark)
    for place in range(first, first + len(mark)):
        path.write_bytes(flipped(data, place))
        assert seen(path) != before


def dump(path):
    """Every row of every table; nothing where that cannot be read."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as database:
        tables = ("runs", "measured", "plans", "planned", "facts")
        return [database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


def test_a_flipped_byte_anywhere_is_found_or_changes_nothing_that_is_stored(tmp_path):
    path = ledger_of(tmp_path / "runs.sqlite", good("a"), good("b"), bad("c"))
    data, before, rows = path.read_bytes(), seen(path), dump(path)
    places = range(0, len(data), 97)
    found = 0
    for place in places:
        path.write_bytes(flipped(data, place))
        if seen(path) == before:
            assert dump(path) == rows
        else:
            found += 1
    assert found > 0


def test_the_copy_of_a_study_has_the_digest_of_the_study(tmp_path):
    folder = result(tmp_path)
    shutil.copy(folder / "runs.sqlite", tmp_path / "copy.sqlite")
    assert digest(tmp_path / "copy.sqlite") == digest(folder / "runs.sqlite")


@pytest.mark.parametrize("name", ["runs", "measured"])
def test_a_ledger_whose_rows_are_computed_without_end_is_refused_at_once(path, name):
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP VIEW outcomes")
        database.execute(f"ALTER TABLE {name} RENAME TO kept")
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        database.execute(f"CREATE VIEW {name} AS {endless} SELECT max(i) AS run, 1 AS key FROM n")
        database.execute("CREATE TABLE outcomes (key, year, firm)")
        database.commit()
    with pytest.raises(InputError, match=rf"runs.sqlite: cannot be read: its {name} are no table"), reading(path):
        pass
