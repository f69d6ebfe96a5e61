"""Where runs are executed changes nothing, and what breaks one costs the others nothing."""

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from studies import content, point

from simbiz.runs import engine
from simbiz.runs.engine import map_groups
from simbiz.runs.run import Outcome, Run, grouped
from simbiz.scenario import without_programme


def groups(*seeds):
    return grouped(Run(one, seed) for seed in seeds for one in (point(), without_programme(point())))


def outcomes_of(parts):
    return {outcome.key: content(outcome) for part in parts for outcome in part}


def test_no_runs_need_no_compilation(monkeypatch):
    monkeypatch.setattr(engine, "compile_rules", None)
    assert list(map_groups([], 2)) == []


def test_rules_are_compiled_before_the_first_run(monkeypatch):
    told = []
    monkeypatch.setattr(engine, "compile_rules", lambda run: told.append("compiled"))

    def work(group):
        told.append("run")
        return []

    list(map_groups(groups(1, 2), 1, lambda: told.append("prepared"), work))
    assert told == ["compiled", "prepared", "run", "run"]


def test_outcomes_come_group_by_group_in_one_process():
    parts = list(map_groups(groups(1, 2), 1))
    assert [[outcome.seed for outcome in part] for part in parts] == [[1, 1], [2, 2]]


SCRIPT = """
# A study in worker processes. Two runs of it are broken: the world with the programme raises at seed 2, and the world
# without it takes its process with it at seed 3. Workers read this file, too, and so break in the same way.
import json, os, signal
from simbiz.runs import run as runs
from simbiz.runs.engine import map_groups
from studies import content
from test_engine import groups

sound = runs.observe

def observe(observation):
    adopts = bool(observation.layout.scenario.programme.order)
    if adopts and seed_of(observation) == 2:
        raise ArithmeticError("a planted failure")
    if not adopts and seed_of(observation) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return sound(observation)

def seed_of(observation):
    return observation.seed

class Model(runs.OmnichannelModel):
    def observation(self):
        made = super().observation()
        object.__setattr__(made, "seed", self.seed_used)
        return made

    def branch(self, scenario, engine=None):
        other = super().branch(scenario, engine)
        other.__class__ = Model
        return other

runs.OmnichannelModel, runs.observe = Model, observe

if __name__ == "__main__":
    parts = [[content(outcome) for outcome in part] for part in map_groups(groups(1, 2, 3, 4), 2)]
    print(json.dumps(parts))
"""


def in_two_processes(tmp_path):
    script = tmp_path / "study.py"
    script.write_text(SCRIPT, encoding="utf-8")
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def serial():
    """Outcomes in this process, as they look after a journey through JSON."""
    return {key: json.loads(json.dumps(one)) for key, one in outcomes_of(map_groups(groups(1, 2, 3, 4), 1)).items()}


def test_two_processes_give_what_one_gives(serial):
    parts = list(map_groups(groups(1, 2, 3, 4), 2))
    assert {key: json.loads(json.dumps(one)) for key, one in outcomes_of(parts).items()} == serial
    assert [len(part) for part in parts] == [2] * 4


def test_a_run_that_raises_and_a_worker_that_dies_cost_the_others_nothing(tmp_path, serial):
    parts = in_two_processes(tmp_path)
    found = {one["key"]: one for part in parts for one in part}
    assert set(found) == set(serial)
    assert sum(len(part) for part in parts) == 8
    by_seed = {seed: [one for one in found.values() if one["seed"] == seed] for seed in (1, 2, 3, 4)}
    # The group whose worker died is done again run by run: only the culprit is lost.
    assert sorted((one["status"], one["stage"]) for one in by_seed[3]) == [("failed", "worker"), ("ok", "")]
    assert any(one["error"] == "the worker process died, each time that the run was tried" for one in by_seed[3])
    assert sorted(one["status"] for one in by_seed[2]) == ["failed", "ok"]
    assert sum("ArithmeticError: a planted failure" in one["error"] for one in by_seed[2]) == 1
    for one in found.values():
        if one["status"] == "ok":
            assert one == serial[one["key"]]
    assert sum(one["status"] == "ok" for one in found.values()) == 6


SLEEPERS = """
# Two workers that say who they are. Work of 0 is done once both have begun, other work never.
import os, sys, time
from simbiz.runs import engine

def work(group):
    open(f"{sys.argv[1]}/{os.getpid()}", "w").close()
    while group[0] or len(os.listdir(sys.argv[1])) < 2:
        time.sleep(0.01)
    return []

engine.compile_rules = lambda run: None
if __name__ == "__main__":
    try:
        for _ in engine.map_groups([[0], [1], [1]] if sys.argv[2] == "busy" else [[0], [1]], 2, work=work):
            print("one is done", flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def sleepers(tmp_path, how):
    """Start a study of sleeping workers; gives its process and a function that tells who they are."""
    script, seen = tmp_path / "study.py", tmp_path / "seen"
    script.write_text(SLEEPERS, encoding="utf-8")
    seen.mkdir()
    process = subprocess.Popen(
        [sys.executable, str(script), str(seen), how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return process, lambda: [int(file.name) for file in seen.iterdir()]


def test_workers_end_with_the_process_that_asked_for_the_work(tmp_path):
    process, workers = sleepers(tmp_path, "busy")
    try:
        assert process.stdout.readline() == "one is done\n"
        assert eventually(lambda: len(workers()) == 2)
        assert all(map(lives, workers()))
        process.kill()
        process.wait()
        assert eventually(lambda: not any(map(lives, workers())))
    finally:
        end(process)


def test_ctrl_c_ends_busy_and_idle_workers_without_a_word(tmp_path):
    process, workers = sleepers(tmp_path, "idle")
    try:
        assert process.stdout.readline() == "one is done\n"
        assert eventually(lambda: len(workers()) == 2)
        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        assert (process.returncode, stderr) == (130, "")
        assert eventually(lambda: not any(map(lives, workers())))
    finally:
        end(process)


def end(process):
    """Leave nobody behind, whatever a test has found."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()


def lives(process):
    status = Path(f"/proc/{process}/stat")
    if Path("/proc").is_dir():
        # A process that has ended may wait for a while to be taken note of.
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(holds, seconds=60):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.slow
def test_dask_keeps_no_log_of_tasks_that_are_done():
    """Its logs would hold the last thousand messages, and a message holds the runs of a task: hundreds of megabytes."""
    from simbiz.runs.engine.cluster import Cluster

    def work(group):  # what is defined here travels to a worker as a whole
        return [Outcome(run.key, run.seed, "ok") for run in group]

    def messages_of_a_scheduler(dask_scheduler):
        return len(dask_scheduler.transition_log)

    def messages_of_a_worker(dask_worker):
        return len(dask_worker.state.log) + len(dask_worker.state.stimulus_log)

    def kept():
        gc.collect()
        return sum(type(thing).__name__ == "Run" for thing in gc.get_objects())

    before, tasks = kept(), 200
    with Cluster(2, None) as cluster:
        for seed in range(tasks):
            ((done,),) = cluster.tasks([[Run(point(), seed)]], work)
            assert done[0].seed == seed
        assert kept() - before < tasks // 4
        assert all(number < tasks // 4 for number in cluster.client.run(kept).values())
        assert cluster.client.run_on_scheduler(messages_of_a_scheduler) == 0
        assert set(cluster.client.run(messages_of_a_worker).values()) == {0}
