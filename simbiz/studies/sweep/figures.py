"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_studies
from simbiz.plots.figure import Figure

FIGURES = {
    "levels": Figure(
        "Effects of the levels of each factor", tables_studies.levels, draw.estimates, draw.by_rows(0.9, 0.32)
    ),
}
