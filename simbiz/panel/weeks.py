"""The period of a panel that is measured: weeks or dates, one year unless another is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.errors import InputError

YEAR = 52  # weeks; the tolerances of the laws are meant for one year
MOST_WEEKS = 5200  # between the first and the last purchase; more are no weeks
DAYS = 7
ALL = "all"
ALLOWED = "whole numbers of weeks or dates such as 2024-01-31"
FORMS = f"{ALL}, or FROM:TO such as 0:51 or 2024-01-01:2024-12-31"
DATE = re.compile(r"\d{4}-\d\d-\d\d")

Asked = str | Sequence[Any] | None


@dataclass(frozen=True)
class Calendar:
    """When the purchases of a panel were made.

    Parameters
    ----------
    places : int64 array (purchase,)
        Numbers of weeks, or of days since 1970 where the panel has dates.
    dated : bool
        Whether they are days.
    """

    places: NDArray[np.int64]
    dated: bool

    @property
    def per_week(self) -> int:
        """Places in a week."""
        return DAYS if self.dated else 1

    def name(self, place: int) -> int | str:
        """Number of a week, or a date as text."""
        return str(np.datetime64(place, "D")) if self.dated else place

    def period(self, asked: Asked) -> tuple[int, int]:
        """First and last place that is measured.

        Parameters
        ----------
        asked : str, sequence or None
            "all", "FROM:TO" or a pair, both included; by default the year that begins with the first purchase.
        """
        first, last = int(self.places.min()), int(self.places.max())
        if asked == ALL:
            return first, last
        if asked is None:
            return first, min(last, first + YEAR * self.per_week - 1)
        ends = asked.split(":") if isinstance(asked, str) else [*asked]
        if len(ends) != 2:
            raise InputError(f"weeks {asked} is no period; allowed: {FORMS}")
        least, most = (self._place(end) for end in ends)
        inside = (self.places >= least) & (self.places <= most)
        if not inside.any():
            raise InputError(f"there are no purchases in the weeks {ends[0]} to {ends[1]}; {self._there()}")
        return least, most

    def _place(self, end: Any) -> int:
        text = str(end).strip()
        try:
            if self.dated:
                return int(np.datetime64(date.fromisoformat(text[:10]), "D").astype(np.int64))
            return int(text)
        except ValueError:
            wanted = "a date such as 2024-01-31" if self.dated else "a whole number"
            raise InputError(f"weeks: {text!r} is not {wanted}; {self._there()}") from None

    def _there(self) -> str:
        return f"the panel has {self.name(int(self.places.min()))} to {self.name(int(self.places.max()))}"


def calendar_of(column: pd.Series[Any]) -> Calendar:
    """Calendar that the column week of a panel gives: whole numbers, dates or texts of dates."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        calendar = Calendar(_whole(column), dated=False)
    else:
        calendar = Calendar(_days(column), dated=True)
    weeks = int(calendar.places.max() - calendar.places.min()) // calendar.per_week
    if weeks > MOST_WEEKS:
        raise InputError(f"column week spans {weeks:,} weeks, at most {MOST_WEEKS:,} are possible; allowed: {ALLOWED}")
    return calendar


def _whole(column: pd.Series[Any]) -> NDArray[np.int64]:
    values = column.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all() or (values != np.floor(values)).any() or np.abs(values).max() > 2**53:
        raise InputError(f"column week must hold {ALLOWED}")
    return values.astype(np.int64)


def _days(column: pd.Series[Any]) -> NDArray[np.int64]:
    """Days since 1970 of dates; of moments the date where they were noted."""
    texts = [str(value)[:10] for value in column]
    try:
        days = [date.fromisoformat(text) for text in texts if DATE.fullmatch(text)]
    except ValueError:
        days = []
    if len(days) < len(texts):
        raise InputError(f"column week must hold {ALLOWED}, not {column.iloc[0]!r}")
    return np.array(days, dtype="datetime64[D]").astype(np.int64)
