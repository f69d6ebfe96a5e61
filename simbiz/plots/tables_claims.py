"""Tables of the audit of claims: estimates against what is printed, shares of what is possible, regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import pandas as pd

from simbiz.errors import InputError
from simbiz.plots.number_text import counted, figures, listed, named, percent, plain
from simbiz.plots.sheet import Sheet, Shown
from simbiz.results.load import Result
from simbiz.statistics.verdicts import VERDICTS
from simbiz.studies.claims.horizons import HORIZONS
from simbiz.studies.claims.statistics import COMPARATORS
from simbiz.studies.claims.words import HOW_JUDGED, estimate_as_printed, target_as_printed

Row = Mapping[str, Any]

SEPARATOR = " | "
AGAINST = [f"{horizon}{SEPARATOR}{comparator}" for horizon in HORIZONS for comparator in COMPARATORS]
ENDS = ("low", "high", "least", "most")
LETTERS = 44  # of a line of a name beside a figure
METHODS = {"prim": "PRIM (a box peeled from the ranges)", "cart": "CART (a classification tree)"}


def horizons(result: Result) -> list[str]:
    """Horizons and comparators that an audit has."""
    return AGAINST


def own_case(result: Result) -> dict[str, str]:
    """Mode of the rivals and cause of the decline that the audit tells first."""
    if "headline" not in result.report:
        raise InputError("was reported by an earlier simbiz: the command that made it reports anew", file=result.folder)
    return dict(result.report["headline"])


def judged_rows(result: Result, subject: str, test: str = "reach") -> list[Row]:
    """Rows about the focal firm, of one horizon and comparator."""
    horizon, _, comparator = subject.partition(SEPARATOR)
    wanted = own_case(result) | {"horizon": horizon, "comparator": comparator, "test": test}
    rows = [row for row in result.report["claims"] if all(row[key] == value for key, value in wanted.items())]
    return [row for row in rows if row["kind"] != "market"]


def forest(result: Result, subject: str | None = None) -> Sheet:
    """Estimate of every reading of every claim against its target, at one horizon."""
    subject = subject or AGAINST[0]
    rows = judged_rows(result, subject) if result.report.get("claims") else []
    numbers = [row for row in rows if row["kind"] == "number" and row["quantity"] != "money"]
    if not numbers:
        raise InputError("no claim was judged", file=result.folder)
    lines = [_line(row) for row in numbers]
    table = pd.DataFrame(lines)
    cells = [[row["id"], row["reading"], *_cells(row), _passing(row), row["verdict"]] for row in rows]
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}
    told = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    says = f"Readings of the published claims, {subject.replace(SEPARATOR, ', ')}: of {len(rows)}, {listed(told)}."
    note = (
        "Estimates are drawn relative to the printed number, numbers on the right are as printed; "
        f"{counted(max(row['asked'] for row in rows), 'pair')} of worlds; lines are 95 % intervals of the mean, with "
        f"an arrow head where they are cut. A verdict counts worlds, not means. {HOW_JUDGED} *: the model was given "
        "this rather than found it. What each reading means, categories, and what is measured in money stand in the "
        "table."
    )
    heads = ["reading", "meaning", "target", "estimate", "95 % interval", "worlds that reach it", "verdict"]
    return Sheet({"forest": table}, [Shown(heads, cells)], says, note)


def _line(row: Row) -> dict[str, Any]:
    low, high = row["interval"] or (None, None)
    written = {"text": estimate_as_printed(row, row["estimate"]), "printed": target_as_printed(row)}
    values = {name: float("nan") if value is None else value
              for name, value in (("estimate", row["estimate"]), ("low", low), ("high", high))}  # fmt: skip
    known = {"id": row["id"], "name": _name(row), "target": row["target"], "verdict": row["verdict"]}
    return known | written | values


def in_words(row: Row) -> str:
    """Reading of a claim in words: what the claim is about, then what is measured."""
    return f"{plain(row['id'].partition('.')[0])}: {row['reading']}"


def _name(row: Row) -> str:
    """Reading beside its line in a figure, with a star where the model was given it."""
    return fill(in_words(row) + ("\N{NO-BREAK SPACE}*" if row["built_in"] else ""), LETTERS)


def _cells(row: Row) -> list[str]:
    if row["kind"] == "category":
        found = row["estimate"] or {}
        told = ", ".join(f"{name} ({percent(part, 0)})" for name, part in found.items())
        return [str(row["target"]), told or "-", "-"]
    interval = " to ".join(estimate_as_printed(row, end) for end in row["interval"]) if row["interval"] else "-"
    return [target_as_printed(row), estimate_as_printed(row, row["estimate"]), interval]


def _passing(row: Row) -> str:
    if row["passed"] is None:
        return "-"
    low, high = (percent(end, 0) for end in row["passing_interval"]) if row["passing_interval"] else ("-", "-")
    needed = f"; {row['needed_at_best']} worlds needed at best" if row["needed_at_best"] else ""
    return f"{row['passed']} of {row['asked']} ({low} to {high}{needed})"


def held(result: Result, subject: str | None = None) -> Sheet:
    """Share of all that is possible in which each claim is reached, at one horizon."""
    subject = subject or AGAINST[0]
    horizon, _, comparator = subject.partition(SEPARATOR)
    wanted = {"horizon": horizon, "comparator": comparator, "test": "reach"}
    rows = [
        row
        for row in result.report.get("claims", [])
        if all(row[key] == value for key, value in wanted.items()) and row["kind"] != "market"
    ]
    rows = [row for row in rows if row["shares"]["all"]["share"] is not None]
    if not rows:
        raise InputError("no claim was judged", file=result.folder)
    shares = [row["shares"]["all"] for row in rows]
    table = pd.DataFrame(
        {
            "name": [_name(row) for row in rows],
            "value": [share["share"] for share in shares],
            "low": [share["interval"][0] for share in shares],
            "high": [share["interval"][1] for share in shares],
            "marked": [not row["built_in"] for row in rows],
        }
    )
    cells = [
        [row["id"], row["reading"], percent(share["share"], 0), _span(share["interval"]), share["verdict"]]
        for row, share in zip(rows, shares, strict=True)
    ]
    order = sorted(zip(rows, shares, strict=True), key=lambda pair: -pair[1]["share"])
    (best, most), (worst, least) = order[0], order[-1]
    says = (
        f"Share of {shares[0]['points']} points at which each reading is reached, {subject.replace(SEPARATOR, ', ')}: "
        f"from {percent(least['share'], 0)} ({in_words(worst)}) to {percent(most['share'], 0)} "
        f"({in_words(best)})."
    )
    note = (
        "A point is a drawn set of all that is uncertain; each end of an interval is a limit at 95 %. Where a range is "
        "assumed, a share of it is no probability. Grey and *: the model was given this rather than found it."
    )
    heads = ["reading", "meaning", "share of points", "interval", "verdict"]
    return Sheet({"held": table}, [Shown(heads, cells)], says, note)


def _span(interval: Sequence[float] | None) -> str:
    return "-" if interval is None else " to ".join(percent(end, 0) for end in interval)


def regions(result: Result) -> list[str]:
    """Boxes that were found, by side, method and number."""
    found = result.report.get("discovery") or {}
    return [
        f"{side}{SEPARATOR}{method}{SEPARATOR}{number}"
        for side in ("holds", "fails")
        for method in ("prim", "cart")
        for number in range(1, 1 + len(((found.get(side) or {}).get(method) or {}).get("boxes", [])))
    ]


def region(result: Result, subject: str | None = None) -> Sheet:
    """Bounds of a box in which a claim holds, or does not."""
    known = regions(result)
    if not known:
        searched = bool(result.report.get("discovery"))
        why = "better than chance was found" if searched else "was searched; --discover does"
        raise InputError(f"no region {why}", file=result.folder)
    side, method, place = (subject or known[0]).split(SEPARATOR)
    discovery = result.report["discovery"]
    searched = discovery[side][method]
    box = searched["boxes"][int(place) - 1]
    ranges, bounded, cells = result.report["ranges"], [], []
    for bound in box["bounds"]:
        if bound["levels"] is not None:
            levels = listed([plain(str(level)) for level in bound["levels"]], "or")
            bounded.append(dict.fromkeys(ENDS, float("nan")) | {"parameter": bound["name"], "levels": levels})
            cells.append([bound["name"], levels, ""])
            continue
        least, most = ranges[bound["name"]][:2]
        low, high = (end if limit is None else limit for limit, end in ((bound["low"], least), (bound["high"], most)))
        ends = dict(zip(ENDS, (low, high, least, most), strict=True))
        bounded.append({"parameter": bound["name"], "levels": "", **ends})
        cells.append([bound["name"], f"{figures(low)} to {figures(high)}", f"{figures(least)} to {figures(most)}"])
    what = " ".join(discovery["outcome"].replace(SEPARATOR, ", ").split())
    word = "is reached" if side == "holds" else "is not reached"
    says = (
        f"Region in which {what} {word}: bounded by {listed([named(row[0]) for row in cells])}. It {word} at "
        f"{percent(box['density'], 0)} of the points inside, against {percent(discovery[side]['density'], 0)} of all; "
        f"{percent(box['coverage'], 0)} of all such points lie inside."
    )
    note = (
        f"Found by {METHODS[method]}; where nothing mattered, a box as good would be found with a probability of "
        f"{figures(searched['probability'])}."
    )
    elsewhere = searched["density_elsewhere"]
    if elsewhere is not None:
        note += f" With boxes of one half of the points it {word} at {percent(elsewhere, 0)} of those of the other."
    facts = {"density": box["density"], "coverage": box["coverage"], "verb": word}
    return Sheet({"region": pd.DataFrame(bounded)},
                 [Shown(["bounded by", "region", "declared range"], cells)], says, note, facts)  # fmt: skip
