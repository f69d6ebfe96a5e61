"""A sweep: outcomes over a design of factors, with common seeds, run until they are as sure as was asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Flag, Place, Record, Seed, Text, TwoOrMore, Year, refuse, unknown
from simbiz.errors import InputError
from simbiz.runs.executor import Finished
from simbiz.runs.observed import Observed, observed
from simbiz.runs.plan import Label, Plan, PointRuns
from simbiz.runs.study import Perform, Study, StudySettings
from simbiz.runs.whole_years import whole_years
from simbiz.scenario import Scenario, with_changes
from simbiz.studies.sweep.design import FACTORIAL, SOBOL, DesignPoints, is_power_of_two, unit_points
from simbiz.studies.sweep.factors import SCENARIO, FactorSettings, checked_factors, factor_of, scenario_changes
from simbiz.studies.sweep.report import sweep_report
from simbiz.studies.sweep.stopping import Of, Stop, worth_more

TRIED_AT_MOST = 1000  # points that are tried on the scenario before anything runs: each costs a millisecond
POINTS_AT_MOST = 1_000_000


class Goal(Record):
    """Which point is best: by which outcome, in which year, its value or its difference to the pair's other world."""

    outcome: Text | None = None
    year: Year | None = None
    of: Of = "value"
    direction: Literal["highest", "lowest"] = "highest"


class SweepSettings(StudySettings):
    """What the file of a sweep may say.

    `outcomes` and `years` are reported, by default every year from the start of the programme; `paired` runs each point
    without the programme as well.
    """

    kind: Literal["sweep"]
    factors: Annotated[dict[Text, FactorSettings], Field(min_length=1)]
    design: Literal["factorial", "latin hypercube", "sobol"] = "factorial"
    points: TwoOrMore | None = None
    design_seed: Seed = 1
    outcomes: Annotated[tuple[Text, ...], Field(min_length=1)] = ("market_share",)
    years: tuple[Year, ...] = ()
    paired: Flag = False
    best: Goal = Goal()
    stop: Stop | None = None


