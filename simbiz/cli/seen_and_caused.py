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
    from simbiz.runs.conduct import Conducted

MEASURES = {"spent": "spent in a year", "basket": "spent at a purchase"}
SORTED = {"same_year": "that year", "year_0": "year 0"}
OCCASIONS = {
    "spent_traditional": "spent at a purchase on a traditional channel",
    "spent_digital": "spent at a purchase on a digital channel",
    "repeat_trips": "purchases in the 26 weeks after a purchase",
}
COLUMNS = ("sorted in", "several / single", "seen", "shuffled", "programme", "integration")
OCCASION_COLUMNS = ("channels", "people / on one", "seen", "shuffled", "seen less shuffled", "published")


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
    from simbiz.results.own import FIGURES

    rows = conducted.report["seen_and_caused"]
    if conducted.folder is not None and rows:
        uplifts_figure(rows, conducted.folder / FIGURES[conducted.study.kind])


def print_uplifts(report: Mapping[str, Any]) -> None:
    """Print purchases and customers of several channels, what everybody's uplift is, and how new channels spread."""
    years = " or ".join(map(str, report["years"])) or "-"
    _say(f"Customers of {report['firm']} in {report['scenario']}, year {years}; {len(report['seeds'])} seeds.")
    _print_occasions(report)
    _print_customers(report)
    echo("")
    for line in _sentences(report):
        _say(line)


def _print_occasions(report: Mapping[str, Any]) -> None:
    """Print a table a measure of purchases by the number of channels used on the way to them."""
    _say(
        "Purchases after several channels against purchases after one. The channels of a purchase are those of its "
        "journey, up to the order. Shuffled: the same figure with the channels dealt out anew among all contacts, mean "
        f"of {report['shuffles']} shuffles; only what differs from it can come from the channels. Published: an "
        "association among the shoppers of one retailer. In brackets: 95 % over seeds."
    )
    for measure, name in OCCASIONS.items():
        rows = [row for row in report["occasions"] if row["measure"] == measure]
        if rows:
            echo(f"\n{name.capitalize()}:\n")
            print_table(OCCASION_COLUMNS, [_occasion_line(row) for row in rows])
    echo("")


def _print_customers(report: Mapping[str, Any]) -> None:
    """Print a table a measure of customers by the number of channels used in a year."""
    _say(
        "Seen: buyers on several channels against buyers on one, as the company reads its data. Caused: the same "
        "buyers on several channels against themselves, in the world without the programme, or with the same tools "
        "and no integration. Sorted by the channels used in that year or in year 0. Who buys more often has more "
        "contacts and so meets more channels: shuffled shows how much of what is seen is that."
    )
    for measure, name in MEASURES.items():
        rows = [row for row in report["seen_and_caused"] if row["measure"] == measure]
        if rows:
            echo(f"\n{name.capitalize()}:\n")
            print_table(COLUMNS, [*_lines(rows)])


def _occasion_line(row: Mapping[str, Any]) -> list[str]:
    published = "-" if row["published"] is None else f"{row['published']:+.0%}"
    people = f"{_count(row['people'])} / {_count(row['people_on_one'])}"
    numbers = [_number(row[name], row[f"{name}_interval"]) for name in ("seen", "shuffled", "difference")]
    return [f"{row['segment']}, {row['channels']}", people, *numbers, published]


def _lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """A line a segment and way of sorting: what is seen, and what each comparison says was caused."""
    lines: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        lines.setdefault((row["segment"], row["sorted"]), []).append(row)
    for (segment, when), compared in lines.items():
        some = compared[0]
        groups = f"{_count(some['customers_several'])} / {_count(some['customers_single'])}"
        seen = [_number(some[name], some[f"{name}_interval"]) for name in ("naive", "shuffled")]
        caused = [_number(row["causal"], row["causal_interval"]) for row in compared]
        yield [f"{segment}, {SORTED[when]}", groups, *seen, *caused]


def _sentences(report: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"A dash: fewer than {report['fewest_people']} people in a group, of whom nothing can be told, or nobody to "
        "compare."
    )
    for row in report["everybody"]:
        caused = _number(row["causal"], row["causal_interval"])
        yield f"All customers ({row['segment']}) together, caused by the {row['comparison']}: {caused}."
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
