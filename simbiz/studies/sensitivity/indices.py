"""Indices of an outcome over the whole blocks of a design, and how they settle as the design grows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.errors import InputError
from simbiz.studies.sensitivity.method import HALF_WIDTH, Indices, Matrix, Method
from simbiz.studies.sensitivity.points import Points
from simbiz.studies.sensitivity.ranking import ranks_of
from simbiz.studies.sensitivity.seed_share import shares_of_variance

Mask = NDArray[np.bool_]

ROUNDING = 1e-12  # of the values; what moves less is the last digits of floating point numbers
PARTS = (4, 2)  # of the design, the leading index of which shows whether it has settled


def indices_of(points: Points, values: Matrix, seed: int) -> dict[str, Any]:
    """What is said of one outcome.

    Parameters
    ----------
    points : Points
        The design.
    values : float64 array (point, seed)
        Outcomes; not finite where there is none. The indices are those of the mean over seeds.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    dict
        missing_points, blocks, blocks_left_out, and unless `refused` says why there is no more: moves, indices and
        half_widths by input, nothing (indices of an input that does nothing), pairs, converging (leading index over a
        part of the blocks), ranks (first and last that each input may have), variance.

    Raises
    ------
    RuntimeError
        If SALib gives no number.
    """
    missing: Mask = np.logical_not(np.isfinite(values).all(axis=1))
    whole: Mask = np.logical_not(missing.reshape(-1, points.block).any(axis=1))
    found: dict[str, Any] = {
        "missing_points": int(missing.sum()),
        "blocks": len(whole),
        "blocks_left_out": int((~whole).sum()),
    }
    if whole.sum() < points.method.fewest:
        return found | {"refused": _too_few(points, missing, whole)}
    by_block = values.reshape(len(whole), points.block, -1)[whole]
    places = points.places.reshape(len(whole), points.block, -1)[whole]
    means = by_block.mean(axis=2)
    found["moves"] = bool(np.ptp(means) > ROUNDING * np.abs(means).max())
    if found["moves"]:
        found |= _plain(points, _analysed(points, places, means, seed, True))
        found["converging"] = _converging(points, places, means, seed)
    else:
        found |= _plain(points, nothing_moves(points.method, points.problem["num_vars"])) | {"converging": []}
    return found | {"ranks": ranks_of(found), "variance": shares_of_variance(by_block)}


def refuse_if_none(outcomes: dict[str, dict[str, Any]]) -> None:
    """Refuse a design that is too broken for every outcome, in the words of the first."""
    refusals = [outcome["refused"] for outcome in outcomes.values() if "refused" in outcome]
    if len(refusals) == len(outcomes):
        raise InputError(refusals[0])


def nothing_moves(method: Method, inputs: int) -> Indices:
    """Indices of an outcome that no input moves: all 0. SALib would divide by its spread."""
    found = {name: np.zeros(inputs) for name in (*method.indices, *map(HALF_WIDTH.format, method.indices))}
    return found | {name: np.zeros((inputs, inputs)) for name in (*method.pairs, *map(HALF_WIDTH.format, method.pairs))}


def _too_few(points: Points, missing: Mask, whole: Mask) -> str:
    return (
        f"only {whole.sum()} of {len(whole)} blocks of the design are whole, at least {points.method.fewest} are "
        f"needed: {missing.sum()} of {missing.size} points failed, missed the base year, do not rest "
        "or ended too early; "
        "more customers, a wider fit.tolerance or a larger size help, and methods with blocks of one point"
    )


def _analysed(points: Points, places: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    method = points.method
    found = method.analyse(points.problem, places, values, seed, intervals)
    for name in method.indices:
        if not np.isfinite(found[name]).all():
            raise RuntimeError(f"SALib gave no number for {name}")
    return found


def _plain(points: Points, found: Indices) -> dict[str, Any]:
    """Indices as plain data; of the bare input apart, of pairs one by one."""
    method, inputs = points.method, points.problem["num_vars"] - points.method.bare
    halves = {name: found.get(HALF_WIDTH.format(name)) for name in method.indices}
    first, second = np.triu_indices(inputs, 1) if method.pairs else ((), ())
    return {
        "indices": {name: found[name][:inputs].tolist() for name in method.indices},
        "half_widths": {name: half[:inputs].tolist() for name, half in halves.items() if half is not None},
        "nothing": {name: float(found[name][-1]) for name in method.indices} if method.bare else {},
        "pairs": [
            {"inputs": [int(one), int(other)]}
            | {name: float(found[name][one, other]) for name in method.pairs}
            | {HALF_WIDTH.format(name): float(found[HALF_WIDTH.format(name)][one, other]) for name in method.pairs}
            for one, other in zip(first, second, strict=True)
        ],
    }


def _converging(points: Points, places: Matrix, values: Matrix, seed: int) -> list[dict[str, Any]]:
    """Leading index over the first quarter and half of the blocks, which are designs of the same kind."""
    found = []
    inputs = points.problem["num_vars"] - points.method.bare
    for part in PARTS:
        blocks = len(values) // part
        if blocks >= points.method.fewest:
            some = values[:blocks]
            flat = np.ptp(some) <= ROUNDING * np.abs(some).max()
            leading = points.method.indices[0]
            index = (
                np.zeros(inputs) if flat else _analysed(points, places[:blocks], some, seed, False)[leading][:inputs]
            )
            found.append({"blocks": blocks, leading: index.tolist()})
    return found
