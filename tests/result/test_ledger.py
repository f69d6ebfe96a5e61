"""The ledger keeps what was committed, whatever happens to the process."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from simbiz.errors import InputError
from simbiz.results.ledger import Ledger
from simbiz.runs.run import Outcome

METRICS = ["revenue", "market_share"]
PLAN = [("b", 2, {"programme": True}), ("a", 1, {"programme": False}), ("c", 1, {})]


def good(key, value=1.0):
    metrics = {"revenue": [[value, 2.0], [3.0, 4.0]], "market_share": [[0.1, 0.9], [0.2, 0.8]]}
    fit = {"met": True, "reached": [0.08, 0.07]}
    return Outcome(key, 1, "ok", [-1, 0], ["one", "other"], metrics, fit, {"last_week": 3}, seconds=1.5)


def bad(key):
    return Outcome(key, 1, "failed", error="Traceback\n...\nArithmeticError: broken")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def test_a_plan_entered_twice_is_one_plan(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        first = ledger.runs()
        ledger.finish([good("a")])
        done = ledger.runs()
        ledger.plan(reversed(PLAN))
        assert ledger.runs() == done
    assert [(run["key"], run["seed"], run["label"], run["status"]) for run in first] == [
        ("b", 2, {"programme": True}, "planned"),
        ("a", 1, {"programme": False}, "planned"),
        ("c", 1, {}, "planned"),
    ]


def test_a_longer_plan_goes_on_where_the_shorter_ended(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN[:1])
        ledger.plan(PLAN)
        assert [run["key"] for run in ledger.runs()] == ["b", "a", "c"]


def test_missing_is_what_is_not_finished_well(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        assert ledger.missing() == {"a", "b", "c"}
        ledger.finish([good("a"), bad("b")])
        assert ledger.missing() == {"b", "c"}


def test_a_finished_run_keeps_everything_for_the_next_process(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        ledger.finish([good("c"), good("b")])
    with Ledger(path, METRICS) as again:
        run = again.runs()[2]
        assert (run["status"], run["fit"], run["programme"]) == ("ok", good("c").fit, {"last_week": 3})
        assert (run["seconds"], run["error"]) == (1.5, "")
        rows = again.outcomes()
        assert [row["key"] for row in rows] == ["b"] * 4 + ["c"] * 4
        assert rows[:4] == [
            {"key": "b", "year": -1, "firm": "one", "revenue": 1.0, "market_share": 0.1},
            {"key": "b", "year": -1, "firm": "other", "revenue": 2.0, "market_share": 0.9},
            {"key": "b", "year": 0, "firm": "one", "revenue": 3.0, "market_share": 0.2},
            {"key": "b", "year": 0, "firm": "other", "revenue": 4.0, "market_share": 0.8},
        ]


def test_numbers_come_back_as_the_same_bits(path):
    value = 0.1 + 0.2
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        ledger.finish([good("a", value), good("b", 5e-324)])
        assert [row["revenue"] for row in ledger.outcomes()][::4] == [5e-324, value]


def test_a_failed_run_keeps_its_traceback_until_it_succeeds(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        ledger.finish([bad("a")])
        run = ledger.runs()[1]
        assert (run["status"], run["error"], run["fit"]) == ("failed", bad("a").error, {})
        assert ledger.outcomes() == []
        ledger.finish([good("a")])
        run = ledger.runs()[1]
        assert (run["status"], run["error"]) == ("ok", "")
        assert len(ledger.outcomes()) == 4


def test_a_group_is_entered_whole_or_not_at_all(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        broken = good("b")
        del broken.metrics["market_share"]
        with pytest.raises(KeyError):
            ledger.finish([good("a"), broken])
        assert ledger.missing() == {"a", "b", "c"}
        assert ledger.outcomes() == []
        ledger.finish([good("a")])
        assert ledger.missing() == {"b", "c"}


WRITER = """
import os, sys
from simbiz.runs.run import Outcome
from simbiz.results.ledger import Ledger

def finished(key):
    return Outcome(key, 1, "ok", [0], ["one"], {"revenue": [[1.0]], "market_share": [[1.0]]})

class Deadly(dict):
    def __getitem__(self, name):
        os.kill(os.getpid(), 9)

ledger = Ledger(sys.argv[1], ["revenue", "market_share"])
ledger.plan([(key, 1, {}) for key in "abcd"])
ledger.finish([finished("a"), finished("b")])
dying = finished("d")
dying.metrics = Deadly(dying.metrics)
ledger.finish([finished("c"), dying])
"""


def test_what_was_committed_survives_a_kill_in_the_middle_of_a_group_and_the_lock_does_not(path):
    dead = subprocess.run([sys.executable, "-c", WRITER, str(path)], capture_output=True, check=False)
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    with Ledger(path, METRICS) as ledger:
        assert ledger.missing() == {"c", "d"}
        assert {row["key"] for row in ledger.outcomes()} == {"a", "b"}
        ledger.finish([good("c"), good("d")])
        assert ledger.missing() == set()


def test_a_second_writer_is_turned_away_and_readers_are_not(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        with pytest.raises(InputError, match=r"runs.sqlite: another process is writing it$"):
            Ledger(path, METRICS)
        with closing(sqlite3.connect(path)) as reader:
            assert reader.execute("SELECT count(*) FROM runs").fetchone() == (3,)
        ledger.finish([good("a")])
    with Ledger(path, METRICS) as ledger:
        assert len(ledger.missing()) == 2


def test_two_ledgers_in_memory_have_nothing_to_do_with_each_other():
    with Ledger(":memory:", METRICS) as one, Ledger(":memory:", METRICS) as other:
        one.plan(PLAN)
        assert other.runs() == []


def test_a_file_that_is_no_ledger_is_refused(path):
    path.write_text("not a database, but long enough to be looked at" * 100)
    with pytest.raises(InputError, match=r"runs.sqlite: is no ledger of runs: file is not a database"):
        Ledger(path, METRICS)
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match="cannot be opened: unable to open database file"):
        Ledger(path, METRICS)


def test_a_ledger_of_other_metrics_is_refused_and_left_as_it_is(path):
    with Ledger(path, METRICS) as ledger:
        ledger.plan(PLAN)
        ledger.finish([good("a")])
    for other in (["revenue"], [*METRICS, "profit"], METRICS[::-1]):
        with pytest.raises(InputError, match="it has other metrics, made by another version"):
            Ledger(path, other)
    with Ledger(path, METRICS) as ledger:
        assert len(ledger.outcomes()) == 4


def test_labels_are_plain_data_that_come_back(path):
    label = {"decline": "ended", "programme": True, "values": [1, 2.5, None]}
    with Ledger(path, METRICS) as ledger:
        ledger.plan([("a", 1, label)])
        assert ledger.runs()[0]["label"] == json.loads(json.dumps(label))
