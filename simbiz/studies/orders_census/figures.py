"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_census
from simbiz.plots.figure import Figure

FIGURES = {
    "census": Figure(
        "All orders of adoption: how good they are, and by what stands first",
        tables_census.census,
        draw.census,
        draw.size_of_census,
        tables_census.outcomes_of_census,
        4,
    ),
}
