"""The market model with a second world beside it: the same past, the same luck, another programme."""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from typing import Any, Protocol

from simbiz.catalogue import Catalogue
from simbiz.errors import InputError
from simbiz.market.model import OmnichannelModel
from simbiz.runs.run import Run
from simbiz.scenario import Scenario, with_changes, without_programme

# What a firm decides concerns the world that is played, and not another scenario beside it.
DECISIONS = ("programme.", "rivals.")


class Choices(Protocol):
    """What was chosen beside the inputs of the page; read whenever a world is made."""

    changes: Mapping[str, Any]
    seed: int | None


class PairedModel(OmnichannelModel):
    """A market before the start of the programme, with a twin that goes on under another scenario.

    The past is lived when the model is made. A step lives a week in both worlds, and does nothing after the last.

    Parameters
    ----------
    scenario : Scenario
        The world that is played.
    rng : int, optional
        Replicate seed of both worlds.
    against : Scenario, optional
        The world beside it; by default the same one without the programme. It keeps its own programme and its own
        rivals' behaviour, and takes every other change.
    choices : Choices, optional
        Further changes by dotted path, and a seed that goes before `rng`.
    catalogue : Catalogue, optional
        Tables to use; the shipped ones by default.
    **kwargs
        Changes of the scenario by dotted path with `__` for the dot.

    Attributes
    ----------
    refused : str
        Why the changes could not be made, in one line; the scenario is then played without them. A page that is reset
        must not break.
    standing_still : RLock
        Held while a week is lived, and by whoever reads several series that must end with the same week: a page is
        drawn in one thread and played in another.

    Raises
    ------
    InputError
        If the two worlds have not the same past.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        rng: int | None = None,
        against: Scenario | None = None,
        choices: Choices | None = None,
        catalogue: Catalogue | None = None,
        **kwargs: Any,
    ) -> None:
        self.twin: OmnichannelModel | None = None
        self.standing_still = RLock()
        changes = {key.replace("__", "."): value for key, value in kwargs.items()}
        if choices is not None:
            changes |= choices.changes
            rng = rng if choices.seed is None else choices.seed
        self.refused = _refusal(scenario, changes, rng, catalogue)
        changes = {} if self.refused else changes
        super().__init__(with_changes(scenario, changes, catalogue), rng=rng, catalogue=catalogue)
        other = self._other_scenario(against, changes, catalogue)
        self.run_past()
        self.twin = self.branch(other)
        # Mesa shows how many steps were made: weeks of the programme, not of the past.
        self.steps = 0

    def _other_scenario(
        self, against: Scenario | None, changes: Mapping[str, Any], catalogue: Catalogue | None
    ) -> Scenario:
        own = self.layout.scenario
        if against is None:
            return without_programme(own)
        shared = {key: value for key, value in changes.items() if not key.startswith(DECISIONS)}
        other = with_changes(against, shared, catalogue).model_copy(update={"calendar": own.calendar})
        check_same_past(own, other)
        return other

    @property
    def scenario(self) -> None:
        """Nothing: newer versions of Mesa have scenarios of their own, and would pass one on instead of ours."""

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        """Let Mesa's scenario go; ours is `layout.scenario`."""

    @property
    def worlds_side_by_side(self) -> tuple[OmnichannelModel, OmnichannelModel]:
        """The world that is played and the one beside it."""
        assert self.twin is not None
        return self, self.twin

    @property
    def weeks_played(self) -> int:
        """Weeks lived since the start of the programme."""
        return max(0, self.week - self.start)

    def step(self) -> None:
        """One week in both worlds."""
        with self.standing_still:
            if self.week < self.end:
                super().step()
                if self.twin is not None:
                    self.twin.step()

    def release(self) -> None:
        """Let go of both worlds."""
        super().release()
        if self.twin is not None:
            self.twin.release()


def check_same_past(one: Scenario, other: Scenario) -> None:
    """Refuse two scenarios that differ before the start of the programme: no luck would pair their customers."""
    if Run(one, 0).past_key != Run(other, 0).past_key:
        raise InputError(
            f"{one.name} and {other.name} cannot stand side by side: they differ before the start of the programme"
        )


def _refusal(scenario: Scenario, changes: Mapping[str, Any], seed: int | None, catalogue: Catalogue | None) -> str:
    """What is wrong with changes of a scenario, in one line; empty if a world can be made with them."""
    if not changes:
        return ""
    try:
        OmnichannelModel(with_changes(scenario, changes, catalogue), rng=seed, catalogue=catalogue).release()
    except InputError as error:
        return error.message
    return ""
