"""Claims in words: cases, verdicts, and numbers as their paper prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Reading
from simbiz.statistics.verdicts import NOT_REACHED, NOT_TESTABLE, REFUTED, SUPPORTED, TOO_FEW, UNDECIDED
from simbiz.studies.claims.cases import printed_numbers
from simbiz.studies.claims.statistics import PAIRED

DECLINES = {"one_off": "the share fell once", "ended": "the decline ended", "steady": "the decline goes on"}
RIVALS = {"stopped": "rivals stand still", "trend": "rivals follow their trend", "responding": "rivals respond"}
MARKS = {SUPPORTED: "yes", REFUTED: "no", UNDECIDED: "?", TOO_FEW: "few", NOT_REACHED: "-", NOT_TESTABLE: "n/t"}
HOW_JUDGED = (
    "yes: shown at 95 % confidence to hold in >= 95 % of the worlds, no: in <= 5 %, ?: between; few: too few worlds to "
    "say. 59 of 59 are the fewest for yes, 0 of 59 for no. A world that was asked and does not count shows nothing."
)
# The claims that the question is about; their arithmetic is that of the numbers printed for them.
MAIN = ("share.value", "share_index.chain", "performance.revenue")
NOTHING = "-"


def as_printed(reading: str, value: float | str | None) -> str:
    """Write an estimate or a target of a claim as its paper does.

    Parameters
    ----------
    reading : str
        "claim.reading" of the catalogue.
    value : float or str or None
        Number in the unit of the statistic, or a category; None where there is none.

    Returns
    -------
    str
        As "12.79 %", "+28 %", "114,499", "0.57", "2.5x" or "cell 10"; "-" for None.
    """
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return f"cell {value}" if value.isdigit() else value
    name, _, own = reading.partition(".")
    claim = load_catalogue().claims[name]
    return _written(value, claim.readings[own].written or claim.written)


def estimate_as_printed(row: Mapping[str, Any], value: Any) -> str:
    """Write an estimate of a row of the audit, or an end of its interval: differences in points or money.

    Parameters
    ----------
    row : mapping
        The row: its reading and comparator.
    value : float or str or None
        The number, in the unit of the statistic.
    """
    return _in_its_form(row, value, differs=_reading(row["id"]).quantity == "money")


def target_as_printed(row: Mapping[str, Any]) -> str:
    """Write what a row asks for; in money still a part of what is compared with."""
    return _in_its_form(row, row["target"], differs=False)


def value_as_printed(row: Mapping[str, Any], value: float | None) -> str:
    """Write a value of a level or of money, as it is with the programme or in what it is compared with."""
    if _reading(row["id"]).quantity == "money":
        return NOTHING if value is None else f"{value:,.0f}"
    return as_printed(row["id"], value)


def _in_its_form(row: Mapping[str, Any], value: Any, *, differs: bool) -> str:
    reading = _reading(row["id"])
    paired_level = reading.paired is not None and row.get("comparator") == PAIRED
    if value is None or isinstance(value, str) or not (differs or paired_level):
        return as_printed(row["id"], value)
    return f"{value:+,.0f}" if "roubles" in reading.unit else f"{100.0 * value:+.2f} pts"


def _reading(name: str) -> Reading:
    claim, _, own = name.partition(".")
    return load_catalogue().claims[claim].readings[own]


def _written(value: float, form: str) -> str:
    match form:
        case "percent":
            return f"{100.0 * value:.2f} %"
        case "growth":
            return f"{100.0 * value:+,.0f} %"
        case "change":
            return f"{100.0 * value:+,.1f} %"
        case "whole":
            return f"{value:,.0f}"
        case "decimal":
            return f"{value:.2f}"
        case "correlation":
            return f"{value:+.2f}"
        case _:
            return f"{value:.1f}x"


def printed_for(name: str, reading: str) -> str:
    """Write a number that a claim prints, by its name, as a reading of that claim is written."""
    return as_printed(reading, printed_numbers()[name])
