"""Every order with the same few seeds: the truth on those seeds, which a search can be scored against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue.record import OneOrMore, Place, Text
from simbiz.compilation import source_digest
from simbiz.runs.counted import left_out
from simbiz.runs.executor import Finished
from simbiz.runs.plan import Plan
from simbiz.runs.run import YEAR
from simbiz.runs.study import Perform, Study, StudySettings
from simbiz.studies.orders.candidates import Candidate, every_order, named, runs_of
from simbiz.studies.orders.tools import check_tools, prerequisites, searched_tools
from simbiz.studies.orders.worlds import COLUMNS, OUTCOMES, order_worlds

SHOWN = 5
KEPT = ("share", "profit", "payback", "loyalty")

Table = NDArray[np.float64]


class CensusSettings(StudySettings):
    """What the file of a census may say: which tools, the programme's by default, and how many orders a batch has."""

    kind: Literal["orders census"]
    tools: tuple[Text, ...] = ()
    batch: OneOrMore = 500


class CensusStudy(Study[CensusSettings]):
    """Every order of some tools with the same seeds."""

    kind = "orders census"
    Settings = CensusSettings
    work = staticmethod(order_worlds)
    columns = COLUMNS

    def check(self, place: Place) -> None:
        """Refuse tools that cannot be put in order."""
        check_tools(self.scenario, self.settings.tools, place)

    @property
    def candidates(self) -> list[Candidate]:
        """Every order, in lexicographic order of the tools as they are listed."""
        tools = searched_tools(self.scenario, self.settings.tools)
        return named(every_order(tools, prerequisites(tools)), tools, self.scenario.programme.parallel)

    def plan(self) -> Plan:
        """Runs of all orders."""
        return self._batch(self.candidates)

    def _batch(self, candidates: Sequence[Candidate]) -> Plan:
        return Plan(self.name, runs_of(self.scenario, candidates, self.settings.seeds))

    def carry_out(self, perform: Perform) -> dict[str, Any]:
        """Do batch by batch, so that what is done is kept while the next is under way."""
        candidates, size = self.candidates, self.settings.batch
        means, failed, lost = [], 0, 0
        for first in range(0, len(candidates), size):
            finished = perform(self._batch(candidates[first : first + size]))
            means += list(order_means(finished, len(self.settings.seeds)))
            failed += len(finished.failed)
            lost += sum(left_out(finished.runs).values()) - len(finished.failed)
        return {
            "schema_version": 1,
            "scenario": self.scenario.name,
            "tools": list(searched_tools(self.scenario, self.settings.tools)),
            "customers": self.scenario.customers,
            "weeks": self.scenario.calendar.weeks or YEAR * self.scenario.calendar.years,
            "model": source_digest(),
            "seeds": list(self.settings.seeds),
            "outcomes": list(KEPT),
            "failed_runs": failed,
            "base_year_missed_or_restless_runs": lost,
            "orders": len(candidates),
            "best": {name: best_orders(name, candidates, means) for name in KEPT},
            "means": means,
        }


def best_orders(
    name: str, candidates: Sequence[Candidate], means: Sequence[Sequence[float] | None]
) -> list[dict[str, Any]]:
    """The few best orders by an outcome."""
    sign, column = (1.0 if OUTCOMES[name].more_is_better else -1.0), KEPT.index(name)
    found = [(number, row[column]) for number, row in enumerate(means) if row is not None]
    found.sort(key=lambda each: -sign * each[1])
    return [{"order": list(candidates[number].order), "mean": mean} for number, mean in found[:SHOWN]]


def order_means(finished: Finished, seeds: int) -> Iterator[list[float] | None]:
    """Means of the kept outcomes over the seeds of every order, in the order of the plan; None where a run failed."""
    values = finished.outcomes.set_index("key")[list(KEPT)].to_dict("index") if len(finished.outcomes) else {}
    for first in range(0, len(finished.runs), seeds):
        rows = [values.get(run["key"]) for run in finished.runs[first : first + seeds]]
        if any(row is None for row in rows):
            yield None
            continue
        yield [float(np.mean([row[name] for row in rows if row is not None])) for name in KEPT]
