"""simbiz experiment: studies from files, what they would take, how they stand, and what failed done again."""

import json
import subprocess

import pytest
from click.testing import CliRunner
from studies import TINY

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS
from simbiz.cli.forecast import duration, size
from simbiz.runs import run as run_module

FILE = """\
kind = "ablation"
scenario = "partner-dv"
question = "What does word of mouth contribute?"
mechanisms = ["word_of_mouth"]
replicates = 2
{more}
[set]
{changes}
"""


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write()


def write(more=""):
    from pathlib import Path

    Path("experiments").mkdir(exist_ok=True)
    changes = "\n".join(f'"{name}" = {json.dumps(value)}' for name, value in TINY.items())
    Path("experiments/own.toml").write_text(FILE.format(more=more, changes=changes), encoding="utf-8")


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def run(*options):
    return simbiz("experiment", "run", "own", "--workers", "1", *options)


def test_a_dry_run_counts_and_times_and_writes_nothing(tmp_path):
    before = files(tmp_path)
    done = run("--dry-run", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["runs"], found["distinct"], found["new"], found["done"]) == (8, 8, 8, 0)
    assert found["timed_runs"] == 6
    assert found["seconds"] == pytest.approx(8 * found["seconds_a_run"])
    assert 1_000 < found["bytes"] / 8 < 100_000
    assert files(tmp_path) == before
    assert "new       8\n" in run("--dry-run").stdout


def test_a_dry_run_says_what_it_takes_on_disk_about_as_it_will_be(tmp_path):
    said = json.loads(run("--dry-run", "--json", "--replicates", "16").stdout)["bytes"]
    assert run("--replicates", "16").exit_code == 0
    (ledger,) = tmp_path.glob("results/*/*/runs.sqlite")
    assert 0.5 < said / ledger.stat().st_size < 1.5


def test_a_dry_run_knows_what_is_done_here_and_elsewhere():
    assert run().exit_code == 0
    found = json.loads(run("--dry-run", "--json").stdout)
    assert (found["done"], found["new"], found["seconds"]) == (8, 0, None)
    more = json.loads(run("--dry-run", "--json", "--replicates", "3").stdout)
    assert (more["done"], more["done_elsewhere"], more["new"]) == (0, 8, 4)


def test_shards_are_put_together_by_the_command_without_shard(tmp_path, monkeypatch):
    for number in (1, 2):
        done = run("--shard", f"{number}/2")
        assert f"Shard {number} of 2: 4 of its 4 runs are done." in done.stdout, done.output
    monkeypatch.setattr(run_module, "_branch", None)
    assert run().exit_code == 0
    (folder,) = tmp_path.glob("results/*/*")
    assert {path.name for path in folder.glob("shard*")} == {"shard-1-of-2", "shard-2-of-2"}
    standing = json.loads(simbiz("experiment", "status", folder, "--json").stdout)
    assert (standing["done"], standing["shards"][1]) == (8, {"shard": "shard-2-of-2", "done": 4, "failed": 0})


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0"])
def test_a_shard_that_is_none_is_refused(shard):
    done = run("--shard", shard)
    assert done.exit_code == 2
    assert "is not i/N with i from 1 to N, such as 3/10" in done.stderr + str(done.exception) + done.output


def test_status_names_who_failed_and_retry_repeats_it_and_then_does_the_rest(tmp_path, monkeypatch):
    assert "Nothing is done yet" in simbiz("experiment", "status", "own").stdout
    with monkeypatch.context() as broken:
        sound = run_module.outcome_of

        def outcome_of(model, one, series):
            if one.seed == 2 and one.scenario.programme.order:
                raise ArithmeticError("a planted failure")
            return sound(model, one, series)

        broken.setattr(run_module, "outcome_of", outcome_of)
        failing = run()
        assert failing.exit_code == FAILED_RUNS
        assert "2 runs failed; the first, seed 2:" in failing.stderr
        (folder,) = tmp_path.glob("results/*/*")
        standing = json.loads(simbiz("experiment", "status", folder, "--json").stdout)
        assert (standing["planned"], standing["done"], standing["failed"], standing["missing"]) == (8, 6, 2, 0)
        culprit = standing["culprits"][0]
        assert (culprit["stage"], culprit["error"]) == ("measure", "ArithmeticError: a planted failure")
        assert culprit["label"]["programme"] is True
        assert culprit["command"] == f"simbiz experiment retry {folder} --run {culprit['key']}"
        again = simbiz(*culprit["command"].split()[1:])
        assert again.exit_code == FAILED_RUNS
        assert "in outcome_of" in again.stderr
        assert "ArithmeticError" in simbiz("experiment", "status", folder).stdout
    one = simbiz("experiment", "retry", folder, "--run", culprit["key"][:10])
    assert (one.exit_code, one.stdout.startswith("The run gives a result now")) == (0, True)
    retried = simbiz("experiment", "retry", folder, "--workers", "1", "--json")
    assert (retried.exit_code, json.loads(retried.stdout)["failed_runs"]) == (0, 0)
    assert "Everything is done." in simbiz("experiment", "status", "own").stdout


