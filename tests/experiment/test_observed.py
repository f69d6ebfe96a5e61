"""Which points and seeds of a study count: those whose worlds all finished and met the base year."""

import numpy as np
import pandas as pd
import pytest

from simbiz.runs.executor import Finished
from simbiz.runs.observed import observed

OK, MISSED, FAILED = "ok", "missed", "failed"


def seen(pairs):
    """Observe one point on a seed for each pair of worlds, with the programme and without."""
    runs, rows = [], []
    for seed, pair in enumerate(pairs):
        for programme, how in zip((True, False), pair, strict=True):
            key, status = f"{seed} {programme}", FAILED if how == FAILED else OK
            label, fit = {"point": 0, "programme": programme}, {"met": how == OK} if status == OK else {}
            runs.append({"key": key, "seed": seed, "status": status, "label": label, "fit": fit})
            if status == OK:
                rows += [(key, 1, "ours", 10.0 * programme + seed), (key, 1, "theirs", -1.0)]
    finished = Finished(runs, pd.DataFrame(rows, columns=["key", "year", "firm", "value"]), None)
    return observed([finished], 1, (True, False), ["value"], [1], lambda number: "ours")


@pytest.mark.parametrize(
    ("pair", "good", "missed", "failed"),
    [
        ((OK, OK), True, False, False),
        ((OK, MISSED), False, True, False),
        ((MISSED, OK), False, True, False),
        ((OK, FAILED), False, False, True),
        ((FAILED, OK), False, False, True),
        ((FAILED, MISSED), False, False, True),
    ],
)
def test_a_pair_counts_if_both_worlds_finished_and_met_the_base_year(pair, good, missed, failed):
    found = seen([(OK, OK), pair])
    assert (found.good[0, 1], found.missed[0, 1], found.failed[0, 1]) == (good, missed, failed)
    assert np.isfinite(found.of("value", 1)[0, 1]) == good
    assert np.isfinite(found.of("value", 1, difference=True)[0, 1]) == good
    assert (found.of("value", 1)[0, 0], found.of("value", 1, difference=True)[0, 0]) == (10.0, 10.0)