class SweepStudy(Study[SweepSettings]):
    """Outcomes over a design of factors."""

    kind = "sweep"
    Settings = SweepSettings

    def __init__(self, settings: SweepSettings, scenario: Scenario) -> None:
        super().__init__(settings, scenario)
        self.needs = tuple(self.outcomes)

    @property
    def knows_its_runs(self) -> bool:
        """Whether nothing decides about more seeds."""
        return self.settings.stop is None

    @cached_property
    def points(self) -> DesignPoints:
        """Points of the design."""
        settings = self.settings
        factors = [factor_of(path, one, self.scenario) for path, one in settings.factors.items()]
        unit = unit_points(settings.design, len(factors), settings.points or 0, settings.design_seed)
        named = next((factor for factor in factors if factor.path == SCENARIO), None)
        names = [level.value for level in named.levels] if named else []
        scenarios = {name: scenario_changes(self.scenario, name, settings.changes()) for name in names}
        return DesignPoints(factors, unit, scenarios)

    @property
    def worlds(self) -> tuple[bool, ...]:
        """Worlds of a point and seed: with the programme and, where points are paired, without it."""
        return (True, False) if self.settings.paired else (True,)

    @property
    def years(self) -> list[int]:
        """Years that are reported."""
        named = (self.settings.best.year, self.settings.stop.year if self.settings.stop else None)
        asked = {*self.settings.years, *(year for year in named if year is not None)}
        return sorted(asked if self.settings.years else {*range(1, self.last_year + 1), *asked})

    @cached_property
    def last_year(self) -> int:
        """Last whole year that any point lives to."""
        moving = any(path.partition(".")[0] in ("calendar", SCENARIO) for path in self.settings.factors)
        numbers = range(min(len(self.points), TRIED_AT_MOST)) if moving else ()
        return max([whole_years(self.scenario), *(whole_years(self.world(number)) for number in numbers)])

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that are reported."""
        stop, best = self.settings.stop, self.settings.best
        more = ([stop.outcome] if stop else []) + ([best.outcome] if best.outcome else [])
        return list(dict.fromkeys([*self.settings.outcomes, *more]))

    def world(self, number: int) -> Scenario:
        """Scenario of a point."""
        return with_changes(self.scenario, self.points[number])

    def inputs(self) -> dict[str, Any]:
        """Ranges that the catalogue declares and scenarios that are levels."""
        described = [factor.described() for factor in self.points.factors]
        return {"factors": described, "scenarios": self.points.scenarios}

    def check(self, place: Place) -> None:
        """Refuse designs, outcomes, years and levels that cannot be run."""
        self._check_outcomes(place)
        self._check_design(place)
        factors = checked_factors(self.scenario, self.settings.factors, self.settings.changes(), place)
        if self.settings.design == FACTORIAL and len(self.points) > POINTS_AT_MOST:
            raise refuse(
                f"all combinations of levels are {len(self.points):,} points; allowed: at most {POINTS_AT_MOST:,}. "
                "Designs of so many points as you say: latin hypercube, sobol",
                ["factors"],
                place,
            )
        if len(factors) > 1:
            self._try_points(place)
        self._check_years(place)

    def _check_outcomes(self, place: Place) -> None:
        known = list(self.columns or load_catalogue().metrics)
        settings = self.settings
        named: list[tuple[Sequence[str | int], str]] = [
            (["outcomes", number], name) for number, name in enumerate(settings.outcomes)
        ]
        named += [(["best", "outcome"], settings.best.outcome)] if settings.best.outcome else []
        named += [(["stop", "outcome"], settings.stop.outcome)] if settings.stop else []
        for path, name in named:
            if name not in known:
                raise unknown(name, "metric", known, path, place, "simbiz list metrics")
        for table, of in (("best", settings.best.of), ("stop", settings.stop.of if settings.stop else "value")):
            if of == "difference" and not settings.paired:
                raise refuse(f"{table}.of = 'difference' needs paired = true", [table, "of"], place)
        if settings.stop and settings.stop.at_most < settings.replicates:
            least = f"replicates = {settings.replicates}"
            raise refuse(f"stop.at_most = {settings.stop.at_most} must be at least {least}", ["stop", "at_most"], place)

    def _check_design(self, place: Place) -> None:
        design, points = self.settings.design, self.settings.points
        if design == FACTORIAL:
            if points is not None:
                raise refuse("points go with a latin hypercube or sobol; a factorial has its own", ["points"], place)
            return
        if points is None:
            raise refuse(f"points is missing: how many points of the {design}", ["design"], place)
        if points > POINTS_AT_MOST:
            raise refuse(f"points = {points:,} must be at most {POINTS_AT_MOST:,}", ["points"], place)
        if design == SOBOL and not is_power_of_two(points):
            below = 1 << (points.bit_length() - 1)
            raise refuse(
                f"points = {points}: a Sobol' sequence is balanced at powers of two, such as {below} and {2 * below}",
                ["points"],
                place,
            )

    def _try_points(self, place: Place) -> None:
        """Refuse levels that are allowed alone and not together."""
        for number in np.linspace(0, len(self.points) - 1, min(len(self.points), TRIED_AT_MOST)).astype(int):
            try:
                self.world(int(number))
            except InputError as error:
                labels = ", ".join(f"{path} = {label}" for path, label in self.points.labels(int(number)).items())
                raise refuse(f"levels do not go together ({labels}): {error.message}", ["factors"], place) from None

    def _check_years(self, place: Place) -> None:
        settings = self.settings
        named: list[tuple[Sequence[str | int], int | None]] = [
            (["years", number], year) for number, year in enumerate(settings.years)
        ]
        named += [(["best", "year"], settings.best.year)]
        named += [(["stop", "year"], settings.stop.year if settings.stop else None)]
        for path, year in named:
            if year is not None and not -1 <= year <= self.last_year:
                raise refuse(f"year {year} is not lived; allowed: -1 to {self.last_year}", path, place)
        if not self.years:
            raise refuse("no whole year is lived from the start of the programme on", ["years"], place)

    def plan(self) -> Plan:
        """The first seeds of every point."""
        return self._plan(range(len(self.points)), self.settings.seeds)

    def _plan(self, numbers: Sequence[int], seeds: Sequence[int]) -> Plan:
        chosen = self.points if len(numbers) == len(self.points) else [self.points[number] for number in numbers]

        def label(position: int) -> Label:
            return {"point": int(numbers[position])}

        return Plan(self.name, PointRuns(self.scenario, chosen, seeds, self.worlds, label))

    def carry_out(self, perform: Perform) -> dict[str, Any]:
        """Run the first seeds, then more at the points that are not sure enough."""
        rounds = [perform(self.plan())]
        seen = self._observed(rounds)
        stop = self.settings.stop
        open_points = np.ones(len(self.points), dtype=bool)
        planned = self.settings.replicates
        while stop is not None and planned < stop.at_most:
            open_points = worth_more(self._stop_values(seen, stop), open_points, stop)
            if not open_points.any():
                break
            more = min(stop.step, stop.at_most - planned)
            first = self.settings.first_seed + planned
            rounds.append(perform(self._plan(np.flatnonzero(open_points).tolist(), range(first, first + more))))
            planned += more
            seen = self._observed(rounds)
        return sweep_report(self, seen, rounds)

    def _stop_values(self, seen: Observed, stop: Stop) -> Any:
        return seen.of(stop.outcome, self.stop_year, stop.of == "difference")

    @property
    def stop_year(self) -> int:
        """Year whose outcome decides about more seeds; the last by default."""
        stop = self.settings.stop
        return self.years[-1] if stop is None or stop.year is None else stop.year

    def _observed(self, rounds: Sequence[Finished]) -> Observed:
        def focal(number: int) -> str:
            return str(self.points[number].get("focal", self.scenario.focal))

        return observed(rounds, len(self.points), self.worlds, self.outcomes, self.years, focal)
