"""A figure that a kind of study can give: its table, who draws it, its size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Drawing

from simbiz.plots.sheet import Sheet
from simbiz.results.load import Result


@dataclass(frozen=True)
class Figure:
    """A figure that results of a kind of study can give.

    Parameters
    ----------
    title : str
        What it shows.
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
    sheet: Callable[[Result, str | None], Sheet]
    draw: Callable[[Sheet, Drawing], None]
    size: Callable[[Sheet], tuple[float, float]]
    subjects: Callable[[Result], Sequence[str]] | None = None
    reported: int = 1
