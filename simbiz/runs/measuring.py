"""What is made of a group of runs by whoever executes it: exceptions become data, and what is kept comes back."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Record, Text
from simbiz.runs.run import Outcome, Run, execute

Work = Callable[[Sequence[Run]], list[Outcome]]


class Keep(Record):
    """What is kept of every run.

    Few metrics of the focal firm alone are what a study of 100,000 runs can be read back from in seconds.
    """

    metrics: tuple[Text, ...] = ()
    firms: Literal["all", "focal"] = "all"
    tasks: bool = True


@dataclass(frozen=True)
class Measured:
    """Work on a group that always gives an outcome for each of its runs.

    Parameters
    ----------
    work : callable
        Executes a group; where it raises, the runs are executed one by one, so that only those fail that raise.
    keep : Keep
        What is kept of the outcomes.
    """

    work: Work = execute
    keep: Keep = field(default_factory=Keep)

    def __call__(self, group: Sequence[Run]) -> list[Outcome]:
        """Outcomes of a group, in its order."""
        try:
            outcomes = self.work(group)
        except Exception:
            error = traceback.format_exc()
        else:
            return [self._kept(outcome, run) for outcome, run in zip(outcomes, group, strict=True)]
        if len(group) > 1:
            return [outcome for run in group for outcome in self([run])]
        return [Outcome(run.key, run.seed, "failed", error=error, stage="measure") for run in group]

    def _kept(self, outcome: Outcome, run: Run) -> Outcome:
        if outcome.status != "ok":
            return outcome
        metrics = outcome.metrics
        if self.keep.metrics:
            metrics = {name: metrics[name] for name in self.keep.metrics}
        firms = outcome.firms
        if self.keep.firms == "focal" and run.scenario.focal in firms:
            own = firms.index(run.scenario.focal)
            metrics = {name: [[row[own]] for row in rows] for name, rows in metrics.items()}
            firms = [run.scenario.focal]
        programme = outcome.programme
        if not self.keep.tasks:
            programme = {name: value for name, value in programme.items() if name not in ("tasks", "answers")}
        return replace(outcome, metrics=metrics, firms=firms, programme=programme)


def measure_name(work: Work | None) -> str:
    """What says whether two ledgers measured their runs in the same way.

    The metrics of the model belong to the key of a run; any other work is known by its name, its settings and the
    sources of its module and of those whose functions that uses.
    """
    if work is None:
        return "metrics"
    settings: Any = None
    named: Any = work
    if isinstance(work, partial):
        settings, named = [work.args, work.keywords], work.func
    elif not hasattr(work, "__qualname__"):
        settings, named = vars(work), type(work)
    module = sys.modules[named.__module__]
    own = {getattr(value, "__module__", None) for value in vars(module).values()} | {module.__name__}
    digest = blake2b(json.dumps(settings, default=_described, sort_keys=True).encode(), digest_size=8)
    for name in sorted(name for name in own if name and name.startswith("simbiz.")):
        digest.update(Path(str(sys.modules[name].__file__)).read_bytes())
    return f"{named.__module__}.{named.__qualname__} {digest.hexdigest()}"


def _described(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return getattr(value, "__qualname__", None) or [type(value).__qualname__, getattr(value, "__dict__", str(value))]


@dataclass(frozen=True)
class Ways:
    """How runs are measured and what is kept of them: the same for all plans of a study.

    Parameters
    ----------
    work : callable, optional
        What else is made of a group of runs than their metrics.
    columns : sequence of str, optional
        What `work` measures in the place of the metrics.
    keep : Keep
        What is kept of every run.
    series : bool
        Whether weekly series, flows between channels and a sample of customers are kept, which needs a folder.
    engine : {"arrays", "agents"}
        Engine of the model; results do not depend on it.
    """

    work: Work | None = None
    columns: Sequence[str] | None = None
    keep: Keep = field(default_factory=Keep)
    series: bool = False
    engine: str = "arrays"

    @property
    def metrics(self) -> list[str]:
        """Columns of the ledger."""
        return list(self.keep.metrics or self.columns or load_catalogue().metrics)

    @property
    def facts(self) -> dict[str, str]:
        """What must be the same in ledgers that share runs."""
        return {
            "measure": measure_name(self.work),
            "firms": self.keep.firms,
            "tasks": "kept" if self.keep.tasks else "left out",
        }
