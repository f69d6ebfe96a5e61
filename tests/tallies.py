"""Records of three years in which nothing happened, to be filled by hand."""

from functools import cache

import numpy as np
from worlds import market

from simbiz.metrics import Observation
from simbiz.state.columns import records, tally_dtype
from simbiz.state.layout import Layout
from simbiz.state.series import FirmSeries, empty_firm_weeks

START, WEEKS = 104, 156
FIRST, LAST = START, START + 51  # weeks of year 1, which is row 2
EXPANSION = np.array([2.0, 10.0])
ONE, OTHER = 0, 3  # two firms


@cache
def layout() -> Layout:
    """Give the layout of the small market."""
    return Layout.of(market())


def blank() -> Observation:
    """Make an observation of three years in which nothing happened."""
    tallies = records(tally_dtype(layout()), WEEKS)
    headcount = np.full(len(layout().firms), 50.0)
    series = FirmSeries.of(empty_firm_weeks(layout(), WEEKS))
    return Observation(layout(), tallies, series, EXPANSION, headcount, START)


def count_in(made: Observation, name: str, count: object, week: int = FIRST, firm: int = OTHER) -> None:
    """Enter a count of one firm in one week; what is not told by segment is of the first segment."""
    counts = made.tallies[name][week, firm]
    if np.ndim(count) < counts.ndim:
        counts[..., 0] = count
    else:
        counts[...] = count
