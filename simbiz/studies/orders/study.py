"""Which order of adopting tools is best, and which orders cannot be told apart from it.

Screening: blocks of balanced samples of orders, a seed of its own for each block. Surrogate: what each order should be
worth. Sequential halving of the most promising in paired blocks. Final: those that are left, the order of the programme
and all tools at once, on seeds that nothing was chosen by. Budgets are counted in runs: a clock would give another
answer on another machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from simbiz.catalogue.record import OneOrMore, Place, Text, TwoOrMore, refuse, unknown
from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished
from simbiz.runs.plan import LabelledRun, Plan
from simbiz.runs.study import Perform, Study, StudySettings
from simbiz.statistics.halving import FEWEST_SEEDS, Round, halve
from simbiz.studies.orders.candidates import Candidate, every_order, named, runs_of
from simbiz.studies.orders.report import Final, orders_report
from simbiz.studies.orders.screening import block_orders, screened
from simbiz.studies.orders.tools import check_tools, prerequisites, searched_tools
from simbiz.studies.orders.worlds import COLUMNS, OUTCOMES, order_worlds

FEWEST_BLOCKS = 4
FEWEST_FINAL_SEEDS = 5

Part = Annotated[float, Strict(), Field(ge=0.01, le=0.99, allow_inf_nan=False)]
Values = NDArray[np.float64]


class OrdersSettings(StudySettings):
    """What the file of a study of orders may say.

    `runs` is the budget, of which `screening` and `final` are the parts of the first and the last stage; `block` is the
    number of orders that share a seed in screening, `pool` the number that goes on from it for each outcome, and
    `finalists` the number that is left of them in the final.
    """

    kind: Literal["orders"]
    runs: Annotated[int, Strict(), Field(ge=1, le=10_000_000)]
    outcomes: Annotated[tuple[Text, ...], Field(min_length=1)] = ("share", "profit", "payback", "loyalty")
    tools: tuple[Text, ...] = ()
    parallel: tuple[OneOrMore, ...] = ()
    screening: Part = 0.5
    final: Part = 0.25
    block: TwoOrMore = 32
    pool: TwoOrMore = 24
    finalists: TwoOrMore = 6


@dataclass
class Done:
    """How the budget was spent: runs of each stage, the seeds that were used, and what had to be left out."""

    next_seed: int
    screening: int = 0
    rounds: list[Round] = field(default_factory=list)
    final: int = 0
    left_out: int = 0


class OrdersStudy(Study[OrdersSettings]):
    """Which order of adopting tools is best."""

    kind = "orders"
    Settings = OrdersSettings
    work = staticmethod(order_worlds)
    columns = COLUMNS

    def check(self, place: Place) -> None:
        """Refuse tools that cannot be put in order, unknown outcomes, and a budget that is too small."""
        settings = self.settings
        check_tools(self.scenario, settings.tools, place)
        for number, outcome in enumerate(settings.outcomes):
            if outcome not in OUTCOMES:
                raise unknown(outcome, "measure of orders", OUTCOMES, ["outcomes", number], place)
        for name in ("outcomes", "parallel"):
            if len(set(getattr(settings, name))) < len(getattr(settings, name)):
                raise refuse(f"{name}: one of them stands there twice", [name], place)
        if settings.replicates != 1:
            message = "replicates: a study of orders decides itself how many seeds a stage gets; give its budget, runs"
            raise refuse(message, ["replicates"], place)
        if settings.screening + settings.final >= 1.0:
            raise refuse("screening and final together must leave a part for halving", ["screening"], place)
        if settings.runs < self.fewest_runs:
            message = f"runs: {settings.runs} are too few; allowed: at least {self.fewest_runs} with these settings"
            raise refuse(message, ["runs"], place)

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """Tools that are put in order."""
        return searched_tools(self.scenario, self.settings.tools)

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Numbers of tools that may be under way at a time."""
        return self.settings.parallel or (self.scenario.programme.parallel,)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Every order of the tools, at every level."""
        orders = every_order(self.tools, prerequisites(self.tools))
        return [candidate for level in self.levels for candidate in named(orders, self.tools, level)]

    @property
    def block_size(self) -> int:
        """Runs of a block of screening: its orders at every level."""
        return self.settings.block * len(self.levels)

    @property
    def fewest_runs(self) -> int:
        """Budget below which a stage could not tell anything."""
        settings = self.settings
        last = (settings.finalists * len(settings.outcomes) + 2) * FEWEST_FINAL_SEEDS
        halving = 2 * FEWEST_SEEDS * settings.finalists * len(settings.outcomes)
        needs = (
            FEWEST_BLOCKS * self.block_size / settings.screening,
            last / settings.final,
            halving / (1.0 - settings.screening - settings.final),
        )
        return int(np.ceil(max(needs)))

    @property
    def programme(self) -> Candidate:
        """The order of the programme, as far as its tools are searched; what is missing in it comes last."""
        own = [tool for tool in self.scenario.programme.order if tool in self.tools]
        rest = [tool for tool in self.tools if tool not in own]
        return Candidate((*own, *rest), self.scenario.programme.parallel)

    def plan(self) -> Plan:
        """Runs of screening; what comes after them depends on what they give."""
        runs: list[LabelledRun] = []
        for number, orders in enumerate(self.blocks):
            candidates = [one for level in self.levels for one in named(orders, self.tools, level)]
            seed = [self.settings.first_seed + number]
            runs += runs_of(self.scenario, candidates, seed, stage="screening", block=number)
        return Plan(self.name, runs)

    @cached_property
    def blocks(self) -> list[NDArray[np.int8]]:
        """Orders of every block of screening."""
        number = int(self.settings.screening * self.settings.runs) // self.block_size
        return block_orders(self.tools, number, self.settings.block, self.settings.first_seed)

    def carry_out(self, perform: Perform) -> dict[str, Any]:
        """Screen, halve, compare."""
        settings, plan = self.settings, self.plan()
        finished = perform(plan)
        done = Done(settings.first_seed + len(self.blocks), screening=len(plan.runs))
        table = outcomes_of(finished, settings.outcomes)
        done.left_out += int(np.isnan(table).any(axis=1).sum())
        screening = screened(self.blocks, table, self.levels, settings.outcomes)
        predicted = screening.predict(every_order(self.tools, prerequisites(self.tools)))
        pools = {
            outcome: [self.candidates[number] for number in np.argsort(-values, kind="stable")[: settings.pool]]
            for outcome, values in predicted.items()
        }
        halving = settings.runs - done.screening - int(settings.final * settings.runs)
        evaluate = _Evaluate(self, perform, done, "halving")
        left, done.rounds = halve(pools, evaluate, finalists=settings.finalists, runs=halving)
        final = self._final(left, perform, done)
        return orders_report(self, screening, predicted, final, done)

    def _final(self, left: Mapping[str, Sequence[Candidate]], perform: Perform, done: Done) -> Final:
        """Those that are left, with what else is to be compared, on new seeds as far as the budget goes."""
        at_once = Candidate(self.programme.order, len(self.tools))
        finalists = list(dict.fromkeys([*(one for pool in left.values() for one in pool), self.programme]))
        compared = list(dict.fromkeys([*finalists, at_once]))
        budget = self.settings.runs - done.screening - sum(round_.runs for round_ in done.rounds)
        seeds = budget // len(compared)
        done.final = seeds * len(compared)
        values = _Evaluate(self, perform, done, "final")(compared, seeds)
        return Final(finalists, self.programme, at_once, compared, dict(left), values)


class _Evaluate:
    """Runs of candidates with the next seeds, as blocks of values in which more is better."""

    def __init__(self, study: OrdersStudy, perform: Perform, done: Done, stage: str) -> None:
        self.study, self.perform, self.done, self.stage = study, perform, done, stage

    def __call__(self, candidates: Sequence[Candidate], seeds: int) -> dict[str, Values]:
        """Values by outcome, float64 array (block, candidate); a seed with a missing run is left out."""
        study, done = self.study, self.done
        own = range(done.next_seed, done.next_seed + seeds)
        done.next_seed += seeds
        runs = runs_of(study.scenario, candidates, own, stage=self.stage)
        table = outcomes_of(self.perform(Plan(study.name, runs)), study.settings.outcomes)
        blocks = table.reshape(len(candidates), seeds, -1).transpose(1, 0, 2)
        whole = ~np.isnan(blocks).any(axis=(1, 2))
        done.left_out += int((~whole).sum()) * len(candidates)
        return {name: blocks[whole][:, :, number] for number, name in enumerate(study.settings.outcomes)}


def outcomes_of(finished: Finished, outcomes: Sequence[str]) -> Values:
    """Values of every run of a plan, more being better; float64 array (run, outcome).

    A run that does not count has none: NaN.
    """
    frame = finished.outcomes
    rows = frame.set_index("key")[list(outcomes)].to_dict("index") if len(frame) else {}
    values = np.full((len(finished.runs), len(outcomes)), np.nan)
    for number, run in enumerate(finished.runs):
        if counts(run):
            values[number] = [rows[run["key"]][name] for name in outcomes]
    return values * [1.0 if OUTCOMES[name].more_is_better else -1.0 for name in outcomes]
