"""A run: one scenario point and one replicate seed, with a key made of its content."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from simbiz.compilation import source_digest
from simbiz.errors import InputError
from simbiz.market.model import OmnichannelModel
from simbiz.market.rivalry import Answer
from simbiz.metrics import observe, weekly
from simbiz.scenario import Scenario, load_scenario, resolved, scenario_digest, without_programme

YEAR = 52
LARGEST_SEED = 2**32 - 1


@cache
def model_digest() -> str:
    """Digest of the sources of the model as this process first saw them."""
    return source_digest()


@dataclass(frozen=True)
class Run:
    """A scenario point and a replicate seed.

    Parameters
    ----------
    scenario : Scenario
        The point.
    seed : int
        Replicate seed; it never depends on the point, so that runs of one seed share their luck.

    Raises
    ------
    InputError
        If the seed is not from 0 to 2**32 - 1.
    """

    scenario: Scenario
    seed: int

    def __post_init__(self) -> None:
        """Refuse seeds that the draws cannot tell apart."""
        if not 0 <= self.seed <= LARGEST_SEED:
            raise InputError(f"seed {self.seed} lies outside the allowed 0 to {LARGEST_SEED}")

    @cached_property
    def key(self) -> str:
        """32 hexadecimal digits of all that decides the result: resolved scenario, seed, sources of the model."""
        return scenario_digest({"scenario": resolved(self.scenario), "seed": self.seed, "model": model_digest()})

    @cached_property
    def past_key(self) -> str:
        """Key of the weeks before the programme: runs that agree in it share them."""
        return scenario_digest({"past": self.past_of_point, "seed": self.seed})

    @cached_property
    def past_of_point(self) -> str:
        """Key of the weeks before the programme at all seeds."""
        return scenario_digest(resolved(past_of(self.scenario)))


@dataclass
class Outcome:
    """What a run gave.

    Parameters
    ----------
    key : str
        The run's key.
    seed : int
        Its seed.
    status : str
        "ok" or "failed".
    years, firms : list
        Axes of the metrics.
    metrics : dict of str to list of list of float
        Values by year and firm.
    fit : dict
        How the base years were met.
    programme : dict
        What the focal firm implemented and how rivals answered, in weeks from the start of the programme.
    seconds : float
        Wall time.
    error : str
        Traceback of a failed run.
    stage : str
        Where a failed run failed: "past", "programme", "measure" or, if its process died, "worker".
    weekly : dict of str to array, optional
        Weekly series, where they were asked for.
    """

    key: str
    seed: int
    status: str
    years: list[int] = field(default_factory=list)
    firms: list[str] = field(default_factory=list)
    metrics: dict[str, list[list[float]]] = field(default_factory=dict)
    fit: dict[str, Any] = field(default_factory=dict)
    programme: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""
    stage: str = ""
    weekly: dict[str, Any] | None = None


Measure = Callable[[OmnichannelModel, Run], Outcome]


def past_of(scenario: Scenario) -> Scenario:
    """The scenario less all that acts only from the start of the programme on."""
    firms = {
        name: firm.model_copy(update={"trend": type(firm.trend)(), "profile_after": None, "measures": {}})
        for name, firm in scenario.firms.items()
    }
    in_force = {firm.profile for firm in firms.values()}
    rivals = type(scenario.rivals)(mode="stopped")
    calendar = scenario.calendar.model_copy(update={"years": 1, "weeks": None})
    changes = {
        "programme": type(scenario.programme)(),
        "firms": firms,
        "profiles": {name: profile for name, profile in scenario.profiles.items() if name in in_force},
        "shock": None,
        "rivals": rivals,
        "calendar": calendar,
    }
    return scenario.model_copy(update=changes)


def grouped(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs in groups that share their past, in the order in which the groups first appear."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.past_key, []).append(run)
    return list(groups.values())


def execute(
    group: Sequence[Run], series: bool = False, engine: str = "arrays", measure: Measure | None = None
) -> list[Outcome]:
    """Run a group that shares its past: the past once, then a branch for every run.

    Parameters
    ----------
    group : sequence of Run
        The runs; one that raises is an outcome of status "failed" and costs the others nothing.
    series : bool
        Whether weekly series are wanted.
    engine : {"arrays", "agents"}
        Engine of the model.
    measure : callable, optional
        (model at the end of its calendar, run) -> outcome; by default what every run gives.
    """
    measure = measure or partial(outcome_of, series=series)
    began = time.perf_counter()
    with ExitStack() as afterwards:
        try:
            past = OmnichannelModel(group[0].scenario, rng=group[0].seed, engine=engine)
            afterwards.callback(past.release)
            past.run_past()
        except Exception:
            error = traceback.format_exc()
            return [Outcome(run.key, run.seed, "failed", error=error, stage="past") for run in group]
        share = (time.perf_counter() - began) / len(group)
        return [_branch(past, run, share, measure) for run in group]


def _branch(past: OmnichannelModel, run: Run, seconds: float, measure: Measure) -> Outcome:
    began, stage = time.perf_counter(), "programme"
    with ExitStack() as afterwards:
        try:
            model = past.branch(run.scenario)
            afterwards.callback(model.release)
            model.run()
            stage = "measure"
            outcome = measure(model, run)
        except Exception:
            outcome = Outcome(run.key, run.seed, "failed", error=traceback.format_exc(), stage=stage)
    outcome.seconds = seconds + time.perf_counter() - began
    return outcome


def outcome_of(model: OmnichannelModel, run: Run, series: bool) -> Outcome:
    """What a run gave, from its model at the end of the calendar."""
    observation = model.observation()
    metrics = {name: values.tolist() for name, values in observe(observation).items()}
    outcome = Outcome(run.key, run.seed, "ok", observation.years, model.layout.firms, metrics)
    outcome.fit, outcome.programme = fit_of(model), _programme(model)
    outcome.weekly = weekly(observation) if series else None
    return outcome


def fit_of(model: OmnichannelModel) -> dict[str, Any]:
    """Residuals of the focal share in the two base years, whether year 0 was met, and what went elsewhere in it.

    The model has lived to the start of its programme at least.
    """
    scenario, focal = model.layout.scenario, model.layout.focal
    target = scenario.firms[scenario.focal].share
    targets = (target / scenario.past.share_index_before, target)
    past = slice(model.start - 2 * YEAR, model.start)
    money = (model.tallies.revenue[past] @ model.expansion).reshape(2, YEAR, -1).sum(axis=1)
    outside = float((model.tallies.outside_value[past] @ model.expansion)[YEAR:].sum())
    reached = (money[:, focal] / np.maximum(money.sum(axis=1), 1.0)).tolist()
    miss = reached[1] / target - 1.0
    return {
        "decline": scenario.past.decline,
        "target": list(targets),
        "reached": reached,
        "relative_miss": miss,
        "met": abs(miss) <= scenario.fit.tolerance,
        "burn_in_weeks": model.start - 2 * YEAR,
        "outside": outside / max(outside + float(money[1].sum()), 1.0),
        "outside_target": scenario.market.outside_share,
    }


def _programme(model: OmnichannelModel) -> dict[str, Any]:
    implementation = model.implementations[model.layout.focal]
    tasks: list[dict[str, Any]] = [
        {
            "tool": t.tool,
            "step": t.step,
            "first_week": t.first_week - model.start,
            "last_week": t.last_week - model.start,
            "attempt": t.attempt,
            "failed": t.failed,
        }
        for t in implementation.tasks
    ]
    programme = model.layout.scenario.programme
    not_begun = programme.start_week - 1 if programme.order else -1
    last = max((task["last_week"] for task in tasks), default=not_begun)
    return {
        "tasks": tasks,
        "finished": implementation.finished,
        "blocked": implementation.blocked,
        "last_week": last,
        "spent": implementation.spent,
        "answers": [_told(answer, model.start) for answer in model.rivalry.given],
    }


def _told(answer: Answer, start: int) -> dict[str, Any]:
    """Answer of a rival in weeks from the start of the programme."""
    told = asdict(answer) | {"week": answer.week - start, "tools": list(answer.tools)}
    if answer.noticed_week is not None:
        told["noticed_week"] = answer.noticed_week - start
    return told


def simulate(scenario: Scenario | str, *, seed: int = 1, replicates: int = 1, programme: bool = True) -> pd.DataFrame:
    """Run a scenario and return its metrics.

    Parameters
    ----------
    scenario : Scenario or str
        The scenario, or its name.
    seed : int
        First replicate seed; replicates use the seeds that follow.
    replicates : int
        Number of runs.
    programme : bool
        Whether the focal firm follows its programme.

    Returns
    -------
    DataFrame
        One row per seed, year and firm, one column per metric. Choose a firm before you average a share over rows:
        the shares of all firms make up 1.

    Raises
    ------
    RuntimeError
        If a run fails.
    """
    point = load_scenario(scenario) if isinstance(scenario, str) else scenario
    point = point if programme else without_programme(point)
    outcomes = [execute([Run(point, seed + number)])[0] for number in range(replicates)]
    for outcome in outcomes:
        if outcome.status != "ok":
            raise RuntimeError(f"the run with seed {outcome.seed} failed:\n{outcome.error}")
    return pd.concat([tidy(outcome) for outcome in outcomes], ignore_index=True)


def tidy(outcome: Outcome) -> pd.DataFrame:
    """Metrics of one outcome: a row per year and firm."""
    index = pd.MultiIndex.from_product([outcome.years, outcome.firms], names=["year", "firm"])
    columns = {name: np.asarray(values).ravel() for name, values in outcome.metrics.items()}
    frame = pd.DataFrame(columns, index=index).reset_index()
    frame.insert(0, "seed", outcome.seed)
    return frame
