"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_studies
from simbiz.plots.figure import Figure

FIGURES = {
    "mechanisms": Figure(
        "What each mechanism adds to the gain in share",
        tables_studies.parts,
        draw.estimates,
        draw.by_rows(0.9, 0.26),
        tables_studies.horizons_of_ablation,
        2,
    ),
}
