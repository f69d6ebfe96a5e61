"""The audit in words: a line a claim, and sentences made from the numbers for what depends on something."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simbiz.experiment.claim_cases import HORIZONS
from simbiz.experiment.claim_statistics import BEFORE_AFTER, PAIRED
from simbiz.experiment.claim_words import DECLINES, MARKS, RIVALS, as_printed, printed_for
from simbiz.experiment.joint_claims import READINGS

Row = Mapping[str, Any]

FIRST, AFTER = HORIZONS[True], HORIZONS[False]
WHAT = {
    "share_after": "share",
    "share_index_after": "share index",
    "performance_growth": "revenue",
    "revenue_after": "revenue",
}


def heading(report: Row, scenario: Any) -> list[str]:
    """What was tested, and how to read the table."""
    return [
        f"{scenario.title}",
        f"Published claims on {report['replicates']} pairs of worlds, {report['parameters']}; "
        f"{RIVALS[scenario.rivals.mode]}, {DECLINES[scenario.past.decline]}.",
        "Does the forecast come true (at least the target)? yes: in >= 95 % of the worlds, no: in <= 5 %, ?: between.",
        "Before-after is the paper's way; paired compares with the same world without the programme.",
        *_over(report),
        "",
    ]


def _over(report: Row) -> Iterator[str]:
    """What a share of worlds means where they differ in their parameters, too."""
    if report.get("points") is not None:
        yield (
            "A world is a parameter point and a seed. A share of the worlds is a share of that part of the declared "
            "ranges in which the patterns hold; where a range is assumed it is no probability."
        )


def claim_rows(report: Row, scenario: Any) -> tuple[list[str], list[list[str]]]:
    """Columns and lines of the table: test reach, the scenario's own rivals and decline."""
    columns = ["claim", "target", "year 1", "paired", "full year after", "paired "]
    own = {"rivals": scenario.rivals.mode, "decline": scenario.past.decline, "test": "reach"}
    lines: dict[str, dict[tuple[str, str], Row]] = {}
    for row in of_forecasts(report, **own):
        lines.setdefault(row["id"], {})[row["horizon"], row["comparator"]] = row
    table = []
    for name, cells in lines.items():
        some = cells[FIRST, BEFORE_AFTER]
        order = [(FIRST, BEFORE_AFTER), (FIRST, PAIRED), (AFTER, BEFORE_AFTER), (AFTER, PAIRED)]
        shown = [f"{number(cells[key], 'estimate')} {MARKS[cells[key]['verdict']]}" for key in order]
        table.append([name + (" *" if some["built_in"] else ""), number(some, "target"), *shown])
    return columns, table


def select(rows: Sequence[Row], **wanted: str) -> Iterator[Row]:
    """Rows in which all wanted fields have the wanted values."""
    for row in rows:
        if all(row[name] == value for name, value in wanted.items()):
            yield row


def of_forecasts(report: Row, **wanted: str) -> Iterator[Row]:
    """Rows of the forecasts for the focal firm, without those about the market."""
    return (row for row in select(report["claims"], **wanted) if row["kind"] != "market")


def number(row: Row, field: str) -> str:
    """Estimate or target as the paper would print it, without blanks before signs; of categories the leading one."""
    value = row[field]
    return as_printed(row["id"], next(iter(value)) if isinstance(value, dict) else value).replace(" %", "%")


def closing_lines(report: Row, scenario: Any) -> Iterator[str]:
    """What depends on rivals and decline, what matches, what can hold together, null forecasts, fit."""
    yield ""
    yield "* the model was given this rather than found it. Full year after: the first after the last step."
    yield from _dependent(report)
    yield ""
    yield from _matches(report)
    yield ""
    yield from _joint(report, scenario)
    yield ""
    yield from _nulls(report, scenario)
    yield ""
    yield from _fit(report)


def _dependent(report: Row) -> Iterator[str]:
    """Readings whose verdict (before-after, reach) changes with the rivals or the cause of the decline."""
    groups: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = {}
    for row in of_forecasts(report, test="reach", comparator=BEFORE_AFTER):
        verdicts = groups.setdefault((row["horizon"], row["id"]), {})
        verdicts.setdefault(row["verdict"], []).append((row["rivals"], row["decline"]))
    readings: dict[tuple[str, str], list[str]] = {}
    for (horizon, name), verdicts in groups.items():
        if len(verdicts) > 1:
            sentence = "; ".join(f"{verdict} where {_cases(cases, report)}" for verdict, cases in verdicts.items())
            readings.setdefault((horizon, sentence), []).append(name)
    yield ""
    if not readings:
        yield "No verdict before-after depends on the mode of the rivals or the cause of the decline."
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
        {row["id"] for row in select(report["claims"], test="match") if row["passing"] and not row["built_in"]}
    )
    within = "within the last printed digit"
    if not matched:
        yield f"Match: no claim that was not given is met {within} in any world, by either comparator."
    else:
        yield from wrapped(f"Match: met {within} in at least one world: {', '.join(matched)}.")


def _joint(report: Row, scenario: Any) -> Iterator[str]:
    yield "Can claims hold together (arithmetic of the printed numbers, one period, match)?"
    own = {"rivals": scenario.rivals.mode, "decline": scenario.past.decline, "comparator": BEFORE_AFTER}
    for row in select(report["joint"], **own, test="match", horizon=FIRST):
        if len(row["claims"]) == 2 and "revenue_after" not in row["claims"]:
            names = " and ".join(f"{WHAT[name]} {printed_for(name, READINGS[name])}" for name in row["claims"])
            yield from wrapped(f"{names}: {'yes' if row['possible'] else 'no'}. {row['reason']}")
    together = [name for name in WHAT if name != "revenue_after"]
    for horizon in (FIRST, AFTER):
        for row in select(report["joint"], **own, test="reach", horizon=horizon):
            if row["claims"] == together and row["passing"] is not None:
                yield f"  all three at least reached, {horizon}: in {row['passing']:.0%} of the worlds"


def _nulls(report: Row, scenario: Any) -> Iterator[str]:
    own = {"rivals": scenario.rivals.mode, "decline": scenario.past.decline}
    yield "What the share would do without customers, and what a claim would need:"
    for row in select(report["null_forecasts"], **own):
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
