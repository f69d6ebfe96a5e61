"""The audit of the claims as a study: at the values of a scenario, or over a set of points that pass the patterns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from simbiz.catalogue.record import Flag, Place, Text, refuse
from simbiz.errors import InputError
from simbiz.runs.executor import Finished
from simbiz.runs.parameter_set import read_set
from simbiz.runs.plan import Plan
from simbiz.runs.study import Replicates, Study, StudySettings
from simbiz.scenario import Scenario, with_changes
from simbiz.studies.claims.audit import claims_plan, judged

Names = Annotated[tuple[Text, ...], Field(min_length=1)]
Years = Annotated[int, Strict(), Field(ge=1, le=50)]


class ClaimsSettings(StudySettings):
    """What the file of an audit may say.

    `replicates` is the number of pairs in the case that is told first, the scenario's own rivals and decline;
    `other_replicates` is that in every other case, never more; all have as many if it is not given, or `full`.
    `path_replicates` pairs of every case live to year `path_years`; with `full`, all pairs. `over` is the result folder
    of a calibration: the audit is over all points of it that pass.
    """

    kind: Literal["claims"]
    replicates: Replicates
    other_replicates: Replicates | None = None
    path_replicates: Replicates = 1
    path_years: Years | None = None
    full: Flag = False
    declines: Names
    rivals: Names
    over: Text | None = None


class ClaimsStudy(Study[ClaimsSettings]):
    """Every claim and every reading of it, against paired worlds."""

    kind = "claims"
    Settings = ClaimsSettings
    needs_all_firms = True

    @property
    def name(self) -> str:
        """What its result folder is called."""
        return f"claims-{self.scenario.name}" if self.settings.over is None else f"claims-over-{self.scenario.name}"

    @cached_property
    def points(self) -> list[dict[str, float]] | None:
        """Points of the set that the audit is over; None at the values of the scenario."""
        return None if self.settings.over is None else read_set(Path(self.settings.over)).points

    def inputs(self) -> dict[str, Any]:
        """The points of the set, wherever it lies."""
        return {} if self.points is None else {"points": self.points}

    def check(self, place: Place) -> None:
        """Refuse causes of the decline and modes of the rivals that do not exist, and a set that cannot be used."""
        check_cases(self.scenario, "past.decline", self.settings.declines, "declines", place)
        check_cases(self.scenario, "rivals.mode", self.settings.rivals, "rivals", place)
        _ = self.points

    def plan(self) -> Plan:
        """Runs with and without the programme, by seed, cause of the decline and mode of the rivals."""
        settings = self.settings
        cases = (settings.declines, settings.rivals)
        others = None if settings.full else settings.other_replicates
        path = None
        if settings.path_years is not None:
            path = (settings.replicates if settings.full else settings.path_replicates, settings.path_years)
        return claims_plan(self.scenario, settings.seeds, *cases, self.points, others, path)

    def report(self, finished: Finished) -> dict[str, Any]:
        """Verdicts on every claim."""
        return judged(self.scenario, finished, None if self.points is None else len(self.points))


def check_cases(scenario: Scenario, path: str, values: Sequence[Any], key: str, place: Place) -> None:
    """Refuse a value that the scenario cannot take at a dotted path, where the settings name it under a key."""
    for value in values:
        try:
            with_changes(scenario, {path: value})
        except InputError as error:
            raise refuse(error.message, [key], place) from None
