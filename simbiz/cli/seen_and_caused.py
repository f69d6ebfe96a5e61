"""simbiz seen-and-caused: the uplift that a company sees in its data beside the one that was caused."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import WIDTH, echo, print_table
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.experiment.conduct import Conducted

MEASURES = {"spent": "spent in a year", "basket": "spent at a purchase"}
SORTED = {"same_year": "that year", "year_0": "year 0"}
FEW = 30
COLUMNS = ("sorted in", "several / single", "seen", "programme", "ratio", "integration", "ratio ")


@click.command("seen-and-caused")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@study_options
@click.pass_context
def seen_and_caused_command(context: click.Context, /, **options: Any) -> None:
    """Compare buyers on several channels with buyers on one, and with themselves in the world without the change.

    What is not given is as experiments/seen_and_caused.toml says. The same command goes on where it was interrupted.
    """
    do_study(context, "seen_and_caused", {}, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_uplifts(conducted.report)


def draw_study(conducted: Conducted) -> None:
    """Draw what is seen beside what is caused."""
    from simbiz.plots.uplifts import uplifts_figure
    from simbiz.result.own import FIGURES

    rows = conducted.report["seen_and_caused"]
    if conducted.folder is not None and rows:
        uplifts_figure(rows, conducted.folder / FIGURES[conducted.study.kind])


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
            echo(f"\n{name.capitalize()}:\n")
            print_table(COLUMNS, [*_lines(rows)])
    echo("")
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
        echo(line)
