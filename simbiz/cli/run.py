"""simbiz run and simbiz compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from simbiz.cli.changes import changes_option
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.output import json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option

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
@click.argument("scenario")
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
    from simbiz.experiment.perform import perform
    from simbiz.experiment.plan import Plan
    from simbiz.experiment.run import Run
    from simbiz.scenario import load_scenario

    if weeks is not None:
        changes = {**changes, "calendar.weeks": weeks}
    point = load_scenario(scenario, changes)
    study = Plan(f"run-{point.name}", [(Run(point, seed + number), {}) for number in range(replicates)])
    folder = out or (None if as_json else study.default_folder())
    with progress_bar() as progress:
        finished = perform(
            study, folder=folder, workers=workers or cores(), progress=progress, series=True, engine=engine, log=log
        )
    if as_json:
        print_json(run_results(point.name, finished))
    else:
        _print_run(finished, point.firms[point.focal].title, point.focal)
        click.echo(f"\nResults: {folder}" + (f"\nEvent log: {log}" if log else ""))
    if finished.failed:
        click.echo(f"{len(finished.failed)} runs failed; the first:\n{finished.failed[0]['error']}", err=True)
        context.exit(FAILED_RUNS)


def run_results(name: str, finished: Any) -> dict[str, Any]:
    """Results without times and paths: one seed gives the same bytes."""
    tables = dict(tuple(finished.outcomes.groupby("key"))) if len(finished.outcomes) else {}
    runs = []
    for run in finished.runs:
        table = tables.get(run["key"])
        rows: list[Any] = [] if table is None else table.drop(columns="key").to_dict(orient="records")
        runs.append({name: run[name] for name in ("key", "seed", "status", "fit", "programme")} | {"outcomes": rows})
    return {"schema_version": 1, "scenario": name, "runs": runs}


def _print_run(finished: Any, title: str, focal: str) -> None:
    """Focal firm by year: the mean over replicates."""
    from simbiz.catalogue import load_catalogue

    if not len(finished.outcomes):
        return
    metrics = load_catalogue().metrics
    table = finished.outcomes[finished.outcomes["firm"] == focal].groupby("year").mean(numeric_only=True)
    years = [f"year {year}" for year in table.index]
    rows = []
    for name in SHOWN:
        unit = "" if metrics[name].unit == "share" else metrics[name].unit
        rows.append([name.replace("_", " "), *(value_text(value, metrics[name]) for value in table[name]), unit])
    done = sum(run["status"] == "ok" for run in finished.runs)
    click.echo(f"{title}, mean of {done} replicates; the programme starts with year 1\n")
    print_table(["metric", *years, "unit"], rows)
    missed = [run for run in finished.runs if run["status"] == "ok" and not run["fit"]["met"]]
    if missed:
        click.echo(f"\n{len(missed)} runs miss the base year: their share of year 0 is off by more than the tolerance.")


@click.command("compare")
@click.argument("first")
@click.argument("second")
@seed_option
@replicates_option(8)
@click.option("--metric", "metrics", multiple=True, help="Metric to compare; can be repeated. All by default.")
@changes_option
@workers_option
@out_option
@json_option
@click.pass_context
def compare_command(
    context: click.Context,
    first: str,
    second: str,
    seed: int,
    replicates: int,
    metrics: tuple[str, ...],
    changes: dict[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Compare scenario SECOND with scenario FIRST on paired worlds, one pair a seed.

    What --set changes is changed in both.
    """
    from simbiz.catalogue import load_catalogue
    from simbiz.errors import InputError, did_you_mean
    from simbiz.experiment.compare import compare
    from simbiz.scenario import load_scenario

    known = load_catalogue().metrics
    for metric in metrics:
        if metric not in known:
            raise InputError(f"{metric} is not a metric (see simbiz list metrics).{did_you_mean(metric, known)}")
    points = [load_scenario(name, changes) for name in (first, second)]
    try:
        with progress_bar() as progress:
            table = compare(
                *points,
                replicates=replicates,
                seed=seed,
                metrics=metrics or None,
                folder=out,
                workers=workers or cores(),
                progress=progress,
            )
    except RuntimeError as error:
        click.echo(str(error), err=True)
        context.exit(FAILED_RUNS)
    records: list[dict[str, Any]] = table.to_dict(orient="records")  # type: ignore[assignment]
    if as_json:
        rows = [{name: None if value != value else value for name, value in row.items()} for row in records]
        print_json({"schema_version": 1, "first": first, "second": second, "replicates": replicates, "rows": rows})
        return
    shown = metrics or SHOWN
    lines = [
        _difference_line(row, known[row["metric"]]) for row in records if row["year"] > 0 and row["metric"] in shown
    ]
    click.echo(f"{second} less {first}, focal firm, {replicates} pairs of worlds with the same luck\n")
    print_table(["metric", "year", "first", "second", "difference", "95 % interval"], lines)


def _difference_line(row: dict[str, Any], metric: Any) -> list[str]:
    texts = {name: value_text(row[name], metric) for name in ("first", "second", "difference", "low", "high")}
    interval = f"{texts['low']} to {texts['high']}" if row["low"] == row["low"] else ""
    return [
        row["metric"].replace("_", " "),
        str(row["year"]),
        texts["first"],
        texts["second"],
        texts["difference"],
        interval,
    ]


def value_text(value: float, metric: Any) -> str:
    """Value of a metric for people: shares in per cent, the rest with the metric's decimals."""
    return f"{value:.2%}" if metric.unit == "share" else f"{value:,.{metric.decimals}f}"
