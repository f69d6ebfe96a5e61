"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_markets
from simbiz.plots.figure import Figure

FIGURES = {
    "loyalty": Figure(
        "Loyalty of buyers beside what share predicts",
        tables_markets.loyalty,
        draw.loyalty,
        draw.of(10.6, 3.9),
        tables_markets.segments_of,
        4,
    ),
}
