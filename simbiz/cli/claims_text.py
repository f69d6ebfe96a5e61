"""The audit in words: a line a claim, and sentences made from the numbers for what depends on something."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simbiz.statistics.verdicts import NOT_REACHED, TOO_FEW
from simbiz.studies.claims.horizons import FIRST_YEAR, FULL_YEAR_AFTER
from simbiz.studies.claims.joint import READINGS
from simbiz.studies.claims.statistics import BEFORE_AFTER, PAIRED
from simbiz.studies.claims.words import (
    DECLINES,
    HOW_JUDGED,
    MARKS,
    RIVALS,
    estimate_as_printed,
    printed_for,
    target_as_printed,
    value_as_printed,
)

Row = Mapping[str, Any]

ORDER = [(horizon, comparator) for horizon in (FIRST_YEAR, FULL_YEAR_AFTER) for comparator in (BEFORE_AFTER, PAIRED)]
NAMED_AT_MOST = 6
BESIDE = {BEFORE_AFTER: "in the base year", PAIRED: "without the programme"}
WHAT = {
    "share_after": "share",
    "share_index_after": "share index",
    "performance_growth": "revenue",
    "revenue_after": "revenue",
}


def heading(report: Row, scenario: Any) -> list[str]:
    """What was tested, and how to read the table."""
    case = report["headline"]
    return [
        f"{scenario.title}",
        f"Published claims on {_pairs_in_words(report)}, {report['parameters']}; {_words(case)}.",
        *_other_cases(report),
        f"Does the forecast come true (at least the target)? {HOW_JUDGED}",
        "Before-after is the paper's way; paired compares with the same world without the programme.",
        *_paired_targets(report),
        *_over(report),
        "",
    ]


def _words(case: Row | None) -> str:
    return "no case" if case is None else f"{RIVALS[case['rivals']]}, {DECLINES[case['decline']]}"


def _pairs_in_words(report: Row) -> str:
    """How many pairs of the case that is told were planned, how many count, and why the others do not."""
    for row in report["pairs"]:
        if is_headline(row, report):
            why = ", ".join(f"{number} {reason}" for reason, number in row["left_out"].items())
            return f"{row['counted']} of {row['planned']} pairs of worlds" + (f" ({why})" if why else "")
    return "no pairs of worlds"


def _other_cases(report: Row) -> Iterator[str]:
    """How many pairs other cases have where they have fewer."""
    planned = {row["planned"] for row in report["pairs"] if not is_headline(row, report)}
    most = max((row["planned"] for row in report["pairs"]), default=0)
    left_out = sum(row["planned"] - row["counted"] for row in report["pairs"] if not is_headline(row, report))
    if planned and max(planned) < most:
        pairs = "1 pair" if max(planned) == 1 else f"{max(planned)} pairs"
        yield f"{len(report['pairs']) - 1} other cases have {pairs} each; --full gives them {most}, too."
    if left_out:
        yield f"Of the pairs of other cases {left_out} do not count."


def _paired_targets(report: Row) -> Iterator[str]:
    """What paired asks of a level."""
    rows = select(own_rows(report), horizon=FIRST_YEAR, comparator=PAIRED, quantity="level")
    asked = [f"{row['id']} {target_as_printed(row)}" for row in rows]
    if asked:
        yield f"Paired, a level must gain what the paper adds to its number before: {', '.join(asked)}."


def is_headline(row: Row, report: Row) -> bool:
    """Whether a row is about the case that is told first."""
    return all(row[name] == value for name, value in (report["headline"] or {}).items())


def own_rows(report: Row) -> list[Row]:
    """Rows of the forecasts in the case that is told first, test reach."""
    return [row for row in of_forecasts(report, test="reach") if is_headline(row, report)]


def _over(report: Row) -> Iterator[str]:
    """What a share of worlds means where they differ in their parameters, too."""
    if report.get("points") is not None:
        yield (
            "A world is a parameter point and a seed. A share of the worlds is a share of that part of the declared "
            "ranges in which the patterns hold; where a range is assumed it is no probability."
        )


def claim_rows(report: Row) -> tuple[list[str], list[list[str]]]:
    """Columns and lines of the table: test reach, the case that is told first."""
    columns = ["claim", "target", "year 1", "paired", "full year after", "paired "]
    lines: dict[str, dict[tuple[str, str], Row]] = {}
    for row in own_rows(report):
        lines.setdefault(row["id"], {})[row["horizon"], row["comparator"]] = row
    table = []
    for name, cells in lines.items():
        some = cells[ORDER[0]]
        target = target_as_printed(some).replace(" %", "%")
        table.append([name + (" *" if some["built_in"] else ""), target, *(cell(cells[key]) for key in ORDER)])
    return columns, table


def cell(row: Row) -> str:
    """Estimate and mark, without blanks before signs; of categories the most frequent."""
    value = row["estimate"]
    value = next(iter(value)) if isinstance(value, dict) else value
    return f"{estimate_as_printed(row, value).replace(' %', '%')} {MARKS[row['verdict']]}"


def select(rows: Sequence[Row], **wanted: str) -> Iterator[Row]:
    """Rows in which all wanted fields have the wanted values."""
    for row in rows:
        if all(row[name] == value for name, value in wanted.items()):
            yield row


def of_forecasts(report: Row, **wanted: str) -> Iterator[Row]:
    """Rows of the forecasts for the focal firm, without those about the market."""
    return (row for row in select(report["claims"], **wanted) if row["kind"] != "market")


def closing_lines(report: Row) -> Iterator[str]:
    """What depends on rivals and decline, what matches, what can hold together, null forecasts, fit."""
    yield ""
    yield "* the model was given this rather than found it. Full year after: the first after the last step."
    for part in (_levels, _money, _too_few, _dependent, _matches, _joint, _nulls, _fit):
        lines = list(part(report))
        yield from ["", *lines] if lines and part not in (_levels, _money) else lines


def _levels(report: Row) -> Iterator[str]:
    """The share with and without the programme, which paired compares."""
    for row in select(own_rows(report), id="share.value", comparator=PAIRED):
        if row["estimate"] is not None:
            with_, without = (value_as_printed(row, row[name]) for name in ("value", "baseline"))
            gain = estimate_as_printed(row, row["estimate"])
            yield f"Share, {row['horizon']}: {with_} with and {without} without the programme, {gain}."


def _money(report: Row) -> Iterator[str]:
    """What is measured in money, with a percentage only where there is something to take it of."""
    told: dict[str, list[str]] = {}
    for row in select(own_rows(report), quantity="money", horizon=FULL_YEAR_AFTER):
        if row["estimate"] is not None:
            parts = told.setdefault(row["id"], [f"{value_as_printed(row, row['value'])} {row['unit']}"])
            parts.append(f"{value_as_printed(row, row['baseline'])} {BESIDE[row['comparator']]} ({_percentage(row)})")
    for name, parts in told.items():
        yield f"{name}, {FULL_YEAR_AFTER}: {', '.join(parts)}."


def _percentage(row: Row) -> str:
    part = row["percentage"]
    return "no percentage: too little beside the difference, or a loss" if part is None else f"{part:+.0%}"


def _too_few(report: Row) -> Iterator[str]:
    """Readings without a verdict, by how many of the worlds reach them, and the worlds that would give one."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for row in own_rows(report):
        if row["verdict"] == TOO_FEW:
            names = groups.setdefault(tuple(row[key] for key in ("passed", "asked", "needed", "needed_at_best")), [])
            names += [row["id"]] if row["id"] not in names else []
    if groups:
        yield "Too few worlds to say (few), by how many reach the target at some horizon:"
    for (passed, asked, needed, best), names in groups.items():
        listed = ", ".join(names[:NAMED_AT_MOST]) + (
            f" and {len(names) - NAMED_AT_MOST} more" * (len(names) > NAMED_AT_MOST)
        )
        told = f"{needed or 'more than 10,000'} worlds if it stays so, {best or 'more than 10,000'} at best"
        yield from wrapped(f"{passed} of {asked} ({told}): {listed}.")


