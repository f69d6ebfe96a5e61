"""Reports of the audit on worlds whose numbers are known, and rows of them."""

from typing import Any

from studies import yearly

from simbiz.studies.claims.horizons import FIRST_YEAR


def shares(*later: float, before: float = 0.0858, **others: Any) -> dict[str, list[float]]:
    """Values by year, years -1 and 0 as in the paper, then these shares."""
    return yearly(2 + len(later), market_share=[before, 0.0771, *later], **others)


def rows(report: dict[str, Any], name: str, **wanted: Any) -> list[dict[str, Any]]:
    """Rows of a reading in which all wanted fields have the wanted values."""
    found = [row for row in report["claims"] if row["id"] == name]
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def one(
    report: dict[str, Any], name: str, test: str = "reach", comparator: str = "paired", horizon: str = FIRST_YEAR
) -> dict[str, Any]:
    """The row of a reading."""
    (row,) = rows(report, name, test=test, comparator=comparator, horizon=horizon)
    return row
