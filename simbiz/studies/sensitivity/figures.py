"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_sensitivity
from simbiz.plots.figure import Figure

FIGURES = {
    "tornado": Figure(
        "Outcome where each parameter is low and where it is high",
        tables_sensitivity.tornado,
        draw.tornado,
        draw.by_rows(1.0, 0.27, draw.PARAMETERS_SHOWN),
        tables_sensitivity.outcomes,
        2,
    ),
    "sobol": Figure(
        "First-order and total Sobol' indices",
        tables_sensitivity.sobol,
        draw.sobol,
        draw.by_rows(1.0, 0.32, draw.PARAMETERS_SHOWN),
        tables_sensitivity.outcomes,
        3,
    ),
    "interactions": Figure(
        "Second-order Sobol' indices",
        tables_sensitivity.interactions,
        draw.interactions,
        draw.size_of_matrix,
        tables_sensitivity.outcomes,
        2,
    ),
    "morris": Figure(
        "Morris screening: size and spread of effects",
        tables_sensitivity.morris,
        draw.morris,
        draw.of(draw.WIDE, 4.4),
        tables_sensitivity.outcomes,
        3,
    ),
    "importance": Figure(
        "Importance of parameters by the leading index of the method",
        tables_sensitivity.importance,
        draw.importance,
        draw.by_rows(1.0, 0.27, draw.PARAMETERS_SHOWN),
        tables_sensitivity.outcomes,
        3,
    ),
}
