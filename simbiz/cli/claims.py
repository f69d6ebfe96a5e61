"""simbiz claims: the audit of the published claims."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import rich_click as click
from click.core import ParameterSource

from simbiz.cli.changes import changes_option
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.output import WIDTH, json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option


@click.command("claims")
@click.argument("scenario", required=False)
@click.option(
    "--over",
    type=click.Path(path_type=Path),
    metavar="SETFOLDER",
    help="Audit over all parameter points that pass in a result folder of simbiz calibrate.",
)
@replicates_option(None)
@seed_option
@changes_option
@workers_option
@out_option
@json_option
@click.pass_context
def claims_command(
    context: click.Context,
    scenario: str | None,
    over: Path | None,
    replicates: int | None,
    seed: int,
    changes: dict[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Test every published claim, in every reading, on paired worlds with and without the programme.

    What is not given is as experiments/claims.toml says, with --over as experiments/claims_over.toml. The same command
    goes on where it was interrupted.
    """
    from simbiz.experiment.claims import claims_plan, judged
    from simbiz.experiment.parameter_set import read_set
    from simbiz.experiment.perform import perform
    from simbiz.result.folder import write_text
    from simbiz.scenario import load_scenario

    points = None if over is None else read_set(over).points
    settings, defaults = _settings(over_a_set=over is not None)
    point = load_scenario(scenario or settings.scenario, defaults | changes)
    first = settings.first_seed if context.get_parameter_source("seed") is ParameterSource.DEFAULT else seed
    seeds = range(first, first + (replicates or settings.replicates))
    study = claims_plan(point, seeds, settings.declines, settings.rivals, points)
    folder = out or study.default_folder()
    with progress_bar() as progress:
        finished = perform(study, folder=folder, workers=workers or cores(), progress=progress)
    report = judged(point, finished, None if points is None else len(points))
    write_text(folder / "claims.json", json.dumps(report, indent=2, allow_nan=False) + "\n")
    _write_figure(finished, point, folder)
    if as_json:
        print_json(report)
    else:
        print_claims(report, point)
        click.echo(f"\nResults: {folder} (runs.sqlite, claims.json, share.svg, manifest.json)")
    if finished.failed:
        click.echo(f"{len(finished.failed)} runs failed; the first:\n{finished.failed[0]['error']}", err=True)
        context.exit(FAILED_RUNS)


def _settings(*, over_a_set: bool) -> tuple[Any, dict[str, Any]]:
    """Settings of the audit, and the values of a scenario that they set."""
    from simbiz.experiment.claims import ClaimsOverSettings, ClaimsSettings
    from simbiz.experiment.study_file import settings_of

    if not over_a_set:
        return settings_of("claims", ClaimsSettings), {}
    settings = settings_of("claims_over", ClaimsOverSettings)
    return settings, {"customers": settings.customers, "fit.tolerance": settings.fit_tolerance}


def _write_figure(finished: Any, scenario: Any, folder: Path) -> None:
    from simbiz.experiment.claim_cases import printed_numbers
    from simbiz.experiment.claims import share_table
    from simbiz.plots.shares import claims_figure

    printed = printed_numbers()
    table = share_table(scenario, finished)
    if len(table):
        claims_figure(table, folder / "share.svg", before=printed["share_before"], after=printed["share_after"])


def print_claims(report: dict[str, Any], scenario: Any) -> None:
    """Print the audit for people."""
    from simbiz.cli.claims_text import claim_rows, closing_lines, heading
    from simbiz.cli.market_claims_text import market_closing_lines, market_heading, market_rows

    _print_lines(heading(report, scenario))
    columns, rows = claim_rows(report, scenario)
    print_table(columns, rows)
    _print_lines(closing_lines(report, scenario))
    _print_lines(market_heading())
    columns, rows = market_rows(report, scenario)
    print_table(columns, rows)
    _print_lines(market_closing_lines(report, scenario))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        for part in textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False) or [""]:
            click.echo(part)