def test_a_folder_that_is_none_and_a_run_that_is_none_are_named(tmp_path):
    nowhere = simbiz("experiment", "retry", "nowhere")
    assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (BAD_INPUT, 1)
    assert "simbiz results ls" in nowhere.stderr
    run()
    (folder,) = tmp_path.glob("results/*/*")
    done = simbiz("experiment", "retry", folder, "--run", "zz")
    assert (done.exit_code, done.stderr.count("\n")) == (BAD_INPUT, 1)
    assert "it has no run of such a key, zz" in done.stderr
    (tmp_path / "empty").mkdir()
    done = simbiz("experiment", "status", "empty")
    assert (done.exit_code, done.stderr.count("\n")) == (BAD_INPUT, 1)


def test_what_a_report_needs_cannot_be_left_out():
    write('keep = { metrics = ["market_share"] }')
    done = run()
    assert done.exit_code == BAD_INPUT
    assert done.stderr == "experiments/own.toml:6: a study of kind ablation needs every metric\n"
    write('keep = { metrics = ["market_shar"] }')
    assert "own.toml:6: keep.metrics: market_shar is not a metric. Did you mean" in run().stderr


def test_a_folder_of_another_study_is_left_alone(tmp_path):
    run("-o", "kept")
    before = files(tmp_path / "kept")
    done = simbiz("experiment", "run", "claims", "-o", "kept")
    assert done.exit_code == BAD_INPUT
    assert "kept: it holds another study, ablation-partner_dv" in done.stderr
    assert files(tmp_path / "kept") == before


def test_ls_lists_own_and_shipped_studies_with_their_results():
    run()
    listed = json.loads(simbiz("experiment", "ls", "--json").stdout)["studies"]
    by_name = {one["name"]: one for one in listed}
    own = by_name["own"]
    assert (own["kind"], own["question"]) == ("ablation", "What does word of mouth contribute?")
    assert (own["file"], own["done"], own["planned"]) == ("experiments/own.toml", 8, 8)
    assert (by_name["ablation"]["file"], by_name["ablation"]["folder"]) == ("shipped", None)
    printed = simbiz("experiment", "ls").stdout
    assert "What does word of mouth contribute?" in printed
    assert max(map(len, printed.splitlines())) <= 140


def test_the_slurm_script_is_a_script_whose_jobs_do_the_shards(tmp_path):
    done = simbiz("experiment", "slurm", "own", "--jobs", "2", "--processes", "1", "--minutes", "90")
    assert done.exit_code == 0
    assert "#SBATCH --array=1-2\n" in done.stdout
    assert "#SBATCH --time=01:30:00\n" in done.stdout
    (tmp_path / "job.sh").write_text(done.stdout.replace("exec simbiz", "echo simbiz"), encoding="utf-8")
    job = {"SLURM_ARRAY_TASK_ID": "2", "SLURM_CPUS_PER_TASK": "1", "PATH": "/usr/bin:/bin"}
    said = subprocess.run(["bash", "job.sh"], capture_output=True, text=True, env=job, check=True).stdout.split()
    assert said == ["simbiz", "experiment", "run", "own", "--shard", "2/2", "--workers", "1"]
    assert simbiz(*said[1:]).exit_code == 0


def test_times_and_sizes_are_said_as_people_say_them():
    said = [duration(value) for value in (3.4, 99, 150, 7200, 200000)]
    assert said == ["3 s", "99 s", "2.5 min", "2.0 h", "2.3 days"]
    assert [size(value) for value in (1234, 2.5e6, 3e9)] == ["1.2 kB", "2.5 MB", "3.0 GB"]
