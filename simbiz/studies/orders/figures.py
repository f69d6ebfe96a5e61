"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_orders
from simbiz.plots.figure import Figure

FIGURES = {
    "orders": Figure(
        "Orders of adoption beside the best",
        tables_orders.orders,
        draw.orders,
        draw.by_rows(1.2, 0.33, width=11.0),
        tables_orders.outcomes_of_orders,
        6,
    ),
}
