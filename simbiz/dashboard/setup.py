"""What stands on the page: two scenarios, what they are called, and the step of the lesson, if it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simbiz.dashboard.lesson import Step, lesson
from simbiz.dashboard.paired_model import PairedModel, check_same_past
from simbiz.plots.style import WITH, WITHOUT
from simbiz.scenario import Scenario, load_scenario, with_changes

CUSTOMERS = 5000
FIRST_SEED = 12  # near the mean of many seeds: a test holds it there


@dataclass(frozen=True)
class Setup:
    """Two worlds before they are made.

    Parameters
    ----------
    scenario : Scenario
        The world that is played.
    against : Scenario or None
        The world beside it; None stands for the same one without its programme.
    names : tuple of str
        What the two are called.
    seed : int
        Replicate seed at the start.
    step : int or None
        Number of the step of the lesson, from 0.
    """

    scenario: Scenario
    against: Scenario | None = None
    names: tuple[str, str] = (WITH, WITHOUT)
    seed: int = FIRST_SEED
    step: int | None = None

    @property
    def lesson_step(self) -> Step | None:
        """The step of the lesson, if it is one."""
        return None if self.step is None else lesson()[self.step]

    def model(self, choices: InForce | None = None) -> PairedModel:
        """The two worlds at the start of the programme."""
        return PairedModel(self.scenario, rng=self.seed, against=self.against, choices=choices)


@dataclass
class InForce:
    """What was chosen on the page and the next worlds take: changes, none that would be refused, and another seed."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None


def own_setup(scenario: str, changes: Mapping[str, Any], against: str | None = None, seed: int = FIRST_SEED) -> Setup:
    """What stands on the page when it is opened.

    Parameters
    ----------
    scenario, against : str
        Names of scenarios or paths.
    changes : mapping
        Changes of both by dotted path.
    seed : int
        Replicate seed.

    Raises
    ------
    InputError
        For a mistake in a scenario, and for two scenarios that differ before the start of the programme.
    """
    played = _small(load_scenario(scenario, changes))
    if against is None:
        return Setup(played, seed=seed)
    beside = _small(load_scenario(against, changes)).model_copy(update={"calendar": played.calendar})
    check_same_past(played, beside)
    names = (played.name.replace("_", " "), beside.name.replace("_", " "))
    return Setup(played, beside, names, seed)


def lesson_setup(number: int, seed: int = FIRST_SEED) -> Setup:
    """Two worlds of a step of the lesson; they end with the weeks that the step takes."""
    step = lesson()[number]
    weeks = {"calendar.weeks": step.weeks}
    played = _small(load_scenario(step.scenario, weeks))
    beside = _small(load_scenario(step.against, weeks)) if step.against is not None else None
    return Setup(played, beside, step.worlds, seed, number)


def _small(scenario: Scenario) -> Scenario:
    """A market that is played while people wait: a sample where the scenario wants every customer."""
    return with_changes(scenario, {"customers": CUSTOMERS}) if scenario.customers == "market" else scenario
