"""A study: what its file says, the runs it needs and what is made of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import Field, Strict

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import OneOrMore, Place, Positive, Record, Seed, Text, refuse, unknown
from simbiz.errors import InputError
from simbiz.runs.finished import Finished
from simbiz.runs.measuring import Keep, Work, measure_name
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run, model_digest
from simbiz.scenario import Scenario, resolved, scenario_digest
from simbiz.scenario.records import MOST_CUSTOMERS

Perform = Callable[[Plan], Finished]
Replicates = OneOrMore


class StudySettings(Record):
    """What every study file may say.

    A sample of `customers` and a `fit_tolerance` are values of the scenario that many studies need; `set` holds others
    by dotted path, as --set does on the command line. `keep` says what is kept of every run, and `series` whether its
    weekly series are.
    """

    kind: Text
    scenario: Text
    question: Text = ""
    set: dict[str, Any] = Field(default_factory=dict)
    customers: Annotated[int, Strict(), Field(ge=1, le=MOST_CUSTOMERS)] | None = None
    fit_tolerance: Positive | None = None
    first_seed: Seed = 1
    replicates: Replicates = 1
    keep: Keep = Field(default_factory=Keep)
    series: Annotated[bool, Strict()] = False

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

    Notes
    -----
    `needs` names the metrics that the report reads; None is all of them, and then none can be left out. Where
    `needs_all_firms`, the report reads them of every firm.
    """

    kind: ClassVar[str]
    Settings: ClassVar[type[StudySettings]] = StudySettings
    needs: tuple[str, ...] | None = None
    needs_all_firms: ClassVar[bool] = False
    work: Work | None = None
    columns: Sequence[str] | None = None
    engine: str = "arrays"

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
        parts = {"settings": settings, "scenario": resolved(self.scenario), "model": model_digest(), **self.inputs()}
        parts["measure"] = measure_name(self.work)
        return scenario_digest(parts)[:12]

    def inputs(self) -> dict[str, Any]:
        """What decides the report besides settings and scenario, as plain data: other scenarios, other files."""
        return {}

    @property
    def keep(self) -> Keep:
        """What is kept of every run."""
        return self.settings.keep

    @property
    def knows_its_runs(self) -> bool:
        """Whether all runs are known before any is done."""
        return type(self).carry_out is Study.carry_out

    def check_keep(self, place: Place) -> None:
        """Refuse to keep what is no metric, or less than the report reads.

        Raises
        ------
        InputError
            For the first mistake, with file and line.
        """
        wanted, path = self.settings.keep.metrics, ("keep", "metrics")
        known = self.columns or list(load_catalogue().metrics)
        for name in wanted:
            if name not in known:
                raise unknown(name, "metric", known, path, place)
        lacking = [name for name in (known if self.needs is None else self.needs) if name not in wanted]
        if wanted and lacking:
            which = "every metric" if self.needs is None else f"also {', '.join(lacking)}"
            raise refuse(f"a study of kind {self.kind} needs {which}", path, place)
        if self.needs_all_firms and self.settings.keep.firms != "all":
            raise refuse(f"a study of kind {self.kind} needs all firms", ("keep", "firms"), place)

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

    def check_seeds(self, place: Place) -> None:
        """Refuse seeds that the draws cannot tell apart."""
        try:
            Run(self.scenario, self.settings.seeds[-1])
        except InputError as error:
            raise refuse(error.message, ["replicates"], place) from None

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
