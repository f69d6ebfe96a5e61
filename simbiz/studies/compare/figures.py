"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_studies
from simbiz.plots.figure import Figure

FIGURES = {
    "values": Figure(
        "Alternatives by year",
        tables_studies.values,
        draw.values,
        draw.of(draw.WIDE, 3.8),
        tables_studies.compared_outcomes,
        3,
    ),
    "differences": Figure(
        "Differences of all pairs of alternatives",
        tables_studies.differences,
        draw.estimates,
        draw.by_rows(0.9, 0.32),
        tables_studies.compared_outcomes,
        3,
    ),
}
