"""Figures of this kind of study."""

from __future__ import annotations

from simbiz.plots import draw, tables_customers, tables_time
from simbiz.plots.figure import Figure

FIGURES = {
    "share": Figure("Market share over time", tables_time.share, draw.share, draw.of(draw.WIDE, 3.6)),
    "programme": Figure(
        "The programme as it was carried out, staff who use tools, and their working capacity",
        tables_time.programme,
        draw.programme,
        draw.size_of_programme,
    ),
    "flows": Figure(
        "Touchpoint flows from channel to channel, before and after",
        tables_customers.flows,
        draw.flows,
        draw.of(10.6, 4.6),
    ),
    "funnel": Figure("Funnel with conversions", tables_customers.funnel, draw.funnel, draw.of(draw.WIDE, 3.8)),
    "service": Figure("SERVQUAL gaps by dimension", tables_customers.gaps, draw.gaps, draw.of(draw.WIDE, 2.8)),
    "nps": Figure(
        "Net promoter score over time", tables_time.recommendation, draw.recommendation, draw.of(draw.WIDE, 3.2)
    ),
    "map": Figure(
        "Competitive market map",
        tables_customers.positions,
        draw.positions,
        draw.of(draw.WIDE, 5.0),
        tables_customers.years_of_map,
    ),
    "customers": Figure(
        "Customers by taste for digital channels and loyalty to a firm",
        tables_customers.loyal_customers,
        draw.customers,
        draw.of(draw.WIDE, 4.0),
        tables_customers.firms_of,
    ),
}
