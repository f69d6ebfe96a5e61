"""Margins of the claims: by how much an estimate in a pair of worlds exceeds what a claim says."""

from __future__ import annotations

from dataclasses import dataclass

from simbiz.catalogue import load_catalogue
from simbiz.experiment.claim_cases import HORIZONS, Case, printed_numbers, target_value
from simbiz.experiment.claim_statistics import COMPARATORS, NUMBERS, Worlds

# All that the statistics of numeric claims read, of the focal firm alone.
METRICS = (
    "market_share",
    "market_value",
    "revenue",
    "profit",
    "productivity",
    "digitalization_rate",
    "tools_mastered",
)


@dataclass(frozen=True)
class Margin:
    """Estimate less target of a numeric reading of a claim.

    Parameters
    ----------
    claim, reading : str
        Names in the catalogue.
    statistic : str
        One of `NUMBERS`.
    target : float
        What the claim says.
    comparator : str
        One of `COMPARATORS`.
    first_year : bool
        Whether the horizon is the first year, or the first full one after the last step.
    """

    claim: str
    reading: str
    statistic: str
    target: float
    comparator: str
    first_year: bool

    metrics = METRICS

    @property
    def name(self) -> str:
        """Reading, comparator, horizon."""
        return f"{self.claim}.{self.reading} | {self.comparator} | {HORIZONS[self.first_year]}"

    def of(self, worlds: Worlds, last_week: int) -> float | None:
        """Margin in a pair of worlds whose programme ends in a week; None where they end before the horizon."""
        year = Case("", "", [worlds], [last_week]).year(0, self.first_year)
        return None if year is None else NUMBERS[self.statistic](worlds, year, self.comparator) - self.target


def margins() -> list[Margin]:
    """Margins of every numeric reading by both comparators at both horizons."""
    printed = printed_numbers()
    return [
        Margin(name, reading_name, reading.statistic, target_value(reading.target, printed), comparator, first_year)
        for name, claim in load_catalogue().claims.items()
        if claim.kind == "number"
        for reading_name, reading in claim.readings.items()
        for first_year in HORIZONS
        for comparator in COMPARATORS
    ]
