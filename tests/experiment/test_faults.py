"""Whatever breaks, the same command finishes, and what it has then is what an undisturbed study has."""

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import faulty_study
import psutil
import pytest
from faulty_study import command, environment, exported, ledger, statuses

RUN = ("experiment", "run", "faulty")


@cache
def undisturbed(points=4):
    """What the ledger of a study holds that nobody disturbs."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        faulty_study.write(folder, points=points)
        assert do(folder, "--workers", "1").returncode == 0
        return exported(ledger(folder))


def do(folder, *options, **how):
    """Run the study of a working folder to its end."""
    made = command(*RUN, *options)
    return subprocess.run(made, capture_output=True, text=True, cwd=folder, env=environment(), check=False, **how)


def begin(folder, *options):
    """Begin to run it, in a session of its own."""
    return subprocess.Popen(
        command(*RUN, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(),
        start_new_session=True,
    )


@contextlib.contextmanager
def ended(*processes):
    """Leave nobody behind, whatever a test has found."""
    everybody = list(processes)
    try:
        yield everybody
    finally:
        for process in everybody:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def eventually(holds, seconds=240):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def some_done(folder, process, least=2):
    assert eventually(lambda: statuses(folder).get("ok", 0) >= least or process.poll() is not None)
    return statuses(folder)["ok"]


def finishes(folder, points=4):
    """The same command finishes, and nothing shows that it was disturbed."""
    done = do(folder, "--workers", "1")
    assert done.returncode == 0, done.stderr
    return exported(ledger(folder)) == undisturbed(points)


def test_ctrl_c_says_how_to_go_on_and_loses_nothing(tmp_path):
    faulty_study.write(tmp_path, points=4, pause=0.2)
    with ended(begin(tmp_path, "--workers", "2")) as (process,):
        before = some_done(tmp_path, process)
        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=120)
    folder = ledger(tmp_path).parent.relative_to(tmp_path)
    assert (process.returncode, stderr) == (130, f"interrupted; the same command goes on from {folder}\n")
    assert before <= statuses(tmp_path)["ok"] < 24
    assert finishes(tmp_path)


def test_a_second_process_on_a_folder_is_turned_away_and_the_first_goes_on(tmp_path):
    faulty_study.write(tmp_path, points=4, pause=0.2)
    with ended(begin(tmp_path, "--workers", "1")) as (process,):
        some_done(tmp_path, process)
        second = do(tmp_path, "--workers", "1")
        assert second.returncode == 3
        assert second.stderr.endswith("runs.sqlite: another process is writing it\n")
        assert second.stderr.count("\n") == 1
        assert process.wait(timeout=120) == 0
    assert exported(ledger(tmp_path)) == undisturbed()


def no_large_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_file_that_cannot_grow_ends_in_one_line_and_loses_nothing(tmp_path):
    faulty_study.write(tmp_path, points=4)
    done = do(tmp_path, "--workers", "1", preexec_fn=no_large_files)
    assert done.returncode == 3
    assert "runs.sqlite: cannot be written: " in done.stderr
    assert done.stderr.endswith("; what is done is kept\n")
    assert done.stderr.count("\n") == 1
    assert 0 < statuses(tmp_path)["ok"] < 24
    assert finishes(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [200, 260, 400])
def test_a_full_disk_ends_in_one_line_and_loses_nothing(tmp_path, kilobytes):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        faulty_study.write(tmp_path, points=4)
        done = do(tmp_path, "--workers", "1")
        assert done.returncode == 3
        assert "cannot be written" in done.stderr
        assert done.stderr.count("\n") == 1
        subprocess.run(["mount", "-o", "remount,size=20m", str(tmp_path)], check=True)
        assert finishes(tmp_path)
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


@pytest.mark.slow
def test_runs_that_fail_are_named_with_the_command_that_repeats_them(tmp_path):
    faulty_study.write(tmp_path, points=4, raising=(2,), deadly=(3,))
    failing = do(tmp_path, "--workers", "2")
    assert failing.returncode == 1
    assert statuses(tmp_path) == {"ok": 16, "failed": 8}
    folder = str(ledger(tmp_path).parent.relative_to(tmp_path))
    repeat = failing.stderr.splitlines()[-1].removeprefix("This repeats it: simbiz ").split()
    assert repeat[:3] == ["experiment", "retry", folder]
    again = subprocess.run(
        command(*repeat), capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False
    )
    assert again.returncode == 1
    assert "ArithmeticError: a planted failure" in again.stderr
    (tmp_path / "mended").touch()
    retried = subprocess.run(command("experiment", "retry", folder), cwd=tmp_path, env=environment(), check=False)
    assert retried.returncode == 0
    assert exported(ledger(tmp_path)) == undisturbed()


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing(tmp_path):
    faulty_study.write(tmp_path, points=4, pause=0.3)
    with ended(begin(tmp_path, "--workers", "2")) as (process,):
        some_done(tmp_path, process)
        workers = [one for one in psutil.Process(process.pid).children() if "spawn_main" in " ".join(one.cmdline())]
        workers[0].kill()
        assert process.wait(timeout=240) == 0
    assert exported(ledger(tmp_path)) == undisturbed()


@pytest.mark.slow
def test_twenty_kills_at_random_moments_lose_nothing_and_repeat_nothing(tmp_path):
    faulty_study.write(tmp_path, points=30, pause=0.05)
    luck, done = random.Random(20), 0
    for number in range(20):
        late = contextlib.suppress(subprocess.TimeoutExpired)
        with ended(begin(tmp_path, "--workers", "2")) as (process,), late:
            # Half of them while it begins, half while runs come in.
            if number % 2:
                some_done(tmp_path, process, least=done + 1)
            process.wait(timeout=luck.uniform(0.1, 3.0))
        now = statuses(tmp_path).get("ok", 0)
        assert now >= done
        done = now
    assert done >= 10
    assert finishes(tmp_path, points=30)


def address_in(contact):
    """Where the scheduler that writes this file can be reached; None until it is written whole."""
    try:
        return json.loads(contact.read_text())["address"]
    except (FileNotFoundError, json.JSONDecodeError):
        return None


@pytest.fixture
def scheduler(tmp_path):
    """A scheduler in a process of its own; gives (address, process, function that starts a worker)."""
    contact = tmp_path / "scheduler.json"
    with ended() as everybody:

        def start(*arguments):
            made = [sys.executable, "-m", "dask", *arguments]
            pipe = subprocess.DEVNULL
            process = subprocess.Popen(
                made, cwd=tmp_path, env=environment(), stdout=pipe, stderr=pipe, start_new_session=True
            )
            everybody.append(process)
            return process

        process = start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(contact)
        )
        assert eventually(lambda: address_in(contact))
        address = address_in(contact)
        worker = ("worker", address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path))
        yield address, process, lambda: start(*worker)


@pytest.mark.slow
def test_workers_that_join_late_do_their_part_on_a_scheduler_of_ones_own(tmp_path, scheduler):
    address, _, add_worker = scheduler
    faulty_study.write(tmp_path, points=4, pause=0.3)
    with ended(begin(tmp_path, "--scheduler", address)) as (process,):
        assert eventually(lambda: statuses(tmp_path).get("planned") == 24)
        add_worker()
        some_done(tmp_path, process)
        second = add_worker()
        assert process.wait(timeout=240) == 0
    assert second.poll() is None
    assert exported(ledger(tmp_path)) == undisturbed()


@pytest.mark.slow
def test_a_scheduler_that_dies_ends_the_study_in_one_line_and_loses_nothing(tmp_path, scheduler):
    address, process_of_scheduler, add_worker = scheduler
    add_worker()
    faulty_study.write(tmp_path, points=4, pause=0.3)
    with ended(begin(tmp_path, "--scheduler", address)) as (process,):
        before = some_done(tmp_path, process)
        os.killpg(process_of_scheduler.pid, signal.SIGKILL)
        _, stderr = process.communicate(timeout=120)
    assert (process.returncode, stderr) == (3, f"{address}: the scheduler is gone; what is done is kept\n")
    assert before <= statuses(tmp_path)["ok"] < 24
    assert finishes(tmp_path)


@pytest.mark.slow
def test_an_address_without_a_scheduler_is_named(tmp_path):
    faulty_study.write(tmp_path, points=1)
    done = do(tmp_path, "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 3
    assert done.stderr.startswith("tcp://127.0.0.1:9: no Dask scheduler answers there: ")
    assert done.stderr.count("\n") == 1
