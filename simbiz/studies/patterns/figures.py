"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_laws
from simbiz.plots.figure import Figure

FIGURES = {
    "laws": Figure(
        "Laws of markets against their tolerances",
        tables_laws.laws,
        draw.laws,
        draw.by_rows(1.1, 0.4, width=10.0),
        tables_laws.segments,
        3,
    ),
}
