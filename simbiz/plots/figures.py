"""Every figure of a result: the kinds of study that it fits, its table, who draws it, its size."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.plots import (
    draw,
    tables_claims,
    tables_customers,
    tables_orders,
    tables_sensitivity,
    tables_studies,
    tables_time,
)
from simbiz.plots.sheet import Sheet
from simbiz.plots.style import FORMATS, figure, save
from simbiz.result.load import Result

RUN, CLAIMS, UNCERTAIN = "run", "claims", "claims under uncertainty"
COMPARE, SENSITIVITY, ORDERS, SWEEP, ABLATION = "compare", "sensitivity", "orders", "sweep", "ablation"
HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


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
        "Market share over time, with the world without the programme where there is one",
        (RUN, CLAIMS), tables_time.share, draw.share, draw.of(draw.WIDE, 3.6),
    ),
    "claims": Kind(
        "Published claims: estimates against what is printed", (CLAIMS,), tables_claims.forest, draw.forest,
        draw.by_rows(1.3, 0.27, width=8.6), tables_claims.horizons, 4,
    ),
    "held": Kind(
        "Share of all that is possible in which each claim is reached", (UNCERTAIN,), tables_claims.held, draw.held,
        draw.by_rows(0.9, 0.25), tables_claims.horizons, 4,
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
        "The programme as it was carried out, staff who use tools, and the dip of productivity",
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


def fitting(result: Result) -> dict[str, Kind]:
    """Figures that the kind of study of a result can have."""
    return {name: kind for name, kind in FIGURES.items() if result.kind in kind.kinds}


def subjects_of(name: str, result: Result) -> Sequence[str]:
    """What a figure can be drawn of, the usual first; empty where there is one such figure."""
    subjects = FIGURES[name].subjects
    return subjects(result) if subjects is not None else ()


def sheet_of(name: str, result: Result, subject: str | None = None) -> Sheet:
    """What a figure draws of a result.

    Parameters
    ----------
    name : str
        One of `FIGURES`.
    result : Result
        The result.
    subject : str, optional
        One of `subjects_of`; the usual one by default.

    Raises
    ------
    InputError
        If there is no such figure or subject, or if the result lacks what it needs.
    """
    known = fitting(result)
    if name not in known:
        hint = did_you_mean(name, known)
        allowed = one_of(known) if known else "nothing"
        raise InputError(f"a {result.kind} study gives no figure {name}; allowed: {allowed}.{hint}", file=result.folder)
    if not result.report:
        raise InputError("has no report yet: the command that made it goes on with it", file=result.folder)
    if subject is not None:
        subjects = subjects_of(name, result)
        if subject not in subjects:
            hint = did_you_mean(subject, subjects)
            allowed = "; ".join(subjects) if subjects else "nothing, there is one such figure"
            raise InputError(f"{name} cannot be drawn of {subject!r}; allowed: {allowed}.{hint}", file=result.folder)
    return known[name].sheet(result, subject)


def lacking(name: str, result: Result) -> str:
    """Why a result cannot give a figure of its kind; empty where it can."""
    try:
        sheet_of(name, result)
    except InputError as error:
        return error.message
    return ""


def write_figure(name: str, sheet: Sheet, path: Path) -> None:
    """Draw a sheet into a file whose ending gives the format.

    Raises
    ------
    InputError
        If the ending is none that can be drawn, or the file cannot be written.
    """
    if path.suffix.removeprefix(".") not in FORMATS:
        raise InputError(f"cannot be drawn as {path.suffix or 'a file without an ending'}; allowed: {one_of(FORMATS)}",
                         file=path)  # fmt: skip
    data = _drawn(name, sheet, path.suffix.removeprefix("."))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None


def svg_of(name: str, sheet: Sheet, prefix: str) -> str:
    """A figure as an SVG element for a page: without head and metadata, its names beginning with a prefix."""
    text = METADATA.sub("", HEAD.sub("", _drawn(name, sheet, "svg").decode(), count=1))
    for attribute, end in (('id="', '"'), ('xlink:href="#', '"'), ("url(#", ")")):
        text = re.sub(f"{re.escape(attribute)}([^{end}]+)", rf"{attribute}{prefix}-\1", text)
    return text


def _drawn(name: str, sheet: Sheet, form: str) -> bytes:
    kind, file = FIGURES[name], BytesIO()
    with figure(*kind.size(sheet)) as drawn:
        kind.draw(sheet, drawn)
        save(drawn, file, form)
    return file.getvalue()


def as_plain(sheet: Sheet) -> list[dict[str, Any]]:
    """Table twins as plain data."""
    return [{"caption": one.caption, "columns": list(one.columns), "rows": [list(row) for row in one.rows]}
            for one in sheet.shown]  # fmt: skip
