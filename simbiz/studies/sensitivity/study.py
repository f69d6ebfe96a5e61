"""The study of sensitivity: runs with and without the programme at every point, all of them on the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from simbiz.catalogue.record import MOST_AT_ONCE, OneOrMore, Place, Record, Seed, Text, TwoOrMore, refuse
from simbiz.errors import InputError
from simbiz.runs.measuring import Keep
from simbiz.runs.plan import Plan, PointRuns
from simbiz.runs.study import Perform, Study, StudySettings
from simbiz.scenario import Scenario
from simbiz.studies.sensitivity.method import Matrix
from simbiz.studies.sensitivity.methods import method_named
from simbiz.studies.sensitivity.outcomes import (
    BOTH_WORLDS,
    CLAIMS,
    StudiedOutcome,
    group_of,
    outcomes_named,
    values_of,
)
from simbiz.studies.sensitivity.points import points_of
from simbiz.studies.sensitivity.products import families, partners
from simbiz.studies.sensitivity.stages import Stage, stages
from simbiz.studies.sensitivity.uncertainty import Uncertain, chosen, uncertainties


class Screen(Record):
    """What chooses the inputs that are looked at closely: a method, its size and how many it keeps."""

    method: Text = "morris"
    size: OneOrMore | None = None
    keep: TwoOrMore


class SensitivitySettings(StudySettings):
    """What the file of a sensitivity study may say.

    `size` is in the method's own measure; with `most` the design is doubled, up to that size, until at most `apart`
    inputs stand above all others in half of the outcomes. `outcomes` and `inputs` are all claims and all uncertain
    parameters by default.
    """

    kind: Literal["sensitivity"]
    method: Text = "morris"
    size: OneOrMore | None = None
    most: Annotated[int, Strict(), Field(ge=0, le=MOST_AT_ONCE)] = 0
    apart: OneOrMore = 5
    screen: Screen | None = None
    outcomes: Annotated[tuple[Text, ...], Field(min_length=1)] = (CLAIMS,)
    inputs: tuple[Text, ...] = ()
    design_seed: Seed = 1


class SensitivityStudy(Study[SensitivitySettings]):
    """Which uncertain parameters decide an outcome."""

    kind = "sensitivity"
    Settings = SensitivitySettings

    @property
    def needs(self) -> tuple[str, ...]:  # type: ignore[override]
        """Metrics that the outcomes read."""
        return tuple(dict.fromkeys(name for outcome in self.outcomes for name in outcome.metrics))

    @property
    def keep(self) -> Keep:
        """Of every run only what the outcomes read: there are many runs."""
        return Keep(metrics=self.settings.keep.metrics or self.needs, firms=self.settings.keep.firms, tasks=False)

    @property
    def knows_its_runs(self) -> bool:
        """Whether nothing is screened first, and the design does not grow."""
        return self.screen is None and self.stage.most <= self.stage.size

    @cached_property
    def varied(self) -> list[Uncertain]:
        """What varies."""
        known = uncertainties(scenario=self.scenario)
        wanted = {source.path for name in self.settings.inputs for source in chosen(known, name)}
        return [source for source in known if not self.settings.inputs or source.path in wanted]

    @cached_property
    def outcomes(self) -> list[StudiedOutcome]:
        """What is looked at."""
        found = [one for text in self.settings.outcomes for one in outcomes_named(text, self.scenario)]
        return list(dict.fromkeys(found))

    @property
    def stage(self) -> Stage:
        """The method that gives the answer."""
        settings = self.settings
        return replace(_stage(settings.method, settings.size), most=settings.most, apart=settings.apart)

    @property
    def screen(self) -> Stage | None:
        """The method that chooses what varies in it, unless it keeps everything."""
        screen = self.settings.screen
        return None if screen is None or screen.keep >= len(self.varied) else _stage(screen.method, screen.size)

    def inputs(self) -> dict[str, Any]:
        """Ranges and levels that the catalogue declares."""
        return {"ranges": [one.described() for one in self.varied]}

    def check(self, place: Place) -> None:
        """Refuse methods, sizes, seeds, outcomes and inputs that cannot be."""
        for number, text in enumerate(self.settings.outcomes):
            _refused_at(["outcomes", number], place, outcomes_named, text, self.scenario)
        known = uncertainties(scenario=self.scenario)
        for number, name in enumerate(self.settings.inputs):
            _refused_at(["inputs", number], place, chosen, known, name)
        if len(self.varied) < 2:
            raise refuse("fewer than two uncertain parameters vary: there is nothing to compare", ["inputs"], place)
        if self.settings.design_seed < 1:
            text = f"design_seed = {self.settings.design_seed} must be at least 1: SALib takes 0 for no seed at all"
            raise refuse(text, ["design_seed"], place)
        self._check_method([], self.settings, place)
        if self.settings.most and not method_named(self.settings.method).grows:
            only = f"only a design of morris grows, not of {self.settings.method}; allowed: 0"
            raise refuse(f"most = {self.settings.most}: {only}", ["most"], place)
        if self.settings.screen is not None:
            self._check_method(["screen"], self.settings.screen, place)

    def _check_method(self, path: list[str], said: Screen | SensitivitySettings, place: Place) -> None:
        """Refuse a method that does not exist, and a size that it cannot use."""
        _refused_at([*path, "method"], place, method_named, said.method)
        mistake = None if said.size is None else method_named(said.method).mistake(said.size)
        if mistake:
            raise refuse(f"the size of {said.method} {mistake}", [*path, "size"], place)

    def plan(self) -> Plan:
        """Runs of the first stage."""
        first = self.screen or self.stage
        values = points_of(self.varied, first.method, first.size, self.settings.design_seed).values
        return self.plan_of(self.varied, values)

    def plan_of(self, inputs: Sequence[Uncertain], values: Matrix) -> Plan:
        """Runs of points (point, input) with and without the programme; what does not vary is as in the scenario."""
        points = [
            {source.path: source.setting(float(number)) for source, number in zip(inputs, row, strict=True)}
            for row in values
        ]
        return Plan(self.name, PointRuns(self.scenario, points, self.settings.seeds, BOTH_WORLDS))

    def carry_out(self, perform: Perform) -> dict[str, Any]:
        """Do the stages; runs that failed are tried once more, for a missing point costs its whole block."""
        failed: list[int] = []

        def evaluate(inputs: Sequence[Uncertain], values: Matrix) -> dict[str, Matrix]:
            plan = self.plan_of(inputs, values)
            finished = perform(plan)
            if finished.failed:
                finished = perform(plan)
            failed.append(len(finished.failed))
            return values_of(self.outcomes, self.scenario, finished, len(values), self.settings.seeds)

        settings, keep = self.settings, self.settings.screen.keep if self.settings.screen else None
        paths = [one.path for one in self.varied]
        acting = partners(paths)
        joint = families(paths, acting)
        found = stages(self.varied, evaluate, self.stage, self.screen, keep, settings.design_seed, group_of, joint)
        facts = _facts(self.scenario, settings)
        return facts | {"failed_runs": sum(failed), "acting_together": acting, "stages": found}


def _stage(method: str, size: int | None) -> Stage:
    return Stage(method, method_named(method).size if size is None else size)


def _refused_at(path: Sequence[str | int], place: Place, ask: Any, *arguments: Any) -> None:
    """Say a mistake at the place of the file where it stands."""
    try:
        ask(*arguments)
    except InputError as error:
        raise refuse(error.message, path, place) from None


def _facts(scenario: Scenario, settings: SensitivitySettings) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "scenario": scenario.name,
        "question": settings.question,
        "customers": scenario.customers,
        "fit_tolerance": scenario.fit.tolerance,
        "decline": scenario.past.decline,
        "rivals": scenario.rivals.mode,
        "seeds": list(settings.seeds),
        "design_seed": settings.design_seed,
    }
