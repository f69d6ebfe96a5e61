"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_markets
from simbiz.plots.figure import Figure

FIGURES = {
    "payback": Figure(
        "What the programme has gained and cost by each week",
        tables_markets.payback,
        draw.payback,
        draw.of(draw.WIDE, 4.2),
    ),
}
