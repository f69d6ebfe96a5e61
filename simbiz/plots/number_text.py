"""Numbers as figures, their tables and reports write them."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log10
from typing import Any

NOTHING = "-"


def percent(value: float | None, digits: int = 1) -> str:
    """Share in per cent."""
    return NOTHING if value is None or not isfinite(value) else f"{100.0 * value:.{digits}f} %"


def points(value: float | None, digits: int = 2) -> str:
    """Difference of shares in percentage points, with its sign."""
    return NOTHING if value is None or not isfinite(value) else f"{100.0 * value:+.{digits}f}"


def signed_percent(value: float | None) -> str:
    """Change in whole per cent, with its sign; one that rounds to nothing has none."""
    if value is None or not isfinite(value):
        return NOTHING
    text = f"{100.0 * value:+,.0f}"
    return "0 %" if text in ("+0", "-0") else f"{text} %"


def figures(value: float | None, digits: int = 3) -> str:
    """Number with so many significant figures, thousands set off."""
    if value is None or not isfinite(value):
        return NOTHING
    if value == 0.0:
        return "0"
    decimals = max(digits - 1 - floor(log10(abs(value))), 0)
    return f"{value:,.{min(decimals, 9)}f}"


def of_metric(value: float | None, metric: Any) -> str:
    """Value of a metric: shares in per cent, the rest with the metric's decimals."""
    if value is None or not isfinite(value):
        return NOTHING
    return percent(value, 2) if metric.unit == "share" else f"{value:,.{metric.decimals}f}"


def difference_of(value: float | None, metric: Any) -> str:
    """Difference of two values of a metric, with its sign: of shares in points."""
    if value is None or not isfinite(value):
        return NOTHING
    return points(value) if metric.unit == "share" else f"{value:+,.{metric.decimals}f}"


def unit_of_difference(metric: Any) -> str:
    """Unit of differences of a metric."""
    return "percentage points" if metric.unit == "share" else str(metric.unit)


def plain(name: str) -> str:
    """Name as words: without the table that it stands in, without underscores."""
    return name.removeprefix("parameters.").removeprefix("effects.").replace("_", " ")


def named(path: str) -> str:
    """Dotted path as a name: the tool or table, then what it has."""
    table, dot, rest = plain(path).partition(".")
    return f"{table}: {rest.replace('.', ' ')}" if dot else table


def in_words(path: str) -> str:
    """Dotted path as words."""
    return plain(path).replace(".", " ")


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names in a sentence: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def mean_of(number: int, noun: str = "seed") -> str:
    """Over how many a mean is: mean of 3 seeds, or one seed."""
    return f"one {noun}" if number == 1 else f"mean of {counted(number, noun)}"


def counted(number: int, noun: str) -> str:
    """Number with its noun: 1 seed, 2 seeds."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
