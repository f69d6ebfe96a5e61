"""Hours of work leave nothing behind: the long run at 5,000 runs, and what it would say if something grew.

SIMBIZ_LONG_RUN_MINUTES=10 (make test-long) makes it last as long as it should once in a while.
"""

import os

import long_run
import pytest
from long_run import Found, Standing

from simbiz.market.model import OmnichannelModel

MINUTES = float(os.environ.get("SIMBIZ_LONG_RUN_MINUTES", "0"))
RUNS = 5000


@pytest.mark.slow
def test_thousands_of_runs_leave_nothing_behind_and_memory_flat():
    found = long_run.long_run(MINUTES, RUNS)
    assert found.runs >= RUNS
    assert all(found.rounds.values())
    assert found.faults() == []


def seen(megabytes, seconds=100):
    """Make what a long run saw: memory of the parent by the second."""
    samples = [(float(second), {"parent": int(megabytes(second) * 1e6)}) for second in range(seconds)]
    return Found(seconds=float(seconds), runs=1, samples=samples)


def test_memory_that_grows_after_the_first_quarter_is_told():
    (told,) = seen(lambda second: 100.0 + 0.2 * second).faults()
    assert told.startswith("parent grew by ")


def test_memory_that_is_taken_at_the_beginning_and_kept_is_no_growth():
    assert seen(lambda second: 100.0 if second < 20 else 150.0 + second % 3).faults() == []


def test_a_worker_that_came_late_is_measured_from_then_on():
    found = seen(lambda second: 100.0)
    for second, own in found.samples[10:]:
        own["worker 1"] = int((50.0 + second) * 1e6)
    assert [one.split()[0] for one in found.faults()] == ["worker"]


def test_what_was_left_behind_is_told():
    found = seen(lambda second: 100.0)
    found.left = {"files": [], "processes": ["a stray"], "worlds": ["parent: 3"]}
    assert found.faults() == ["processes left behind: a stray", "worlds left behind: parent: 3"]


def test_a_world_that_nobody_let_go_is_counted():
    before = Standing.of_this_process().worlds
    world = OmnichannelModel("partner-dv", rng=1, customers=20, calendar__burn_in_weeks=52)
    assert Standing.of_this_process().worlds > before
    world.release()
    del world
    assert Standing.of_this_process().worlds == before


def test_a_file_that_stays_open_is_more_than_there_was(tmp_path):
    before = Standing.of_this_process()
    with (tmp_path / "open.txt").open("w"):
        now = Standing.of_this_process()
    left = long_run._left(({"parent": before}, []), ({"parent": now}, ["stray"]), tmp_path)
    assert any("open.txt" in name for name in left["handles"])
    assert left["processes"] == ["stray"]
    assert left["files"] == ["open.txt"]
