"""In which share of the points a claim holds, from the pairs of worlds at many points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished
from simbiz.scenario import Scenario
from simbiz.statistics.verdicts import NOT_REACHED, judge
from simbiz.studies.claims.audit import paired_worlds
from simbiz.studies.claims.cases import Case
from simbiz.studies.claims.joint import joint_rows
from simbiz.studies.claims.rows import case_rows

COUNTED, MISSED, FAILED = "counted", "missed", "failed"

Values = NDArray[np.float64]
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Holdings:
    """What holds where.

    Parameters
    ----------
    rows : dict
        What a claim or joint set is, by key (name, test, comparator, horizon), without what a single case gives.
    joint : dict
        The same for joint sets.
    values : float64 array (point, mode of the rivals, key)
        Part of the replicates in which it holds; not a number where no pair counts or the horizon is not reached.
    standing : array of str (point,)
        Whether a point is counted, missed the base year with all its replicates, or failed.
    """

    rows: Mapping[Key, Mapping[str, Any]]
    joint: Mapping[Key, Mapping[str, Any]]
    values: Values
    standing: NDArray[np.str_]

    @property
    def keys(self) -> list[Key]:
        """Keys in the order of the last axis."""
        return [*self.rows, *self.joint]


def holdings(scenario: Scenario, finished: Finished, points: int, modes: Sequence[str]) -> Holdings:
    """Judge every claim at every point.

    Parameters
    ----------
    scenario : Scenario
        What the points change.
    finished : Finished
        Runs with labels point (which stands for a point of the hypercube and a mode), sample (the point), rivals,
        decline and programme.
    points : int
        Number of points.
    modes : sequence of str
        Modes of the rivals.
    """
    labels: dict[int, Mapping[str, Any]] = {}
    standing = np.full(points, COUNTED, dtype="<U7")
    met = np.zeros(points, dtype=bool)
    broken = np.zeros(points, dtype=bool)
    for run in finished.runs:
        label = run["label"]
        labels[label["point"]] = label
        broken[label["sample"]] |= run["status"] != "ok"
        met[label["sample"]] |= counts(run)
    standing[~met] = MISSED
    standing[~met & broken] = FAILED
    found: dict[tuple[int, int], dict[Key, float]] = {}
    rows: dict[Key, Mapping[str, Any]] = {}
    joint: dict[Key, Mapping[str, Any]] = {}
    for number, pairs in paired_worlds(scenario, finished, lambda label: label["point"]).items():
        label = labels[number]
        case = Case(label["rivals"], label["decline"], *pairs)
        own = found[label["sample"], modes.index(label["rivals"])] = {}
        for key, row in _claims(case):
            rows.setdefault(key, row)
            own[key] = _passing(row)
        for key, row in _joint(case, scenario.market.value):
            joint.setdefault(key, row)
            own[key] = _passing(row)
    keys = [*rows, *joint]
    values = np.full((points, len(modes), len(keys)), np.nan)
    for (point, mode), own in found.items():
        values[point, mode] = [own[key] for key in keys]
    standing[(standing == COUNTED) & np.isnan(values).all(axis=(1, 2)) & broken] = FAILED
    return Holdings(rows, joint, values, standing)


def _claims(case: Case) -> Iterator[tuple[Key, dict[str, Any]]]:
    for row in case_rows(case):
        yield (row["id"], row["test"], row["comparator"], row["horizon"]), row


def _joint(case: Case, market: float) -> Iterator[tuple[Key, dict[str, Any]]]:
    for row in joint_rows(case, market):
        yield (" + ".join(row["claims"]), row["test"], row["comparator"], row["horizon"]), row


def _passing(row: Mapping[str, Any]) -> float:
    return np.nan if row["passing"] is None else float(row["passing"])


def share_row(values: Values, standing: NDArray[np.str_]) -> dict[str, Any]:
    """Share of the points in which something holds.

    Parameters
    ----------
    values : float64 array (point, mode)
        Part of the replicates in which it holds.
    standing : array of str (point,)
        See `Holdings`.

    Returns
    -------
    dict
        points (that count), share, its interval (see `simbiz.statistics.verdicts`), with_missed (share if it held in
        none, or in all, of the points that missed the base year), verdict, its interval and the points needed for one.
        The modes of a point are not independent, nor are its replicates: their mean counts as one. The verdict is about
        all points: one that does not count shows nothing.
    """
    defined = np.isfinite(values)
    counted = defined.any(axis=1)
    number, planned = int(counted.sum()), len(standing)
    own = np.where(defined, values, 0.0)[counted].sum(axis=1) / defined[counted].sum(axis=1)
    holding, missed = float(own.sum()), int((standing == MISSED).sum())
    found = judge(holding, number, planned)
    row: dict[str, Any] = {
        "verdict": found.verdict,
        "interval_of_all": list(found.interval) if found.interval else None,
    }
    row |= {"needed": found.needed, "needed_at_best": found.needed_at_best}
    if not number:
        nothing = {"points": 0, "share": None, "interval": None, "with_missed": None}
        return nothing | row | ({"verdict": NOT_REACHED} if (standing == COUNTED).any() else {})
    share, whole = holding / number, number + missed
    return {
        "points": number,
        "share": share,
        "interval": list(judge(holding, number, number).interval or ()),
        "with_missed": [holding / whole, (holding + missed) / whole],
        **row,
    }
