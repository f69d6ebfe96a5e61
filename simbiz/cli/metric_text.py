"""Values of metrics as people read them."""

from __future__ import annotations

from typing import Any


def value_text(value: float | None, metric: Any) -> str:
    """Value of a metric: shares in per cent, the rest with the metric's decimals."""
    if value is None:
        return "-"
    return f"{value:.2%}" if metric.unit == "share" else f"{value:,.{metric.decimals}f}"


def difference_text(value: float | None, metric: Any) -> str:
    """Difference of two values of a metric, with its sign: of shares in points."""
    if value is None:
        return "-"
    return f"{100.0 * value:+.2f}" if metric.unit == "share" else f"{value:+,.{metric.decimals}f}"


def interval_text(low_high: list[float] | None, metric: Any) -> str:
    """Interval of a difference of two values of a metric."""
    return "-" if low_high is None else " to ".join(difference_text(end, metric) for end in low_high)


def unit_text(metric: Any) -> str:
    """Unit of differences of a metric."""
    return "points" if metric.unit == "share" else str(metric.unit)
