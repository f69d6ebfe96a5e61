"""simbiz compare: scenarios or programmes, pair by pair on common seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.metric_text import difference_text, interval_text, unit_text, value_text
from simbiz.cli.output import echo, print_table, print_text
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

SHOWN = ("market_share", "revenue", "profit", "digitalization_rate", "awareness", "wait", "repeat_rate")
FEWEST = 2
ROOM = 48  # for the names of a pair
DIFFERENCE = ("difference", "95 % interval", "told apart", "pairing", "seeds")
LOST = {"missed_base_year": "missed the base year", "failed": "failed"}


@click.command("compare")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO SCENARIO ...]", shell_complete=scenarios_like)
@click.option("--metric", "metrics", multiple=True, help="Metric to compare; can be repeated. All by default.")
@study_options
@click.pass_context
def compare_command(
    context: click.Context, /, scenarios: tuple[str, ...], metrics: tuple[str, ...], **options: Any
) -> None:
    """Compare scenarios pair by pair on worlds with the same luck, one of each a seed.

    Scenarios are compared as they are; without any, the alternatives of experiments/compare.toml. What --set changes is
    changed in all.
    """
    if len(scenarios) == 1:
        raise click.UsageError("name two scenarios or more, or none for those of experiments/compare.toml")
    twice = next((name for number, name in enumerate(scenarios) if name in scenarios[:number]), None)
    if twice is not None:
        raise click.UsageError(f"{twice} is named twice")
    overrides: dict[str, Any] = {"outcomes": metrics} if metrics else {}
    if scenarios:
        # The scenarios as they are: what the study says of its own alternatives does not concern them.
        overrides |= dict.fromkeys(("customers", "fit_tolerance")) | {"question": ""}
        overrides["alternatives"] = {name: {"scenario": name} for name in scenarios}
        options["scenario"] = scenarios[0]
    do_study(context, "compare", overrides, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_compare(conducted.report, bool(conducted.study.settings.outcomes))


def print_compare(report: Mapping[str, Any], chosen: bool = False) -> None:
    """Print, by outcome, what the alternatives give and the differences of their pairs.

    Parameters
    ----------
    report : mapping
        Report of a comparison.
    chosen : bool
        Whether its outcomes were chosen: all of them are shown then, and otherwise some.
    """
    from simbiz.catalogue import load_catalogue

    metrics = load_catalogue().metrics
    shown = [name for name in report["outcomes"] if chosen or name in SHOWN]
    one_pair = len(report["alternatives"]) == FEWEST
    names = _short_names(report)
    _print_head(report, one_pair, names)
    for name in shown:
        echo(f"\n{name.replace('_', ' ').capitalize()}, differences in {unit_text(metrics[name])}:\n")
        show = _print_one_pair if one_pair else _print_many
        show(report, name, metrics[name], names)
    _print_notes(report, shown, one_pair)


def _short_names(report: Mapping[str, Any]) -> dict[str, str]:
    """What the alternatives are called in tables: by their names where the longest pair has room, else by numbers."""
    names = [one["name"] for one in report["alternatives"]]
    longest = sorted(map(len, names))[-2:]
    short = sum(longest) <= ROOM - len(" less ")
    return {name: name if short else f"no. {number}" for number, name in enumerate(names, start=1)}


def _print_head(report: Mapping[str, Any], one_pair: bool, names: Mapping[str, str]) -> None:
    if report["question"]:
        print_text(report["question"])
    seeds, years = len(report["seeds"]), report["years"]
    when = "year by year" if one_pair else f"year {years[-1]}"
    print_text(f"Focal firm, {when}; the programme starts with year 1. {seeds} seeds, in which all share their luck.")
    print_text("Means and differences are over the same seeds: those that all alternatives have.")
    if not one_pair:
        pairs = len({(row["first"], row["second"]) for row in report["pairs"]})
        print_text(f"The intervals of the {pairs} differences of an outcome hold together with 95 % probability.")
    for name, short in names.items():
        if name != short:
            print_text(f"{short}: {name}")
    print_text("Pairing: how many times more seeds the same certainty would take if the luck were not shared.")


def _rows(rows: Sequence[Mapping[str, Any]], outcome: str, years: Sequence[int]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["outcome"] == outcome and row["year"] in years]


def _print_one_pair(report: Mapping[str, Any], outcome: str, metric: Any, names: Mapping[str, str]) -> None:
    """A line for every year."""
    values, pairs = (_rows(report[key], outcome, report["years"]) for key in ("values", "pairs"))
    means = {(row["alternative"], row["year"]): value_text(row["mean"], metric) for row in values}
    lines = [[row["year"], *(means[name, row["year"]] for name in names), *_cells(row, metric)] for row in pairs]
    print_table(["year", *names.values(), *DIFFERENCE], lines)


def _print_many(report: Mapping[str, Any], outcome: str, metric: Any, names: Mapping[str, str]) -> None:
    """A line for every alternative, then for every pair, in the last year."""
    last = report["years"][-1:]
    values = _rows(report["values"], outcome, last)
    print_table(
        ["alternative", "mean", "seeds"],
        [[names[row["alternative"]], value_text(row["mean"], metric), row["seeds"]] for row in values],
    )
    echo("")
    pairs = _rows(report["pairs"], outcome, last)
    lines = [[f"{names[row['second']]} less {names[row['first']]}", *_cells(row, metric)] for row in pairs]
    print_table(["pair", *DIFFERENCE], lines)


def _cells(row: Mapping[str, Any], metric: Any) -> list[str]:
    gain = row["variance_reduction"]
    return [
        difference_text(row["difference"], metric),
        interval_text(row["interval_together"], metric),
        "yes" if row["told_apart"] else "no",
        "-" if gain is None else f"{gain:.1f}",
        str(row["seeds"]),
    ]


def _print_notes(report: Mapping[str, Any], shown: Sequence[str], one_pair: bool) -> None:
    """What was left out, of the worlds and of the table, and what must be said beside a metric."""
    from simbiz.catalogue.caveats import caveats_in

    echo("")
    for one in report["alternatives"]:
        lost = [f"{one[key]} {word}" for key, word in LOST.items() if one[key]]
        if lost:
            print_text(f"{one['name']}: {' and '.join(lost)} of {len(report['seeds'])} worlds, left out.")
    for caveat in caveats_in(" ".join(shown)):
        print_text(caveat)
    left_out = len(report["outcomes"]) - len(shown)
    if left_out:
        print_text(f"{left_out} more outcomes{'' if one_pair else ' and the other years'} stand in compare.json.")
    elif not one_pair and len(report["years"]) > 1:
        print_text("The other years stand in compare.json.")