def _dependent(report: Row) -> Iterator[str]:
    """Readings whose verdict (before-after, reach) changes with the rivals or the cause of the decline."""
    groups: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = {}
    for row in of_forecasts(report, test="reach", comparator=BEFORE_AFTER):
        if row["verdict"] in (TOO_FEW, NOT_REACHED):
            continue
        verdicts = groups.setdefault((row["horizon"], row["id"]), {})
        verdicts.setdefault(row["verdict"], []).append((row["rivals"], row["decline"]))
    readings: dict[tuple[str, str], list[str]] = {}
    for (horizon, name), verdicts in groups.items():
        if len(verdicts) > 1:
            sentence = "; ".join(f"{verdict} where {_cases(cases, report)}" for verdict, cases in verdicts.items())
            readings.setdefault((horizon, sentence), []).append(name)
    if not readings:
        yield "No verdict that is given (before-after) depends on the rivals or the cause of the decline."
        return
    yield "Verdicts (before-after) that depend on the rivals or on why the share fell:"
    for (horizon, sentence), names in readings.items():
        yield from wrapped(f"{', '.join(names)} ({horizon}): {sentence}.")


def _cases(cases: Sequence[tuple[str, str]], report: Row) -> str:
    """Cases in words, shorter where rivals of several modes or all causes of the decline agree."""
    declines, modes = list(report["fit"]), {row["rivals"] for row in report["claims"]}
    groups: dict[tuple[str, ...], list[str]] = {}
    for mode in RIVALS:
        own = tuple(decline for rivals, decline in cases if rivals == mode)
        if own:
            groups.setdefault(own, []).append(mode)
    parts = []
    for own, same in groups.items():
        causes = "" if len(own) == len(declines) else " or ".join(DECLINES[name] for name in own)
        words = "" if len(same) == len(modes) else " or ".join(RIVALS[mode] for mode in same)
        joint = ", and " if len(same) > 1 else " and "
        parts.append(joint.join(part for part in (words, causes) if part))
    return ", or ".join(parts)


