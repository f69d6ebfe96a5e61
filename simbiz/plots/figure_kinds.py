"""Figures that a result can give: the kinds of study that each fits, its table, who draws it, its size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from simbiz.plots import (
    draw,
    tables_census,
    tables_claims,
    tables_customers,
    tables_laws,
    tables_markets,
    tables_orders,
    tables_sensitivity,
    tables_studies,
    tables_time,
    tables_uplifts,
)
from simbiz.plots.sheet import Sheet
from simbiz.results.load import Result

RUN, CLAIMS, UNCERTAIN = "run", "claims", "claims under uncertainty"
COMPARE, SENSITIVITY, ORDERS, SWEEP, ABLATION = "compare", "sensitivity", "orders", "sweep", "ablation"
CENSUS, PATTERNS, CALIBRATE, SEEN = "orders census", "patterns", "calibrate", "seen and caused"
PAYBACK, LOYALTY, MAP = "payback", "loyalty", "map"


@dataclass(frozen=True)
class Kind:
    """A figure that results of some kinds of study can give.

    Parameters
    ----------
    title : str
        What it shows.
    kinds : sequence of str
        Kinds of study.
    sheet : callable
        (result, subject) -> Sheet; raises InputError where the result lacks what it needs.
    draw : callable
        (sheet, figure) draws it.
    size : callable
        (sheet) -> width and height in inches.
    subjects : callable, optional
        (result) -> what it can be drawn of, the usual first; without it there is one such figure of a result.
    reported : int
        How many subjects a report shows.
    """

    title: str
    kinds: Sequence[str]
    sheet: Callable[[Result, str | None], Sheet]
    draw: Callable[[Sheet, Figure], None]
    size: Callable[[Sheet], tuple[float, float]]
    subjects: Callable[[Result], Sequence[str]] | None = None
    reported: int = 1


FIGURES: dict[str, Kind] = {
    "share": Kind(
        "Market share over time",
        (RUN, CLAIMS), tables_time.share, draw.share, draw.of(draw.WIDE, 3.6),
    ),
    "declines": Kind(
        "Market share under every cause of the earlier decline", (CLAIMS,), tables_time.declines, draw.declines,
        draw.size_of_declines,
    ),
    "claims": Kind(
        "Published claims: estimates against what is printed", (CLAIMS,), tables_claims.forest, draw.forest,
        draw.by_rows(1.3, 0.34, width=10.2), tables_claims.horizons, 4,
    ),
    "held": Kind(
        "Share of all that is possible in which each claim is reached", (UNCERTAIN,), tables_claims.held, draw.held,
        draw.by_rows(0.9, 0.34, width=9.2), tables_claims.horizons, 4,
    ),
    "regions": Kind(
        "Regions in which a claim is reached, or is not", (UNCERTAIN,), tables_claims.region, draw.region,
        draw.by_rows(1.3, 0.55), tables_claims.regions, 6,
    ),
    "values": Kind(
        "Alternatives by year", (COMPARE,), tables_studies.values, draw.values, draw.of(draw.WIDE, 3.8),
        tables_studies.compared_outcomes, 3,
    ),
    "differences": Kind(
        "Differences of all pairs of alternatives", (COMPARE,), tables_studies.differences, draw.estimates,
        draw.by_rows(0.9, 0.32), tables_studies.compared_outcomes, 3,
    ),
    "orders": Kind(
        "Orders of adoption beside the best", (ORDERS,), tables_orders.orders, draw.orders,
        draw.by_rows(1.2, 0.33, width=11.0), tables_orders.outcomes_of_orders, 6,
    ),
    "census": Kind(
        "All orders of adoption: how good they are, and by what stands first", (CENSUS,), tables_census.census,
        draw.census, draw.size_of_census, tables_census.outcomes_of_census, 4,
    ),
    "laws": Kind(
        "Laws of markets against their tolerances", (PATTERNS,), tables_laws.laws, draw.laws,
        draw.by_rows(1.1, 0.4, width=10.0), tables_laws.segments, 3,
    ),
    "points": Kind(
        "Parameter points that pass, and which parameters decide it", (CALIBRATE,), tables_laws.points_tried,
        draw.points_tried, draw.by_rows(1.1, 0.42, width=8.6),
    ),
    "fitted": Kind(
        "Laws of markets at the points tried, fitted and predicted", (CALIBRATE,), tables_laws.points_and_laws,
        draw.laws, draw.by_rows(1.1, 0.42, width=10.0),
    ),
    "uplifts": Kind(
        "What a company sees beside what was caused", (SEEN,), tables_uplifts.uplifts, draw.uplifts,
        draw.by_rows(0.9, 0.36, width=8.6), tables_uplifts.groups, 4,
    ),
    "payback": Kind(
        "What the programme has gained and cost by each week", (PAYBACK,), tables_markets.payback, draw.payback,
        draw.of(draw.WIDE, 4.2),
    ),
    "loyalty": Kind(
        "Loyalty of buyers beside what share lets expect", (LOYALTY,), tables_markets.loyalty, draw.loyalty,
        draw.of(10.6, 3.9), tables_markets.segments_of, 4,
    ),
    "variants": Kind(
        "Competitive market map by variant of the method", (MAP,), tables_markets.standing, draw.positions,
        draw.of(draw.WIDE, 4.4), tables_markets.variants_of, 3,
    ),
    "levels": Kind(
        "Effects of the levels of each factor", (SWEEP,), tables_studies.levels, draw.estimates,
        draw.by_rows(0.9, 0.32),
    ),
    "mechanisms": Kind(
        "What each mechanism adds to the gain in share", (ABLATION,), tables_studies.parts, draw.estimates,
        draw.by_rows(0.9, 0.26), tables_studies.horizons_of_ablation, 2,
    ),
    "tornado": Kind(
        "Outcome where each parameter is low and where it is high", (SENSITIVITY,), tables_sensitivity.tornado,
        draw.tornado, draw.by_rows(1.0, 0.27, draw.PARAMETERS_SHOWN), tables_sensitivity.outcomes, 2,
    ),
    "sobol": Kind(
        "First-order and total Sobol' indices", (SENSITIVITY,), tables_sensitivity.sobol, draw.sobol,
        draw.by_rows(1.0, 0.32, draw.PARAMETERS_SHOWN), tables_sensitivity.outcomes, 3,
    ),
    "interactions": Kind(
        "Second-order Sobol' indices", (SENSITIVITY,), tables_sensitivity.interactions, draw.interactions,
        draw.size_of_matrix, tables_sensitivity.outcomes, 2,
    ),
    "morris": Kind(
        "Morris screening: size and spread of effects", (SENSITIVITY,), tables_sensitivity.morris, draw.morris,
        draw.of(draw.WIDE, 4.4), tables_sensitivity.outcomes, 3,
    ),
    "importance": Kind(
        "Importance of parameters by the leading index of the method", (SENSITIVITY,), tables_sensitivity.importance,
        draw.importance, draw.by_rows(1.0, 0.27, draw.PARAMETERS_SHOWN), tables_sensitivity.outcomes, 3,
    ),
    "programme": Kind(
        "The programme as it was carried out, staff who use tools, and their working capacity",
        (RUN, CLAIMS), tables_time.programme, draw.programme, draw.size_of_programme,
    ),
    "flows": Kind(
        "Touchpoint flows from channel to channel, before and after", (RUN, CLAIMS), tables_customers.flows, draw.flows,
        draw.of(10.6, 4.6),
    ),
    "funnel": Kind(
        "Funnel with conversions", (RUN, CLAIMS), tables_customers.funnel, draw.funnel, draw.of(draw.WIDE, 3.8),
    ),
    "service": Kind(
        "SERVQUAL gaps by dimension", (RUN, CLAIMS), tables_customers.gaps, draw.gaps, draw.of(draw.WIDE, 2.8),
    ),
    "nps": Kind(
        "Net promoter score over time", (RUN, CLAIMS), tables_time.recommendation, draw.recommendation,
        draw.of(draw.WIDE, 3.2),
    ),
    "map": Kind(
        "Competitive market map", (RUN, CLAIMS), tables_customers.positions, draw.positions, draw.of(draw.WIDE, 5.0),
        tables_customers.years_of_map,
    ),
    "customers": Kind(
        "Customers by taste for digital channels and loyalty to a firm",
        (RUN, CLAIMS), tables_customers.loyal_customers, draw.customers, draw.of(draw.WIDE, 4.0),
        tables_customers.firms_of,
    ),
}  # fmt: skip
