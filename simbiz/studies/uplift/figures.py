"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_uplifts
from simbiz.plots.figure import Figure

FIGURES = {
    "uplifts": Figure(
        "What a company sees beside what was caused",
        tables_uplifts.uplifts,
        draw.uplifts,
        draw.by_rows(0.9, 0.36, width=8.6),
        tables_uplifts.groups,
        4,
    ),
}