def wrapped(text: str) -> list[str]:
    """Lines of at most 100 columns, indented."""
    return textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _matches(report: Row) -> Iterator[str]:
    matched = sorted(
        {row["id"] for row in select(report["claims"], test="match") if row["passed"] and not row["built_in"]}
    )
    within = "within the last printed digit"
    if not matched:
        yield f"Match: no claim that was not given is met {within} in any world, by either comparator."
    else:
        yield from wrapped(f"Match: met {within} in at least one world: {', '.join(matched)}.")


def _joint(report: Row) -> Iterator[str]:
    yield "Can claims hold together (arithmetic of the printed numbers, one period, match)?"
    own = [row for row in select(report["joint"], comparator=BEFORE_AFTER) if is_headline(row, report)]
    for row in select(own, test="match", horizon=FIRST_YEAR):
        if len(row["claims"]) == 2 and "revenue_after" not in row["claims"]:
            names = " and ".join(f"{WHAT[name]} {printed_for(name, READINGS[name])}" for name in row["claims"])
            yield from wrapped(f"{names}: {'yes' if row['possible'] else 'no'}. {row['reason']}")
    together = [name for name in WHAT if name != "revenue_after"]
    for row in select(own, test="reach"):
        if row["claims"] == together and row["passed"] is not None:
            reached = f"in {row['passed']} of {row['asked']} worlds ({row['verdict']})"
            yield f"  all three at least reached, {row['horizon']}: {reached}"


def _nulls(report: Row) -> Iterator[str]:
    yield "What the share would do without customers, and what a claim would need:"
    for row in report["null_forecasts"]:
        if not is_headline(row, report):
            continue
        required = row["utility_required"].items()
        needs = [f"{printed_for(name, READINGS[name])} needs {utils:+.2f}" for name, utils in required]
        yield from wrapped(
            f"{row['horizon']}: model {row['model_share']:.2%}, trend alone {row['trend_share']:.2%}, one-line logit "
            f"{row['logit_share']:.2%}. The tools gave {row['utility_given']:+.2f} utils; {', '.join(needs)}."
        )


def _fit(report: Row) -> Iterator[str]:
    yield "Fit to the past (targets in brackets):"
    for decline, fit in report["fit"].items():
        (before, now), (before_target, now_target) = fit["mean"], fit["target"]
        yield (
            f"  {DECLINES[decline]}: year -1 {before:.2%} ({before_target:.2%}), "
            f"year 0 {now:.2%} ({now_target:.2%}); {fit['missed']} of {fit['runs']} runs missed"
        )
