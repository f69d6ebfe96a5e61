"""simbiz map: the competitive market map of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich_click as click

from simbiz.cli.changes import changes_option
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.output import json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option


@click.command("map")
@click.argument("scenario", default="partner-dv")
@replicates_option(4)
@seed_option
@click.option("--year", type=click.IntRange(0), default=1, show_default=True, help="Year of the map; 1 is the first.")
@changes_option
@workers_option
@out_option
@json_option
@click.pass_context
def map_command(
    context: click.Context,
    scenario: str,
    replicates: int,
    seed: int,
    year: int,
    changes: dict[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Place every firm of a SCENARIO on Azoev's competitive market map, in every variant of the method.

    Nothing is written unless --out says where.
    """
    from simbiz.experiment.market_maps import map_plan, market_maps
    from simbiz.experiment.perform import perform
    from simbiz.scenario import load_scenario

    point = load_scenario(scenario, changes)
    study = map_plan(point, range(seed, seed + replicates), year)
    with progress_bar() as progress:
        finished = perform(study, folder=out, workers=workers or cores(), progress=progress)
    report = market_maps(point, finished, year)
    if as_json:
        print_json(report)
    else:
        print_map(report)
        if out:
            click.echo(f"\nResults: {out}")
    if finished.failed:
        click.echo(f"{len(finished.failed)} runs failed; the first:\n{finished.failed[0]['error']}", err=True)
        context.exit(FAILED_RUNS)


def print_map(report: Mapping[str, Any]) -> None:
    """Print the borders of every variant, and every firm's place by every variant."""
    click.echo(f"{report['scenario']}, year {report['year']}: mean shares of {report['worlds']} worlds.")
    click.echo(f"Growth: share over the share of year {report['growth_since']}.")
    if report["left_out"]:
        click.echo(f"{report['left_out']} worlds failed or missed the base year and are left out.")
    if not report["worlds"]:
        click.echo("No world is left to draw a map of.")
        return
    click.echo("\nBorders (outsider | weak | strong | leader; fast deteriorating | ... | fast improving):\n")
    print_table(["variant", "share", "growth", "meaning"], [_border_line(one) for one in report["variants"]])
    default = report["default_variant"]
    click.echo(f"\nFirms by {default}; stability: part of the other variants with the same label; worlds: part of the")
    click.echo("worlds in which the firm has it.\n")
    columns = ["firm", "share", "growth", "cell", "label", "stability", "worlds"]
    print_table(columns, [_firm_line(firm, default) for firm in report["firms"]])
    click.echo("\nCells by variant:\n")
    variants = [one["variant"] for one in report["variants"]]
    print_table(["firm", *variants], [_cells_line(firm, variants) for firm in report["firms"]])


def _border_line(variant: Mapping[str, Any]) -> list[str]:
    share, growth = variant["share_borders"], variant["growth_borders"]
    names = ("lower", "middle", "upper")
    return [
        variant["variant"],
        " | ".join("none" if share[name] is None else f"{share[name]:.2%}" for name in names),
        " | ".join("none" if growth[name] is None else f"{growth[name]:.3f}" for name in names),
        variant["meaning"],
    ]


def _name(firm: Mapping[str, Any]) -> str:
    return f"{firm['title']} *" if firm["focal"] else str(firm["title"])


def _firm_line(firm: Mapping[str, Any], variant: str) -> list[str]:
    label = firm["labels"][variant]
    return [
        _name(firm),
        f"{firm['share']:.2%}",
        "-" if firm["growth"] is None else f"{firm['growth']:.3f}",
        str(label["cell"]),
        f"{label['share_class']}, {label['growth_class']}",
        "-" if firm["stability"] is None else f"{firm['stability']:.0%}",
        f"{label['worlds']:.0%}",
    ]


def _cells_line(firm: Mapping[str, Any], variants: list[str]) -> list[str]:
    labels = [firm["labels"][variant] for variant in variants]
    return [_name(firm), *(f"{label['cell']} {label['share_class']}, {label['growth_class']}" for label in labels)]
