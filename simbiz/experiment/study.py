"""A study: what its file says, the runs it needs and what is made of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import Field, Strict

from simbiz.catalogue.record import Count, Place, Positive, Record, Text
from simbiz.compilation import source_digest
from simbiz.experiment.engine import Work
from simbiz.experiment.perform import Finished
from simbiz.experiment.plan import Plan
from simbiz.scenario import Scenario, resolved, scenario_digest

Perform = Callable[[Plan], Finished]
Replicates = Annotated[int, Strict(), Field(ge=1)]


class StudySettings(Record):
    """What every study file may say.

    A sample of `customers` and a `fit_tolerance` are values of the scenario that many studies need; `set` holds others
    by dotted path, as --set does on the command line.
    """

    kind: Text
    scenario: Text
    question: Text = ""
    set: dict[str, Any] = Field(default_factory=dict)
    customers: Annotated[int, Strict(), Field(ge=1)] | None = None
    fit_tolerance: Positive | None = None
    first_seed: Count = 1
    replicates: Replicates = 1

    def changes(self) -> dict[str, Any]:
        """Values of the scenario that the study changes everywhere."""
        own = {"customers": self.customers, "fit.tolerance": self.fit_tolerance}
        return {key: value for key, value in own.items() if value is not None} | self.set

    @property
    def seeds(self) -> range:
        """Replicate seeds."""
        return range(self.first_seed, self.first_seed + self.replicates)


S = TypeVar("S", bound=StudySettings)


class Study(ABC, Generic[S]):
    """A kind of study with its settings.

    Parameters
    ----------
    settings : StudySettings
        What its file says.
    scenario : Scenario
        The scenario that the settings name, changed as they say.
    """

    kind: ClassVar[str]
    Settings: ClassVar[type[StudySettings]] = StudySettings
    work: Work | None = None
    columns: Sequence[str] | None = None

    def __init__(self, settings: S, scenario: Scenario) -> None:
        self.settings, self.scenario = settings, scenario

    @property
    def name(self) -> str:
        """What its result folder is called."""
        return f"{self.kind.replace(' ', '-')}-{self.scenario.name}"

    @property
    def id(self) -> str:
        """12 hexadecimal digits of all that decides its report: the same study finds its folder again."""
        settings = self.settings.model_dump(mode="json", exclude={"question"})
        parts = {"settings": settings, "scenario": resolved(self.scenario), "model": source_digest(), **self.inputs()}
        return scenario_digest(parts)[:12]

    def inputs(self) -> dict[str, Any]:
        """What decides the report besides settings and scenario, as plain data: other scenarios, other files."""
        return {}

    def check(self, place: Place) -> None:
        """Refuse settings that the catalogue or the scenario does not allow, before anything is written.

        Parameters
        ----------
        place : callable
            Gives (file, line) of a setting.

        Raises
        ------
        InputError
            For the first mistake.
        """

    @abstractmethod
    def plan(self) -> Plan:
        """Runs that are known before any is done."""

    def report(self, finished: Finished) -> dict[str, Any]:
        """What the finished runs of the plan say, as plain data for JSON."""
        raise TypeError(f"{type(self).__name__} makes its report in carry_out")

    def carry_out(self, perform: Perform) -> dict[str, Any]:
        """Do the study.

        Parameters
        ----------
        perform : callable
            Does the runs of a plan that are missing; a study that decides its next runs by what it has found calls it
            again.

        Returns
        -------
        dict
            The report: plain data for JSON, without times and paths.
        """
        return self.report(perform(self.plan()))
