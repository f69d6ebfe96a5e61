"""simbiz payback: what the programme has cost and gained, and when it has paid for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simbiz.cli.output import echo, print_table

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_payback(conducted.report)


def print_payback(report: Mapping[str, Any]) -> None:
    """Print gains by year and the week of pay-back."""
    echo(f"{report['scenario']}: what the programme adds to profit, paired, thousand roubles;")
    echo(f"{report['worlds']} pairs of worlds.\n")
    lines = [
        [
            str(year["year"]),
            f"{year['cost_to_date']:,.0f}",
            f"{year['gain']:+,.0f}",
            f"{year['gain_to_date']:+,.0f}",
            "-" if year["interval"] is None else " to ".join(f"{limit:+,.0f}" for limit in year["interval"]),
        ]
        for year in report["years"]
    ]
    print_table(["year", "implementation to date", "gain", "gain to date", "95 %"], lines)
    if report["week"] is None:
        echo("\nIt pays for itself in no world within the calendar.")
        return
    first, last = report["weeks"]
    median = f"week {report['week']:.0f} (median; {first} to {last})"
    echo(f"\nPaid back in {report['paid_back']:.0%} of the worlds: {median}.")
