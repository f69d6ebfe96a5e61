"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_markets
from simbiz.plots.figure import Figure

FIGURES = {
    "variants": Figure(
        "Competitive market map by variant of the method",
        tables_markets.standing,
        draw.positions,
        draw.of(draw.WIDE, 4.4),
        tables_markets.variants_of,
        3,
    ),
}
