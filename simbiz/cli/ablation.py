"""simbiz ablation: what each mechanism contributes to the effect of the programme."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import WIDTH, echo, print_table, print_text
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

FULL_MODEL = "full model"
COLUMNS = ("", "share gain", "part", "95 % of part", "revenue gain", "part ", "fit met")


@click.command("ablation")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--mechanism", "mechanisms", multiple=True, help="Mechanism to switch off; repeatable. All by default.")
@study_options
@click.pass_context
def ablation_command(context: click.Context, /, mechanisms: tuple[str, ...], **options: Any) -> None:
    """Switch every mechanism off in turn and look at the effect of the programme again.

    What is not given is as experiments/ablation.toml says. The same command goes on where it was interrupted.
    """
    do_study(context, "ablation", {"mechanisms": mechanisms} if mechanisms else {}, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_ablation(conducted.report)


def print_ablation(report: Mapping[str, Any]) -> None:
    """Print a table for each horizon, the largest contribution to the share first."""
    from simbiz.studies.ablation.study import largest_first

    customers, tolerance = report["customers"], report["fit_tolerance"]
    sample = "the whole market" if customers == "market" else f"a sample of {customers} customers"
    echo(f"{len(report['seeds'])} pairs of worlds each, {sample}, base year met within {tolerance:.0%},")
    echo(f"rivals {report['rivals']}, decline {report['decline']}; the base year is fitted anew in every world.")
    echo("Gain: what the programme changes in the focal firm's share (points) and revenue (per cent), paired.")
    echo("Part: gain of the full model less gain without the mechanism, within seeds. The parts do not add up,")
    echo("for mechanisms work on each other.")
    for horizon in dict.fromkeys(row["horizon"] for row in report["rows"]):
        rows = [row for row in report["rows"] if row["horizon"] == horizon]
        revenue = {row["mechanism"]: row for row in rows if row["effect"] == "revenue"}
        shares = largest_first([row for row in rows if row["effect"] == "market_share"])
        full = {row["effect"]: row for row in report["full"] if row["horizon"] == horizon}
        echo(f"\n{horizon.capitalize()}:\n")
        lines = [_full_line(full, report["fit"])]
        idle = [row["mechanism"] for row in shares if _is_nothing(row) and _is_nothing(revenue[row["mechanism"]])]
        moving = [row for row in shares if row["mechanism"] not in idle]
        lines += [_line(row, revenue[row["mechanism"]], report["fit"]) for row in moving]
        print_table(COLUMNS, lines)
        if idle:
            text = f"Exactly no part in any world: {', '.join(sorted(idle))}."
            echo("\n" + textwrap.fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False))
    _print_fit(report["fit"])
    if report.get("effect_parts"):
        _print_parts(report["effect_parts"])


def _print_parts(parts: Mapping[str, Any]) -> None:
    """Print what an effect gains in all, and with the mechanisms off through which it acts."""
    low, high = parts["range"]
    echo("")
    print_text(
        f"{parts['effect']} raised from {low:g} to {high:g} in the world with the programme: gain in share (points), "
        "and how much less that is with mechanisms off, within seeds."
    )
    for horizon in dict.fromkeys(row["horizon"] for row in parts["rows"]):
        rows = [row for row in parts["rows"] if row["horizon"] == horizon]
        echo(f"\n{horizon.capitalize()}:\n")
        print_table(("", "gain", "95 %", "less", "95 % of less", "pairs"), [_part_line(row) for row in rows])


def _part_line(row: Mapping[str, Any]) -> list[str]:
    off = [] if not row["off"] else [_points(row["less"]), _span(row["less_interval"])]
    name = f"no {' and no '.join(row['off'])}" if row["off"] else FULL_MODEL
    return [name, _points(row["gain"]), _span(row["interval"]), *(off or ["", ""]), str(row["pairs"])]


def _span(low_high: Sequence[float] | None) -> str:
    return f"{_points(low_high[0])} to {_points(low_high[1])}" if low_high else ""


def _is_nothing(row: Mapping[str, Any]) -> bool:
    """Whether every world gives exactly the same effect with and without the mechanism."""
    return row["contribution"] == 0.0 and not any(row["interval"] or ())


def _full_line(full: Mapping[str, Any], fit: Mapping[str, Any]) -> list[str]:
    share, revenue = _points(full["market_share"]["estimate"]), _points(full["revenue"]["estimate"])
    return [FULL_MODEL, share, "", "", revenue, "", _met(fit[FULL_MODEL])]


def _line(share: Mapping[str, Any], revenue: Mapping[str, Any], fit: Mapping[str, Any]) -> list[str]:
    return [
        f"no {share['mechanism']}",
        _points(share["without"]),
        _points(share["contribution"]),
        _span(share["interval"]),
        _points(revenue["without"]),
        _points(revenue["contribution"]),
        _met(fit[share["mechanism"]]),
    ]


def _met(fit: Mapping[str, int]) -> str:
    return f"{fit['met']} of {fit['runs']}"


def _points(value: float | None) -> str:
    return "-" if value is None else f"{100.0 * value:+.2f}"


def _print_fit(fit: Mapping[str, Any]) -> None:
    missed = [name for name, found in fit.items() if found["met"] < found["runs"]]
    echo("")
    if missed:
        echo(f"Base year missed in some worlds, which are left out: {', '.join(missed)}.")
    else:
        echo("The base year is met in every world: no mechanism alone is needed for that.")
