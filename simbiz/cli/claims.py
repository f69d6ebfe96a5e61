"""simbiz claims: the audit of the published claims."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import WIDTH, echo, print_table
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted


@click.command("claims")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option(
    "--over",
    type=click.Path(path_type=Path),
    metavar="SETFOLDER",
    help="Audit over all parameter points that pass in a result folder of simbiz calibrate.",
)
@click.option("--full", is_flag=True, help="As many pairs of worlds in every case as in the first.")
@study_options
@click.pass_context
def claims_command(context: click.Context, /, over: Path | None, full: bool, **options: Any) -> None:
    """Test every published claim, in every reading, on paired worlds with and without the programme.

    What is not given is as experiments/claims.toml says, with --over as experiments/claims_over.toml. --replicates is
    the number of pairs under the scenario's own rivals and decline; other cases have fewer unless --full is given. The
    same command goes on where it was interrupted.
    """
    if over is not None and full:
        raise click.UsageError("--over has as many pairs in every case already; --full goes without it.")
    if over is None:
        do_study(context, "claims", {"full": True} if full else {}, **options)
    else:
        do_study(context, "claims_over", {"over": str(over)}, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_claims(conducted.report, conducted.study.scenario)


def draw_study(conducted: Conducted) -> None:
    """Draw the share of the focal firm with and without the programme."""
    from simbiz.plots.shares import claims_figure
    from simbiz.results.own import FIGURES
    from simbiz.studies.claims.audit import share_table
    from simbiz.studies.claims.cases import printed_numbers

    printed = printed_numbers()
    table = share_table(conducted.study.scenario, conducted.finished[-1])
    if conducted.folder is not None and len(table):
        file = conducted.folder / FIGURES[conducted.study.kind]
        claims_figure(table, file, before=printed["share_before"], after=printed["share_after"])


def print_claims(report: dict[str, Any], scenario: Any) -> None:
    """Print the audit for people."""
    from simbiz.cli.claims_paths_text import path_lines, path_tables
    from simbiz.cli.claims_text import claim_rows, closing_lines, heading
    from simbiz.cli.market_claims_text import market_closing_lines, market_heading, market_rows

    _print_lines(heading(report, scenario))
    print_table(*claim_rows(report))
    _print_lines(closing_lines(report))
    for title, columns, rows in path_tables(report):
        _print_lines(["", title, ""])
        print_table(columns, rows)
    _print_lines(path_lines(report))
    _print_lines(market_heading())
    print_table(*market_rows(report))
    _print_lines(market_closing_lines(report))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        for part in textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False) or [""]:
            echo(part)
