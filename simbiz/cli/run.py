"""simbiz run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.changes import changes_option
from simbiz.cli.completion import scenarios_like
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.left_out import print_left_out
from simbiz.cli.metric_text import value_text
from simbiz.cli.output import echo, json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.sample import sample_words, spread_words
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

SHOWN = (
    "market_share",
    "share_index",
    "revenue",
    "profit",
    "digitalization_rate",
    "awareness",
    "digital_contacts",
    "contexts_lost",
    "leads_lost",
    "wait",
    "servqual_gap",
    "repeat_rate",
)


@click.command("run")
@click.argument("scenario", shell_complete=scenarios_like)
@seed_option
@click.option("--weeks", type=click.IntRange(1, 2600), help="Weeks from the start of the programme.")
@click.option(
    "--engine",
    type=click.Choice(["arrays", "agents"]),
    default="arrays",
    show_default=True,
    help="Compiled loops, or every customer a Mesa agent: slower, same results.",
)
@click.option(
    "--log",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the event log, see docs/event_log.md; one a seed below it for several replicates.",
)
@replicates_option(1)
@changes_option
@workers_option
@out_option
@json_option
@click.pass_context
def run_command(
    context: click.Context,
    scenario: str,
    seed: int,
    weeks: int | None,
    engine: str,
    log: Path | None,
    replicates: int,
    changes: dict[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run a SCENARIO and keep its metrics and weekly series.

    With --json the results are printed and nothing is written, unless --out or --log says where.
    """
    from simbiz.runs.conduct import conduct, default_folder
    from simbiz.runs.logged import log_folders
    from simbiz.runs.study_file import study_of
    from simbiz.studies.run.study import run_results

    if weeks is not None:
        changes = {**changes, "calendar.weeks": weeks}
    settings = {"kind": "run", "scenario": scenario, "set": changes, "first_seed": seed, "replicates": replicates}
    study = study_of(settings)
    study.engine = engine
    if log is not None:
        # A folder that cannot take the log is refused before anything is written.
        log_folders(log, [run for run, _ in study.plan().runs])
    folder = out or (None if as_json else default_folder(study))
    with progress_bar() as progress:
        conducted = conduct(study, folder=folder, workers=workers or cores(), progress=progress, log=log)
    if as_json:
        print_json(run_results(study.scenario.name, conducted.finished[0]))
    else:
        print_study(conducted)
        print_left_out(conducted.report)
        print_sample(conducted)
        echo(f"\nResults: {folder}" + (f"\nEvent log: {log}" if log else ""))
    if conducted.failed:
        echo(f"{len(conducted.failed)} runs failed; the first:\n{conducted.failed[0]['error']}", err=True)
        context.exit(FAILED_RUNS)


def print_study(conducted: Conducted) -> None:
    """Print the focal firm by year: the mean over replicates, and the spread between them."""
    from simbiz.catalogue import load_catalogue

    report, scenario = conducted.report, conducted.study.scenario
    means, spreads, metrics = report["means"], report["spreads"], load_catalogue().metrics
    if not means:
        return
    years = [f"year {year}" for year in next(iter(means.values()))]
    rows = []
    for name in SHOWN:
        if name in means:
            unit = "" if metrics[name].unit == "share" else metrics[name].unit
            rows.append([name.replace("_", " "), *_texts(means[name], metrics[name]), unit])
            if name in spreads:
                rows.append(["  ±", *_texts(spreads[name], metrics[name]), unit])
    title, number = scenario.firms[scenario.focal].title, report["finished_runs"]
    said = f"mean of {number} replicates" + (", ± their standard deviation" if spreads else "")
    echo(f"{title}, {said}; the programme starts with year 1\n")
    print_table(["metric", *years, "unit"], rows)
    missed = report["missed_base_year"]
    if missed:
        echo(f"\n{missed} runs miss the base year: their share of year 0 is off by more than the tolerance.")


def print_sample(conducted: Conducted) -> None:
    """Print how far the seeds of a run differ, and on how few agents a sample rests."""
    study, outcomes = conducted.study, conducted.finished[0].outcomes
    words = [sample_words(study.scenario, study.settings.first_seed)]
    if len(outcomes):
        own = outcomes[(outcomes["firm"] == study.scenario.focal) & (outcomes["year"] == outcomes["year"].max())]
        seeds = {run["key"]: run["seed"] for run in conducted.finished[0].runs}
        shares = {seeds[key]: share for key, share in zip(own["key"], own["market_share"], strict=True)}
        title = study.scenario.firms[study.scenario.focal].title
        words.append(spread_words(shares, title, str(own["year"].max())))
    echo("\n" + "\n".join(filter(None, words)))


def _texts(values: dict[str, float | None], metric: Any) -> list[str]:
    return ["" if value is None else value_text(value, metric) for value in values.values()]
