"""simbiz experiment: studies from files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from simbiz.cli.completion import studies_like
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.group import LOOK
from simbiz.cli.output import echo, json_option, print_json
from simbiz.cli.results import folder_argument
from simbiz.cli.study import Where, conduct_and_print, do_study, study_options
from simbiz.cli.study_options import cores, scheduler_option, workers_option


@click.group("experiment")
@click.rich_config(LOOK)
def experiment_command() -> None:
    """Run studies from files in experiments/, and look after them."""


@experiment_command.command("run")
@click.argument("file", shell_complete=studies_like)
@study_options
@click.pass_context
def run_command(context: click.Context, /, file: str, **options: Any) -> None:
    """Run the study of FILE, a path or a name such as sweep_small; what is done already is not done again."""
    do_study(context, file, {}, **options)


@experiment_command.command("status")
@click.argument("what", shell_complete=studies_like)
@json_option
def status_command(what: str, as_json: bool) -> None:
    """Say how a study stands: WHAT is its result folder, its file or its name."""
    from simbiz.cli.standing import print_standing
    from simbiz.runs.conduct import default_folder
    from simbiz.runs.status import standing
    from simbiz.runs.study_file import load_study

    folder = Path(what) if Path(what).is_dir() else default_folder(load_study(what))
    if not folder.is_dir():
        if as_json:
            print_json({"schema_version": 1, "folder": str(folder), "planned": 0, "done": 0, "failed": 0, "missing": 0})
        else:
            echo(f"Nothing is done yet; the results would be in {folder}.")
            echo(f"How much it is: simbiz experiment run {what} --dry-run")
        return
    found = standing(folder)
    if as_json:
        print_json(found)
    else:
        print_standing(found)


@experiment_command.command("retry")
@folder_argument
@click.option("--run", "key", metavar="KEY", help="Only this run, in this process: shows its traceback.")
@workers_option
@scheduler_option
@json_option
@click.pass_context
def retry_command(
    context: click.Context, folder: Path, key: str | None, workers: int | None, scheduler: str | None, as_json: bool
) -> None:
    """Do again what failed or is missing in a result FOLDER, which says itself what was asked."""
    from simbiz.results.own import require_result
    from simbiz.runs.status import done_again, study_to_retry

    require_result(folder)
    if key is None:
        conduct_and_print(context, study_to_retry(folder), Where(workers or cores(), scheduler, folder, as_json))
        return
    import faulthandler

    # A run that kills its process tells at least where.
    faulthandler.enable(sys.__stderr__ or sys.stderr)
    outcome = done_again(folder, key)
    if as_json:
        own = {"key": outcome.key, "seed": outcome.seed, "status": outcome.status}
        print_json({"schema_version": 1, **own, "stage": outcome.stage, "error": outcome.error})
    elif outcome.status == "ok":
        echo(f"The run gives a result now ({outcome.seconds:.1f} s). This does the rest and reports:")
        echo(f"simbiz experiment retry {folder}")
    else:
        echo(f"The run fails again, at the stage '{outcome.stage}':\n{outcome.error}", err=True)
    if outcome.status != "ok":
        context.exit(FAILED_RUNS)


@experiment_command.command("ls")
@json_option
def ls_command(as_json: bool) -> None:
    """List the studies within reach, your own and the shipped ones, and how their results stand."""
    from simbiz.cli.standing import print_studies
    from simbiz.runs.study_list import studies_within_reach

    found = studies_within_reach()
    if as_json:
        print_json({"schema_version": 1, "studies": found})
    else:
        print_studies(found)


@experiment_command.command("slurm")
@click.argument("file", shell_complete=studies_like)
@click.option("--jobs", type=click.IntRange(1, 10_000), default=10, show_default=True, help="Parts of the study.")
@click.option("--processes", type=click.IntRange(1), default=4, show_default=True, help="Processes of each job.")
@click.option("--minutes", type=click.IntRange(1), default=60, show_default=True, help="Time limit of each job.")
def slurm_command(file: str, jobs: int, processes: int, minutes: int) -> None:
    """Print the script of a SLURM job array that does the study of FILE, one part a job."""
    from simbiz.runs.job_array import slurm_script
    from simbiz.runs.study_file import load_study

    echo(slurm_script(file, load_study(file).name, jobs, processes, minutes), nl=False)
