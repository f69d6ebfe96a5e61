"""Claims in words: cases, verdicts, and numbers as their paper prints them."""

from __future__ import annotations

from simbiz.catalogue import load_catalogue
from simbiz.experiment.claim_cases import printed_numbers

DECLINES = {"one_off": "the share fell once", "ended": "the decline ended", "steady": "the decline goes on"}
RIVALS = {"stopped": "rivals stand still", "trend": "rivals follow their trend", "responding": "rivals respond"}
MARKS = {"supported": "yes", "refuted": "no", "undecided": "?", "not reached": "-", "not testable": "n/t"}
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
    match claim.readings[own].written or claim.written:
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
        case "ratio":
            return f"{value:.1f}x"


def printed_for(name: str, reading: str) -> str:
    """Write a number that a claim prints, by its name, as a reading of that claim is written."""
    return as_printed(reading, printed_numbers()[name])
