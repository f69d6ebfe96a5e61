"""Claims under uncertainty: the share of all that is possible in which each claim, and each set of claims, holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from simbiz.catalogue.record import Place, refuse
from simbiz.runs.executor import Finished
from simbiz.runs.measuring import Keep
from simbiz.runs.parameter_set import read_set
from simbiz.runs.plan import Label, Plan, PointRuns
from simbiz.runs.study import Study
from simbiz.scenario import Scenario
from simbiz.studies.claims.study import check_cases
from simbiz.studies.sensitivity.uncertainty import Uncertainty
from simbiz.studies.uncertainty.points import (
    DECLINE,
    GROWTH,
    PARALLEL,
    RIVALS,
    VECTOR,
    Levels,
    UncertainPoints,
    priors,
)
from simbiz.studies.uncertainty.settings import (
    ClaimsUncertaintySettings,
    check_structure,
    claim_metrics,
    outcome_key,
)
from simbiz.studies.uncertainty.shares import COUNTED, FAILED, MISSED, Holdings, Key, holdings, share_row

THIRDS = ("least", "middle", "most")


class ClaimsUncertaintyStudy(Study[ClaimsUncertaintySettings]):
    """Every claim at points of a hypercube over all that is uncertain, crossed with the modes of the rivals."""

    kind = "claims under uncertainty"
    Settings = ClaimsUncertaintySettings
    needs_all_firms = True

    def __init__(self, settings: ClaimsUncertaintySettings, scenario: Scenario) -> None:
        super().__init__(settings, scenario)
        self.needs = tuple(claim_metrics())

    @property
    def name(self) -> str:
        """What its result folder is called."""
        return f"claims-uncertainty-{self.scenario.name}"

    @property
    def keep(self) -> Keep:
        """The metrics that claims are about."""
        return self.settings.keep if self.settings.keep.metrics else Keep(metrics=self.needs or ())

    @cached_property
    def vectors(self) -> list[dict[str, float]] | None:
        """Points of the set that the study is over; None over the declared ranges."""
        return None if self.settings.over is None else read_set(Path(self.settings.over)).points

    @cached_property
    def factors(self) -> list[Levels]:
        """Factors of levels: cause of the decline, structure, and the vector of a set."""
        factors = [Levels(DECLINE, {name: {DECLINE: name} for name in self.settings.declines})]
        structure = self.settings.structure
        factors += [Levels(name, levels) for name, levels in structure.items() if name not in self.left_out]
        if self.vectors is not None:
            factors.append(Levels(VECTOR, {str(number): vector for number, vector in enumerate(self.vectors)}))
        return factors

    @property
    def left_out(self) -> list[str]:
        """Structural factors that would change what the set of a calibration says."""
        said = set(self.vectors[0]) if self.vectors else set()
        return [name for name, levels in self.settings.structure.items() if said & set(_paths(levels))]

    @cached_property
    def design(self) -> UncertainPoints:
        """Points of the hypercube."""
        settings, ranges = self.settings, []
        if self.vectors is None:
            fixed = [path for levels in settings.structure.values() for path in _paths(levels)]
            ranges = priors(self.scenario, settings.rivals, fixed)
        if settings.growth is not None:
            ranges.append(Uncertainty(GROWTH, *settings.growth))
        return UncertainPoints(ranges, self.factors, settings.points, settings.design_seed)

    def inputs(self) -> dict[str, Any]:
        """The points of a set, wherever it lies."""
        return {} if self.vectors is None else {"vectors": self.vectors}

    def check(self, place: Place) -> None:
        """Refuse what the scenario cannot be, a set that cannot be used, and claims that do not exist."""
        settings = self.settings
        check_cases(self.scenario, DECLINE, settings.declines, "declines", place)
        check_cases(self.scenario, RIVALS, settings.rivals, "rivals", place)
        if settings.growth is not None:
            low, high = settings.growth
            if low >= high:
                raise refuse(f"growth: {low:g} must be below {high:g}", ["growth"], place)
            check_cases(self.scenario, GROWTH, settings.growth, "growth", place)
        check_structure(self.scenario, settings.structure, place)
        if settings.discover is not None:
            from simbiz.statistics.discovery import require_library

            outcome_key(settings.discover, place)
            require_library()
        _ = self.vectors

    def plan(self) -> Plan:
        """Pairs of worlds at every point under every mode of the rivals; every point has seeds of its own."""
        modes, replicates = self.settings.rivals, self.settings.replicates

        def label(number: int) -> Label:
            sample, mode = divmod(number, len(modes))
            return {"sample": sample, "rivals": modes[mode], "decline": self.design.levels(sample)[DECLINE]}

        points = [
            {**self.design.changes(sample), RIVALS: mode} for sample in range(self.settings.points) for mode in modes
        ]

        def first(number: int) -> int:
            return number // len(modes) * replicates

        runs = PointRuns(self.scenario, points, self.settings.seeds, (True, False), label, first)
        return Plan(self.name, runs)

    def report(self, finished: Finished) -> dict[str, Any]:
        """Shares of the points, and the region that was searched for."""
        found = holdings(self.scenario, finished, self.settings.points, self.settings.rivals)
        groups = list(self._groups())
        standing = {name: _counts(found.standing[rows]) for name, rows, _ in groups}
        return {
            "schema_version": 1,
            "scenario": self.scenario.name,
            "customers": self.scenario.customers,
            "fit_tolerance": self.scenario.fit.tolerance,
            "points": self.settings.points,
            "replicates": self.settings.replicates,
            "vectors": None if self.vectors is None else len(self.vectors),
            "left_out": self.left_out,
            "failed_runs": len(finished.failed),
            "ranges": {one.path: [one.low, one.high, one.distribution] for one in self.design.ranges},
            "factors": {factor.name: list(factor.changes) for factor in self.factors if factor.name != VECTOR},
            "crossed": {RIVALS: list(self.settings.rivals)},
            "standing": standing,
            "claims": [_claim(key, row) | _shares(found, key, groups) for key, row in found.rows.items()],
            "joint": [_joint(key, row) | _shares(found, key, groups) for key, row in found.joint.items()],
            "discovery": self._discovered(found),
        }

    def _groups(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, points and modes of the groups that are reported: all, by mode, factor, tools at a time, growth."""
        modes, every = range(len(self.settings.rivals)), np.arange(self.settings.points)
        yield "all", every, list(modes)
        for number in modes:
            yield f"{RIVALS} = {self.settings.rivals[number]}", every, [number]
        levels = [self.design.levels(point) for point in range(self.settings.points)]
        for factor in self.factors:
            if factor.name != VECTOR:
                for name in factor.changes:
                    own = np.array([one[factor.name] == name for one in levels])
                    yield f"{factor.name} = {name}", every[own], list(modes)
        at_a_time = [self.design.values(point).get(PARALLEL) for point in range(self.settings.points)]
        if None not in at_a_time:
            for name, own in (("one", np.array(at_a_time) == 1), ("several", np.array(at_a_time) > 1)):
                yield f"{PARALLEL} = {name}", every[own], list(modes)
        thirds = self.design.growth_thirds()
        if thirds is not None:
            for number, name in enumerate(THIRDS):
                yield f"{GROWTH} = {name}", every[thirds == number], list(modes)

    def _discovered(self, shares: Holdings) -> dict[str, Any] | None:
        """Regions in which the claim holds, and does not; each point once, under the modes of the rivals in turn."""
        if self.settings.discover is None:
            return None
        from simbiz.statistics.discovery import discover

        key = outcome_key(self.settings.discover)
        turn = np.arange(self.settings.points) % len(self.settings.rivals)
        values = np.full(self.settings.points, np.nan)
        if key in shares.keys:
            values = shares.values[np.arange(self.settings.points), turn, shares.keys.index(key)]
        table = self.design.table()
        table[RIVALS] = [self.settings.rivals[number] for number in turn]
        if self.vectors is not None:
            given = [self.vectors[int(number)] for number in table.pop(VECTOR)]
            table = table.assign(**{path: [vector[path] for vector in given] for path in given[0]})
        defined = np.isfinite(values)
        table, holds = table[defined], values[defined] >= 0.5
        found = {"holds": discover(table, holds), "fails": discover(table, ~holds)}
        return {"outcome": self.settings.discover, **found}


def _paths(levels: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [path for changes in levels.values() for path in changes]


def _counts(standing: Any) -> dict[str, int]:
    return {"points": len(standing), **{name: int((standing == name).sum()) for name in (COUNTED, MISSED, FAILED)}}


def _claim(key: Key, row: Mapping[str, Any]) -> dict[str, Any]:
    name, test, comparator, horizon = key
    told = {"id": name, "test": test, "comparator": comparator, "horizon": horizon}
    return told | {part: row[part] for part in ("claim", "reading", "kind", "target", "built_in")}


def _joint(key: Key, row: Mapping[str, Any]) -> dict[str, Any]:
    _, test, comparator, horizon = key
    told = {"claims": row["claims"], "test": test, "comparator": comparator, "horizon": horizon}
    return told | {"possible": row["possible"]}


def _shares(found: Holdings, key: Key, groups: Sequence[tuple[str, Any, Any]]) -> dict[str, Any]:
    values = found.values[:, :, found.keys.index(key)]
    rows = {name: share_row(values[np.ix_(points, modes)], found.standing[points]) for name, points, modes in groups}
    return {"shares": rows}
