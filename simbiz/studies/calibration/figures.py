"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_laws
from simbiz.plots.figure import Figure

FIGURES = {
    "points": Figure(
        "Parameter points that pass, and which parameters decide it",
        tables_laws.points_tried,
        draw.points_tried,
        draw.by_rows(1.1, 0.42, width=8.6),
    ),
    "fitted": Figure(
        "Laws of markets at the points tried, fitted and predicted",
        tables_laws.points_and_laws,
        draw.laws,
        draw.by_rows(1.1, 0.42, width=10.0),
    ),
}
