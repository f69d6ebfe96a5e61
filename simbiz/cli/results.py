"""simbiz results: what lies in the result folders, and whether it holds."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import rich_click as click

from simbiz.cli.completion import results_like
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.group import LOOK
from simbiz.cli.output import echo, echo_data, json_option, print_fields, print_json, print_table
from simbiz.cli.results_text import (
    LISTED,
    described,
    described_plainly,
    listed,
    print_verified,
    size_text,
    standing_text,
)


def _found(context: click.Context, parameter: click.Parameter, given: Any) -> Any:
    """Folders as the list names them: as they stand, or below results/."""
    from simbiz.results.found import place_of

    if isinstance(given, tuple):
        return tuple(map(place_of, given))
    return None if given is None else place_of(given)


place = click.Path(path_type=Path)
_result = partial(click.argument, type=place, callback=_found, shell_complete=results_like)
folder_argument = _result("folder", metavar="DIR")
folders_argument = _result("folders", metavar="DIR...", nargs=-1)
newest_argument = _result("folder", metavar="[DIR]", required=False)


@click.group("results")
@click.rich_config(LOOK)
def results_command() -> None:
    """Look at result folders: list, show, verify, merge, export, remove."""


@results_command.command("ls")
@click.argument("folder", metavar="[DIR]", type=place, default=Path("results"))
@json_option
def ls_command(folder: Path, as_json: bool) -> None:
    """List the results below DIR (results/ by default), the newest first."""
    from simbiz.results.found import results_under

    found = results_under(folder)
    if as_json:
        print_json({"schema_version": 1, "results": [one.plain() for one in found]})
        return
    if not found:
        echo(f"No results in {folder}.")
        return
    print_table(LISTED, listed(found, folder))
    for one in found:
        if one.problem:
            echo(f"\n{one.problem}")


@results_command.command("show")
@folder_argument
@json_option
def show_command(folder: Path, as_json: bool) -> None:
    """Show what the result in DIR is, with what it was made, and what it says."""
    from simbiz.cli.answer import print_study
    from simbiz.cli.left_out import print_closing
    from simbiz.results.load import load_result
    from simbiz.runs.conduct import Conducted
    from simbiz.runs.kinds import kinds
    from simbiz.runs.stored_plan import study_in

    result = load_result(folder)
    if as_json:
        print_json(described_plainly(result))
        return
    print_fields({name: value for name, value in described(result).items() if value})
    echo("")
    if not result.report:
        echo("It has no report yet: the command that made it goes on with it and writes one.")
    elif result.kind in kinds() and result.settings:
        study = study_in(folder)
        print_study(Conducted(study, result.report, [], folder))
        print_closing(study, result.report)
    else:
        echo(f"What it says lies in {folder / result.report_file}.")


@results_command.command("verify")
@folder_argument
@click.option("--runs", type=click.IntRange(0), default=3, show_default=True, help="Runs that are done again.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Decides which runs.")
@json_option
@click.pass_context
def verify_command(context: click.Context, folder: Path, runs: int, seed: int, as_json: bool) -> None:
    """Verify the result in DIR: every file and value is as it was written, and runs give the same bits again.

    Ends with 1 if anything is wrong, and says what to do.
    """
    from simbiz.cli.progress import progress_bar
    from simbiz.runs.verify import verify

    with progress_bar() as progress:
        verified = verify(folder, runs=runs, seed=seed, progress=progress)
    if as_json:
        problems = [problem.plain() for problem in verified.problems]
        facts = {"holds": not problems, "files": verified.files, "runs": verified.runs, "problems": problems}
        print_json({"schema_version": 1, "folder": str(folder), **facts})
    else:
        print_verified(verified)
    if verified.problems:
        context.exit(FAILED_RUNS)


@results_command.command("merge")
@folders_argument
@click.option("-o", "--out", type=place, help="Where; the study's folder for its shards.")
@json_option
@click.pass_context
def merge_command(context: click.Context, folders: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """Put DIR... together: shards or copies of one study. A second time changes nothing.

    The folder of a study stands for all shards in it. The report is written once no run is missing.
    """
    from simbiz.results.merge import sources_and_target
    from simbiz.runs.kinds import draw
    from simbiz.runs.merged import merge_study

    if not folders:
        raise click.UsageError("give the folders that are to be put together.", context)
    sources, target = sources_and_target(folders, out)
    merged = merge_study(sources, target, draw)
    if as_json:
        facts = {"folder": str(target), "new": merged.new, "runs": merged.standing, "reported": merged.reported}
        print_json({"schema_version": 1, **facts})
        return
    echo(f"{target}: {standing_text(merged.standing)}, {merged.new} of them new.")
    if merged.reported:
        echo(f"What it says: simbiz results show {target}")
    else:
        echo("The report is not written yet: the command of the study, without --shard, does what is missing.")


@results_command.command("export")
@newest_argument
@click.option(
    "--to", "form", type=click.Choice(["parquet", "csv", "xarray"]), required=True, help="xarray writes netCDF."
)
@click.option("-o", "--out", type=place, help="File; csv goes to stdout by default.")
@json_option
def export_command(folder: Path | None, form: str, out: Path | None, as_json: bool) -> None:
    """Write the outcomes of the result in DIR (the newest by default): a row a run, year and firm, without times."""
    from simbiz.results.export import SUFFIXES, csv_text, export
    from simbiz.results.found import newest_result
    from simbiz.results.load import load_result

    result = load_result(folder or newest_result())
    if form == "csv" and out is None and not as_json:
        echo_data(csv_text(result))
        return
    path = export(result, form, out or Path(f"{result.study}-{result.id}{SUFFIXES[form]}"))
    facts = {"from": str(result.folder), "file": str(path), "rows": len(result.outcomes), "bytes": path.stat().st_size}
    if as_json:
        print_json({"schema_version": 1, **facts})
    else:
        echo(f"{path}: {facts['rows']} rows of {result.folder}, {size_text(path.stat().st_size)}")


@results_command.command("rm")
@folders_argument
@click.option("--failed", is_flag=True, help="All results below results/ that have failed runs.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def rm_command(context: click.Context, folders: tuple[Path, ...], failed: bool, yes: bool, as_json: bool) -> None:
    """Remove the results in DIR...; whatever else lies there stays, and its folder with it."""
    from simbiz.results.remove import removable, remove, strangers

    if not folders and not failed:
        raise click.UsageError("give the folders that are to be removed, or --failed.", context)
    chosen = removable([*folders, *(_failed() if failed else [])])
    if not yes:
        for folder in chosen:
            echo(f"{folder}{_staying(strangers(folder))}", err=True)
        if chosen and not click.confirm(f"Remove {_number(chosen)}?", err=True):
            context.exit(FAILED_RUNS)
    left = {folder: remove(folder) for folder in chosen}
    if as_json:
        stays = [{"folder": str(folder), "others": others} for folder, others in left.items() if others]
        print_json({"schema_version": 1, "removed": [str(folder) for folder in chosen], "left": stays})
        return
    echo(f"Removed {_number(chosen)}." if chosen else "Nothing to remove.")
    for folder, others in left.items():
        if others:
            echo(f"{folder}{_staying(others)}")


def _staying(others: list[str]) -> str:
    """What is no part of a result and stays when that is removed; empty where there is nothing."""
    from simbiz.errors import one_of

    listed = one_of(others).removeprefix("one of ")
    stay = "stays: it is" if len(others) == 1 else "stay: they are"
    return f"; {listed} {stay} no part of the result" if others else ""


def _failed() -> list[Path]:
    from simbiz.results.found import RESULTS, results_under

    if not RESULTS.is_dir():
        return []
    return [one.folder for one in results_under() if one.standing.get("failed")]


def _number(chosen: list[Any]) -> str:
    return "1 result" if len(chosen) == 1 else f"{len(chosen)} results"
