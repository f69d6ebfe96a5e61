"""simbiz map: the competitive market map of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import echo, print_table
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted


@click.command("map")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--year", type=click.IntRange(0), default=None, help="Year of the map; 1 is the first.")
@study_options
@click.pass_context
def map_command(context: click.Context, /, year: int | None, **options: Any) -> None:
    """Place every firm of a SCENARIO on Azoev's competitive market map, in every variant of the method.

    What is not given is as experiments/map.toml says. The same command goes on where it was interrupted.
    """
    do_study(context, "map", {} if year is None else {"year": year}, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_map(conducted.report)


def print_map(report: Mapping[str, Any]) -> None:
    """Print the borders of every variant, and every firm's place by every variant."""
    echo(f"{report['scenario']}, year {report['year']}: mean shares of {report['worlds']} worlds.")
    echo(f"Growth: share over the share of year {report['growth_since']}.")
    if report["left_out"]:
        echo(f"{report['left_out']} worlds failed or missed the base year and are left out.")
    if not report["worlds"]:
        echo("No world is left to draw a map of.")
        return
    echo("\nBorders (outsider | weak | strong | leader; fast deteriorating | ... | fast improving):\n")
    print_table(["variant", "share", "growth", "meaning"], [_border_line(one) for one in report["variants"]])
    default = report["default_variant"]
    echo(f"\nFirms by {default}; stability: part of the other variants with the same label; worlds: part of the")
    echo("worlds in which the firm has it.\n")
    columns = ["firm", "share", "growth", "cell", "label", "stability", "worlds"]
    print_table(columns, [_firm_line(firm, default) for firm in report["firms"]])
    echo("\nCells by variant:\n")
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
