"""Margins of the claims: by how much an estimate in a pair of worlds exceeds what a claim says."""

from __future__ import annotations

from dataclasses import dataclass

from simbiz.catalogue import load_catalogue
from simbiz.studies.claims.cases import Case, asked
from simbiz.studies.claims.horizons import HORIZONS
from simbiz.studies.claims.statistics import COMPARATORS, NUMBERS, Worlds

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
    """By how much a pair of worlds exceeds the target of a numeric reading of a claim, in the unit of its statistic.

    Parameters
    ----------
    claim, reading : str
        Names in the catalogue.
    statistic : str
        One of `NUMBERS`.
    target : float
        What the claim says by this comparator; of a statistic in money a part of what is compared with.
    comparator : str
        One of `COMPARATORS`.
    horizon : str
        One of `HORIZONS`.
    """

    claim: str
    reading: str
    statistic: str
    target: float
    comparator: str
    horizon: str

    metrics = METRICS

    @property
    def name(self) -> str:
        """Reading, comparator, horizon."""
        return f"{self.claim}.{self.reading} | {self.comparator} | {self.horizon}"

    def of(self, worlds: Worlds, last_week: int) -> float | None:
        """Margin in a pair of worlds whose programme ends in a week; None where they end before the horizon."""
        year = Case("", "", [worlds], [last_week]).year(0, self.horizon)
        if year is None:
            return None
        statistic = NUMBERS[self.statistic]
        exceeds, _ = statistic.margins(statistic.of([(worlds, year)], self.comparator), self.target)
        return float(exceeds[0])


def margins() -> list[Margin]:
    """Margins of every numeric reading by both comparators at both horizons."""
    return [
        Margin(name, reading_name, reading.statistic, asked(reading, comparator)[0], comparator, horizon)
        for name, claim in load_catalogue().claims.items()
        if claim.kind == "number"
        for reading_name, reading in claim.readings.items()
        for horizon in HORIZONS
        for comparator in COMPARATORS
    ]
