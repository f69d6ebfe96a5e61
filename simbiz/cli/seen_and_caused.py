"""simbiz seen-and-caused: the uplift that a company sees in its data beside the one that was caused."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import rich_click as click
from click.core import ParameterSource

from simbiz.cli.changes import changes_option
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.output import WIDTH, json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option

MEASURES = {"spent": "spent in a year", "basket": "spent at a purchase"}
SORTED = {"same_year": "that year", "year_0": "year 0"}
FEW = 30
COLUMNS = ("sorted in", "several / single", "seen", "programme", "ratio", "integration", "ratio ")


@click.command("seen-and-caused")
@click.argument("scenario", required=False)
@replicates_option(None)
@seed_option
@changes_option
@workers_option
@out_option
@json_option
@click.pass_context
def seen_and_caused_command(
    context: click.Context,
    scenario: str | None,
    replicates: int | None,
    seed: int,
    changes: dict[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Compare buyers on several channels with buyers on one, and with themselves in the world without the change.

    What is not given is as experiments/seen_and_caused.toml says. The same command goes on where it was interrupted.
    """
    from simbiz.experiment.perform import perform
    from simbiz.experiment.seen_and_caused import SeenAndCausedSettings, seen_and_caused_plan, seen_and_caused_report
    from simbiz.experiment.seen_and_caused_worlds import columns, measure_seen_and_caused
    from simbiz.experiment.study_file import settings_of
    from simbiz.plots.uplifts import uplifts_figure
    from simbiz.result.folder import write_text
    from simbiz.scenario import load_scenario

    settings = settings_of("seen_and_caused", SeenAndCausedSettings)
    point = load_scenario(scenario or settings.scenario, {"calendar.years": settings.years} | changes)
    first = settings.first_seed if context.get_parameter_source("seed") is ParameterSource.DEFAULT else seed
    seeds = range(first, first + (replicates or settings.replicates))
    study = seen_and_caused_plan(point, seeds, point.calendar.years)
    folder = out or study.default_folder()
    with progress_bar() as progress:
        finished = perform(
            study,
            folder=folder,
            workers=workers or cores(),
            progress=progress,
            work=measure_seen_and_caused,
            columns=columns(),
        )
    report = seen_and_caused_report(point, finished)
    write_text(folder / "seen_and_caused.json", json.dumps(report, indent=2, allow_nan=False) + "\n")
    if report["seen_and_caused"]:
        uplifts_figure(report["seen_and_caused"], folder / "uplifts.svg")
    if as_json:
        print_json(report)
    else:
        print_uplifts(report)
        click.echo(f"\nResults: {folder} (seen_and_caused.json, uplifts.svg)")
    if finished.failed:
        click.echo(f"{len(finished.failed)} runs failed; the first:\n{finished.failed[0]['error']}", err=True)
        context.exit(FAILED_RUNS)


def print_uplifts(report: Mapping[str, Any]) -> None:
    """Print a table a measure, what everybody's uplift is, and how new channels spread."""
    years = " or ".join(map(str, report["years"])) or "-"
    _say(f"Customers of {report['firm']} in {report['scenario']}, year {years}; {len(report['seeds'])} seeds.")
    _say(
        "Seen: buyers on several channels against buyers on one, as the company reads its data. Caused: the same "
        "buyers on several channels against themselves, in the world without the programme, or with the same tools "
        "and no integration; ratio: seen over caused, where an effect is found. Sorted by the channels used in that "
        "year or in year 0. In brackets: 95 % over seeds."
    )
    for measure, name in MEASURES.items():
        rows = [row for row in report["seen_and_caused"] if row["measure"] == measure]
        if rows:
            click.echo(f"\n{name.capitalize()}:\n")
            print_table(COLUMNS, [*_lines(rows)])
    click.echo("")
    for line in _sentences(report):
        _say(line)


def _lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """A line a segment and way of sorting: what is seen, what each comparison says was caused, and the ratios."""
    lines: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        lines.setdefault((row["segment"], row["sorted"]), []).append(row)
    for (segment, when), compared in lines.items():
        some = compared[0]
        groups = f"{_count(some['customers_several'])} / {_count(some['customers_single'])}"
        line = [f"{segment}, {SORTED[when]}", groups, _number(some["naive"], some["naive_interval"])]
        for row in compared:
            ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
            line += [_number(row["causal"], row["causal_interval"]), ratio]
        yield line


def _sentences(report: Mapping[str, Any]) -> Iterator[str]:
    for row in report["everybody"]:
        caused = _number(row["causal"], row["causal_interval"])
        yield f"All customers ({row['segment']}) together, caused by the {row['comparison']}: {caused}."
    few = {
        f"{row['segment']}, {SORTED[row['sorted']]}"
        for row in report["seen_and_caused"]
        if row["customers_single"] is not None and row["customers_single"] < FEW
    }
    if few:
        names = ", ".join(sorted(few))
        yield f"Fewer than {FEW} buyers on one channel, so that what is seen is luck for the most part: {names}."
    for row in report["diffusion"]:
        difference = _number(row["difference"], row["difference_interval"], "+.2%")
        yield (
            f"New channels of the firm ({row['segment']}): used at least once by {row['first_use_with_talk']:.1%} "
            f"after {report['years_lived']} years, by {row['first_use_without_talk']:.1%} where nobody talks from the "
            f"start on; difference {difference}."
        )


def _count(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _number(value: float | None, limits: list[float] | None, form: str = "+.0%") -> str:
    if value is None:
        return "-"
    low, high = (format(limit, form).rstrip("%") for limit in limits or (0.0, 0.0))
    return format(value, form) + (f" ({low}..{high})" if limits else "")


def _say(text: str) -> None:
    for line in textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False):
        click.echo(line)
