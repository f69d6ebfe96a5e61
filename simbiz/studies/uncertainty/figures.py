"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_claims
from simbiz.plots.figure import Figure

FIGURES = {
    "held": Figure(
        "Share of all that is possible in which each claim is reached",
        tables_claims.held,
        draw.held,
        draw.by_rows(0.9, 0.34, width=9.2),
        tables_claims.horizons,
        4,
    ),
    "regions": Figure(
        "Regions in which a claim is reached, or is not",
        tables_claims.region,
        draw.region,
        draw.by_rows(1.3, 0.55),
        tables_claims.regions,
        6,
    ),
}
