"""simbiz uncertainty: the share of all that is possible in which each claim holds, and where it does."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import WIDTH, echo, print_table
from simbiz.cli.regions_text import print_regions
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.experiment.conduct import Conducted

Row = Mapping[str, Any]

DEFAULT_OUTCOME = "share.value | paired | first full year after the last step"
DECLINES = {"one_off": "the share fell once", "ended": "the decline ended", "steady": "the decline goes on"}
RIVALS = {"stopped": "stand still", "trend": "follow their trend", "responding": "respond"}
GROWTH, THIRDS = "market.growth", ("least", "middle", "most")
WORDS = {"past.decline": ("decline", DECLINES), "rivals.mode": ("rivals", RIVALS)}
TOGETHER = ["share_after", "share_index_after", "performance_growth"]
CLAIMS = (("share.value", "12.79 %"), ("share_index.chain", "106.48 %"), ("performance.revenue", "+28 %"))


@click.command("uncertainty")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--points", type=click.IntRange(2), help="Points of the Latin hypercube.")
@click.option(
    "--over",
    type=click.Path(path_type=Path),
    metavar="SETFOLDER",
    help="Parameters from the points that pass in a result folder of simbiz calibrate, not from declared ranges.",
)
@click.option(
    "--discover",
    is_flag=False,
    flag_value=DEFAULT_OUTCOME,
    metavar="CLAIM",
    help=f"Search the region in which a claim holds: 'reading | comparator | horizon'; alone '{DEFAULT_OUTCOME}'.",
)
@click.option("--small", is_flag=True, help="As experiments/claims_uncertainty_small.toml says: minutes.")
@study_options
@click.pass_context
def uncertainty_command(
    context: click.Context, /, points: int | None, over: Path | None, discover: str | None, small: bool, **options: Any
) -> None:
    """Test every claim over all that is uncertain: parameters, growth, rivals, causes of the decline, structure.

    What is not given is as experiments/claims_uncertainty.toml says. The same command goes on where it was interrupted.
    """
    given = {"points": points, "over": None if over is None else str(over), "discover": discover}
    overrides = {key: value for key, value in given.items() if value is not None}
    do_study(context, "claims_uncertainty_small" if small else "claims_uncertainty", overrides, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_shares(conducted.report)


def print_shares(report: Row) -> None:
    """Print the shares of all claims, then of the main ones by what they may depend on, then the region found."""
    for line in _heading(report):
        _say(line)
    echo("\nShare of the points in which a claim is at least reached, and its 95 % interval (per cent):\n")
    print_table(("claim", "year 1", "paired", "full year after", "paired "), _claim_lines(report))
    echo("")
    _say("* the model was given this rather than found it. Full year after: the first after the last step.")
    _say(
        "The paper's three claims in that full year, by rivals, causes, structure and the growth of the market (per "
        "cent of the points; before-after, then paired):"
    )
    echo("")
    columns = ["", "points", "missed", *(part for _, name in CLAIMS for part in (name, "p.")), "all", "p. "]
    print_table(_unique(columns), _group_lines(report))
    echo("")
    for line in _closing(report):
        _say(line)
    if report["discovery"] is not None:
        echo("")
        print_regions(report["discovery"])


def _heading(report: Row) -> Iterator[str]:
    standing, modes = report["standing"]["all"], report["crossed"]["rivals.mode"]
    growth = report["ranges"].get(GROWTH)
    parts = [f"{len(report['ranges']) - (growth is not None)} declared ranges"]
    if report["vectors"] is not None:
        parts = [f"{report['vectors']} parameter points that pass the patterns"]
    if growth is not None:
        parts.append(f"growth of the market from {growth[0]:+.0%} to {growth[1]:+.0%} a year")
    parts += [f"{WORDS.get(name, (name,))[0]} ({len(levels)} levels)" for name, levels in report["factors"].items()]
    customers = "the whole market" if report["customers"] == "market" else f"samples of {report['customers']} customers"
    pairs = "one pair" if report["replicates"] == 1 else f"{report['replicates']} pairs"
    yield (
        f"{report['scenario']}: {report['points']} points of a Latin hypercube over {', '.join(parts)}; at every point "
        f"{pairs} of worlds under each of {len(modes)} modes of the rivals; {customers}, base year met within "
        f"{report['fit_tolerance']:.0%}."
    )
    yield (
        f"{standing['counted']} points count; {standing['missed']} missed the base year and {standing['failed']} "
        "failed: they are in no share."
    )
    yield "A share of the declared ranges is no probability where a range is assumed."
    if report["left_out"]:
        yield f"Not varied, because the set says what they may be: {', '.join(report['left_out'])}."


def _claim_lines(report: Row) -> Iterator[list[str]]:
    lines: dict[str, dict[tuple[str, str], Row]] = {}
    built_in = set()
    for row in report["claims"]:
        if row["test"] == "reach":
            lines.setdefault(row["id"], {})[row["horizon"], row["comparator"]] = row["shares"]["all"]
            built_in |= {row["id"]} if row["built_in"] else set()
    for row in report["joint"]:
        if row["claims"] == TOGETHER and row["test"] == "reach":
            lines.setdefault("all three together", {})[row["horizon"], row["comparator"]] = row["shares"]["all"]
    for name, cells in lines.items():
        yield [name + (" *" if name in built_in else ""), *(_share(cells[order]) for order in _order(report))]


def _order(report: Row) -> list[tuple[str, str]]:
    rows = [row for row in report["claims"] if row["id"] == CLAIMS[0][0]]
    return list(dict.fromkeys((row["horizon"], row["comparator"]) for row in rows))


def _share(found: Row) -> str:
    if found["share"] is None:
        return "-"
    low, high = found["interval"]
    return f"{100 * found['share']:.0f} ({100 * low:.0f}..{100 * high:.0f})"


def _group_lines(report: Row) -> Iterator[list[str]]:
    horizon = _order(report)[-1][0]
    rows = [
        row
        for wanted in [name for name, _ in CLAIMS]
        for row in report["claims"]
        if (row["id"], row["test"], row["horizon"]) == (wanted, "reach", horizon)
    ]
    rows += [
        row
        for row in report["joint"]
        if (row["claims"], row["test"], row["horizon"]) == (TOGETHER, "reach", horizon)
    ]
    for name, standing in report["standing"].items():
        shares = [row["shares"][name]["share"] for row in rows]
        shown = ["-" if share is None else f"{100 * share:.0f}" for share in shares]
        yield [_group(name, report), str(standing["counted"]), str(standing["missed"]), *shown]


def _group(name: str, report: Row) -> str:
    if name == "all":
        return "all points"
    factor, _, level = name.partition(" = ")
    if factor == GROWTH:
        low, high, _ = report["ranges"][GROWTH]
        limits = [low + (high - low) * (THIRDS.index(level) + side) / 3.0 for side in (0, 1)]
        return f"growth: {limits[0]:+.0%} to {limits[1]:+.0%}"
    title, words = WORDS.get(factor, (factor, {}))
    return f"{title}: {words.get(level, level)}"


def _unique(columns: Sequence[str]) -> list[str]:
    """Titles as they are, told apart by blanks at their ends."""
    seen: dict[str, int] = {}
    told = []
    for column in columns:
        seen[column] = seen.get(column, -1) + 1
        told.append(column + " " * seen[column])
    return told


def _closing(report: Row) -> Iterator[str]:
    missed = report["standing"]["all"]["missed"]
    if missed:
        rows = [row for row in report["claims"] if row["test"] == "reach" and row["shares"]["all"]["share"] is not None]
        row = max(rows, key=lambda row: row["shares"]["all"]["with_missed"][1] - row["shares"]["all"]["share"])
        low, high = row["shares"]["all"]["with_missed"]
        yield (
            f"Had the {missed} points that missed the base year held in none or in all, no share would move further "
            f"than that of {row['id']}: from {row['shares']['all']['share']:.0%} to {low:.0%} or {high:.0%}."
        )
    fewest = min(row["shares"]["all"]["points"] for row in report["claims"] if row["id"] == CLAIMS[0][0])
    short = report["standing"]["all"]["counted"] - fewest
    if short:
        yield f"At {short} of the points that count the last step ends too late for a full year after it."
    matched = sorted({row["id"] for row in report["claims"] if row["test"] == "match" and _some(row)})
    yield (
        f"Match, to the last printed digit, in at least one point: {', '.join(matched)}."
        if matched
        else "Match: no claim is met to the last printed digit at any point."
    )


def _some(row: Row) -> bool:
    return not row["built_in"] and bool(row["shares"]["all"]["share"])


def _say(text: str) -> None:
    for line in textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False):
        echo(line)
