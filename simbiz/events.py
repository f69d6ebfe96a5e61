"""What happened, as raw records: compiled code writes them into buffers, the event log makes tables of them.

Names are numbers here: firms, channels and segments by their place in the layout, stages by their place in the
catalogue, stages of a lead from 1 (0 is nothing yet). `customer` is the id within the segment, `need` the number of the
customer's need, `week` the week of the model.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simbiz.catalogue import DIMENSIONS

NOBODY_ASKED = -1.0  # hours of a contact that no person had to answer
UNANSWERED = -2.0  # hours of a request that nobody answered

_WHO = [("week", "i4"), ("customer", "u4"), ("need", "i4"), ("segment", "u1"), ("firm", "u1")]
_LIKERT = (len(DIMENSIONS),)

EVENTS: dict[str, np.dtype[Any]] = {
    "touchpoint": np.dtype(
        [
            *_WHO,
            ("sequence", "u1"),  # within the journey, from 1
            ("channel", "u1"),
            ("stage", "u1"),
            ("returned", "u1"),  # 1 where the firm brought a lost lead back
            ("kept", "u1"),  # 1 where the context was not lost
            ("hours", "f4"),  # until the answer, NOBODY_ASKED or UNANSWERED
        ],
        align=True,
    ),
    "purchase": np.dtype([*_WHO, ("channel", "u1"), ("amount", "i8")], align=True),  # kopecks
    "lead": np.dtype([*_WHO, ("before", "u1"), ("after", "u1")], align=True),
    "survey": np.dtype(
        [
            *_WHO,
            ("asked", "u1"),  # 0 as a customer of the firm, 1 as somebody who knows it
            ("expectation", "i1", _LIKERT),  # 1 to 7, 0 where not asked
            ("perception", "i1", _LIKERT),  # 1 to 7, 0 where not asked
            ("recommend", "i1"),  # 0 to 10
        ],
        align=True,
    ),
    "complaint": np.dtype(
        [
            *_WHO,
            ("channel", "u1"),
            ("hours", "f4"),  # until the answer, or UNANSWERED
            ("recovered", "f4"),  # restored satisfaction, perception units
        ],
        align=True,
    ),
}
