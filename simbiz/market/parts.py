"""Parts of a week: records in which chunks of customers count and note, made once and emptied for every use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.market.notes import Notes
from simbiz.state.columns import records

Part = tuple[Notes, Any]


class Parts:
    """Records for the counts and notes of the chunks of a week; a copy of them is as empty as a new one.

    Parameters
    ----------
    dtype : dtype
        See `simbiz.state.columns.part_dtype`.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self._make(0)

    def __reduce__(self) -> tuple[type[Parts], tuple[np.dtype[Any]]]:
        """Leave the records behind: nothing in them outlives a week."""
        return Parts, (self.dtype,)

    def _make(self, count: int) -> None:
        made = records(self.dtype, count)
        fields = self.dtype.fields
        assert fields is not None
        # The counts lie first in a part and are whole numbers, so that they can be taken as one row.
        bytes_of = np.asarray(made).view(np.uint8).reshape(count, self.dtype.itemsize)
        self.counts: NDArray[np.int64] = bytes_of[:, : fields["scratch"][1]].view(np.int64)
        self.records, self._rows = np.asarray(made), [made[number] for number in range(count)]

    def emptied(self, count: int, noting: bool) -> list[Part]:
        """So many empty parts, each with notes of its own; `noting` says whether events are wanted."""
        if len(self.records) != count:
            self._make(count)
        self.counts[:] = 0
        self.records["noting"] = noting
        return [(Notes(), row) for row in self._rows]

    def total(self) -> NDArray[np.int64]:
        """Sum of the counts of all parts, laid out as a tally."""
        total: NDArray[np.int64] = self.counts[0] if len(self.counts) == 1 else self.counts.sum(axis=0)
        return total
