"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_claims, tables_time
from simbiz.plots.figure import Figure
from simbiz.studies.run.figures import FIGURES as OF_RUNS

FIGURES = {
    **OF_RUNS,
    "declines": Figure(
        "Market share under every cause of the earlier decline",
        tables_time.declines,
        draw.declines,
        draw.size_of_declines,
    ),
    "claims": Figure(
        "Published claims: estimates against what is printed",
        tables_claims.forest,
        draw.forest,
        draw.by_rows(1.3, 0.34, width=10.2),
        tables_claims.horizons,
        4,
    ),
}
