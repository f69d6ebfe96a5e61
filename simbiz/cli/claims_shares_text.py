"""The claims under uncertainty in words: shares of all claims, then of the main ones by what they may depend on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simbiz.cli.output import WIDTH, echo, print_table
from simbiz.cli.regions_text import print_regions
from simbiz.studies.claims.words import DECLINES, MAIN, RIVALS, as_printed

Row = Mapping[str, Any]

GROWTH, THIRDS = "market.growth", ("least", "middle", "most")
WORDS = {
    "past.decline": ("decline", DECLINES),
    "rivals.mode": ("rivals", RIVALS),
    "programme.parallel": ("tools at a time", {}),
}
TOGETHER = ["share_after", "share_index_after", "performance_growth"]


def print_shares(report: Row) -> None:
    """Print the shares of all claims, then of the main ones by what they may depend on, then the region found."""
    for line in _heading(report):
        _say(line)
    echo("\nShare of the points in which a claim is at least reached, with limits at 95 % (per cent):\n")
    print_table(("claim", "year 1", "paired", "full year after", "paired "), _claim_lines(report))
    echo("")
    _say("* the model was given this rather than found it. Full year after: the first after the last step.")
    _say(
        "The paper's three claims in that full year, by rivals, causes, structure and the growth of the market (per "
        "cent of the points; before-after, then paired):"
    )
    echo("")
    columns = ["", "points", "missed", *(part for name in MAIN for part in (_target(report, name), "p.")), "all", "p. "]
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


def _target(report: Row, name: str) -> str:
    return as_printed(name, next(row["target"] for row in report["claims"] if row["id"] == name))


def _order(report: Row) -> list[tuple[str, str]]:
    rows = [row for row in report["claims"] if row["id"] == MAIN[0]]
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
        for wanted in MAIN
        for row in report["claims"]
        if (row["id"], row["test"], row["horizon"]) == (wanted, "reach", horizon)
    ]
    rows += [
        row for row in report["joint"] if (row["claims"], row["test"], row["horizon"]) == (TOGETHER, "reach", horizon)
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
    return f"{title}: {words.get(level, level).removeprefix(f'{title} ')}"


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
    fewest = min(row["shares"]["all"]["points"] for row in report["claims"] if row["id"] == MAIN[0])
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
