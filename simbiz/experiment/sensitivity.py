"""Sensitivity: which uncertain parameters decide a margin, by SALib's samplers and analysers.

All points share their seeds, so replicate noise is common to them and is not reported as an effect of a parameter. A
point that fails or misses the base year has no value; SALib would turn it into nonsense without a word, so the block of
the design that it belongs to (a Morris trajectory, a Saltelli block) is left out and counted, and too few whole blocks
are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.scenario import Scenario

FEWEST_BLOCKS = 2
LEVELS = 4

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Uncertainty:
    """A number that is not ours to choose.

    Parameters
    ----------
    path : str
        Dotted path in a scenario.
    low, high : float
        Declared range.
    distribution : {"uniform", "log-uniform"}
        Declared distribution.
    """

    path: str
    low: float
    high: float
    distribution: str = "uniform"

    def value(self, unit: float) -> float:
        """Value at a place between 0 and 1 of the range."""
        if self.distribution == "log-uniform":
            return float(self.low * (self.high / self.low) ** unit)
        return self.low + unit * (self.high - self.low)


def uncertainties(catalogue: Catalogue | None = None, scenario: Scenario | None = None) -> list[Uncertainty]:
    """Every uncertain parameter of the rules and every effect of a tool or measure that has a range.

    Parameters
    ----------
    catalogue : Catalogue, optional
        Where they are declared; the shipped one by default.
    scenario : Scenario, optional
        Leaves out the effects of tools and measures that no firm can take there: they cost runs and decide nothing.
    """
    catalogue = catalogue or load_catalogue()
    found = [
        Uncertainty(f"parameters.{name}", *parameter.range, parameter.distribution)
        for name, parameter in catalogue.parameters.items()
        if parameter.role == "uncertainty" and parameter.range is not None
    ]
    taken = None if scenario is None else _taken(scenario, catalogue)
    for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects()):
        if effect.range and (taken is None or name.split(".")[0] in taken):
            found.append(Uncertainty(f"effects.{name}", *effect.range))
    return found


def _taken(scenario: Scenario, catalogue: Catalogue) -> set[str]:
    """Tools and measures that some firm can take from the start of the programme on."""
    firms, mode = scenario.firms.values(), scenario.rivals.mode
    taken = {*scenario.programme.order, *(measure for firm in firms for measure in firm.measures)}
    if mode == "trend":
        taken.update(tool for firm in firms for tool in firm.trend.order)
    if mode == "responding":
        taken.update(catalogue.tools)
    return taken


@dataclass(frozen=True)
class Method:
    """A design and its analysis.

    Parameters
    ----------
    design : callable
        (problem, size, seed) -> matrix of points.
    block : callable
        Number of points of a block, from the number of inputs; blocks are whole or left out.
    analyse : callable
        (problem, points, values, seed) -> dict of arrays by input.
    """

    design: Callable[[dict[str, Any], int, int], Matrix]
    block: Callable[[int], int]
    analyse: Callable[[dict[str, Any], Matrix, Matrix, int], dict[str, Any]]


def _morris_design(problem: dict[str, Any], size: int, seed: int) -> Matrix:
    from SALib.sample import morris

    return np.asarray(morris.sample(problem, size, num_levels=LEVELS, seed=seed))


def _morris_analysis(problem: dict[str, Any], points: Matrix, values: Matrix, seed: int) -> dict[str, Any]:
    from SALib.analyze import morris

    found = morris.analyze(problem, points, values, num_levels=LEVELS, seed=seed)
    return {name: np.asarray(found[name], dtype=float) for name in ("mu", "mu_star", "mu_star_conf", "sigma")}


def _sobol_design(problem: dict[str, Any], size: int, seed: int) -> Matrix:
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, size, calc_second_order=False, seed=seed))


def _sobol_analysis(problem: dict[str, Any], points: Matrix, values: Matrix, seed: int) -> dict[str, Any]:
    from SALib.analyze import sobol

    names = ("S1", "S1_conf", "ST", "ST_conf")
    if np.ptp(values) == 0.0:
        # SALib divides by the spread of the values: nothing moves them, so no input does.
        return {name: np.zeros(problem["num_vars"]) for name in names}
    found = sobol.analyze(problem, values, calc_second_order=False, seed=seed)
    return {name: np.asarray(found[name], dtype=float) for name in names}


METHODS = {
    "morris": Method(_morris_design, lambda inputs: inputs + 1, _morris_analysis),
    "sobol": Method(_sobol_design, lambda inputs: inputs + 2, _sobol_analysis),
}


def method_named(name: str) -> Method:
    """Method by name."""
    if name not in METHODS:
        raise InputError(f"{name} is not a method; allowed: {one_of(METHODS)}.{did_you_mean(name, METHODS)}")
    return METHODS[name]


def design(inputs: Sequence[Uncertainty], method: str, size: int, seed: int) -> tuple[dict[str, Any], Matrix, Matrix]:
    """Points of a study.

    Parameters
    ----------
    inputs : sequence of Uncertainty
        What varies.
    method : str
        One of `METHODS`.
    size : int
        Trajectories of Morris, base samples of Sobol'.
    seed : int
        Seed of the design, at least 1: SALib takes 0 for no seed at all.

    Returns
    -------
    dict
        SALib problem over the unit cube.
    float64 array (point, input)
        Places in the unit cube, as SALib wants them back.
    float64 array (point, input)
        Values of the inputs.
    """
    if seed < 1:
        raise InputError("the seed of a design must be at least 1")
    problem = {
        "num_vars": len(inputs),
        "names": [source.path for source in inputs],
        "bounds": [[0.0, 1.0]] * len(inputs),
    }
    places = method_named(method).design(problem, size, seed)
    values = np.array([[source.value(unit) for source, unit in zip(inputs, row, strict=True)] for row in places])
    return problem, places, values


def indices(
    problem: dict[str, Any], places: Matrix, outcomes: dict[str, Matrix], method: str, seed: int
) -> tuple[dict[str, dict[str, Any]], int]:
    """Indices of every outcome, over whole blocks of the design only.

    Parameters
    ----------
    problem, places
        As `design` gave them.
    outcomes : dict of str to float64 array (point,)
        Values by point; NaN where a point has none.
    method : str
        One of `METHODS`.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    dict
        Arrays by input for every outcome.
    int
        Blocks left out.

    Raises
    ------
    InputError
        If fewer than two whole blocks are left.
    """
    size = method_named(method).block(problem["num_vars"])
    missing = np.any([np.isnan(values) for values in outcomes.values()], axis=0).reshape(-1, size)
    whole = ~missing.any(axis=1)
    if whole.sum() < FEWEST_BLOCKS:
        raise InputError(
            f"only {whole.sum()} of {len(whole)} blocks of the design are whole, at least {FEWEST_BLOCKS} are needed: "
            f"{missing.sum()} of {missing.size} points failed or missed the base year; "
            "more customers or a wider fit.tolerance help"
        )
    used = np.repeat(whole, size)
    analyse = method_named(method).analyse
    found = {name: analyse(problem, places[used], values[used], seed) for name, values in outcomes.items()}
    return found, int((~whole).sum())


def study_function(
    inputs: Sequence[Uncertainty],
    evaluate: Callable[[Matrix], dict[str, Matrix]],
    *,
    method: str,
    size: int,
    seed: int = 1,
) -> dict[str, Any]:
    """Sensitivity of anything: a function of a matrix of points, or a model behind one.

    Parameters
    ----------
    inputs : sequence of Uncertainty
        What varies.
    evaluate : callable
        (points, input) -> outcomes by name, each (point,).
    method, size, seed
        See `design`.

    Returns
    -------
    dict
        inputs, points, missing_points, blocks_left_out, outcomes -> indices by input.
    """
    problem, places, values = design(inputs, method, size, seed)
    outcomes = evaluate(values)
    found, left_out = indices(problem, places, outcomes, method, seed)
    return {
        "inputs": [source.path for source in inputs],
        "points": len(values),
        "missing_points": int(np.any([np.isnan(v) for v in outcomes.values()], axis=0).sum()),
        "blocks_left_out": left_out,
        "outcomes": {
            name: {index: array.tolist() for index, array in arrays.items()} for name, arrays in found.items()
        },
    }
