"""The plan of a study: runs with labels in a fixed order, made when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, overload

from simbiz.compilation import source_digest
from simbiz.experiment.run import Run
from simbiz.scenario import Scenario, resolved, scenario_digest, with_changes, without_programme

Label = Mapping[str, Any]
LabelledRun = tuple[Run, Label]


@dataclass(frozen=True)
class Plan:
    """Runs with labels, in a fixed order.

    Parameters
    ----------
    name : str
        What the study is called; the result folder begins with it.
    runs : sequence of (Run, label)
        A label says in plain data which point of the study the run is.
    """

    name: str
    runs: Sequence[LabelledRun]

    @property
    def id(self) -> str:
        """12 hexadecimal digits of what is planned: the same plan finds its folder again."""
        if isinstance(self.runs, PointRuns):
            return self.runs.fingerprint[:12]
        digest = blake2b(digest_size=6)
        for run, _ in self.runs:
            digest.update(run.key.encode())
        return digest.hexdigest()

    def default_folder(self) -> Path:
        """results/<name>/<id> in the working folder."""
        return Path("results") / self.name / self.id


class PointRuns(Sequence[LabelledRun]):
    """Runs of many points of one scenario with the seeds of each: point by point, seed by seed, world by world.

    A hundred thousand points cost nothing until somebody asks for their runs; `fingerprint` tells two plans apart
    without a key of any run.

    Parameters
    ----------
    scenario : Scenario
        What the points change.
    points : sequence of mapping
        Values by dotted path.
    seeds : sequence of int
        Replicate seeds, the same at every point.
    programmes : sequence of bool
        The worlds of a point and seed: (True, False) for pairs with and without the programme.
    label : callable, optional
        (number of the point) -> more of its label; by default nothing.

    Notes
    -----
    A label holds `point`, the number of the point, and `programme`.
    """

    def __init__(
        self,
        scenario: Scenario,
        points: Sequence[Mapping[str, Any]],
        seeds: Sequence[int],
        programmes: Sequence[bool] = (True,),
        label: Callable[[int], Label] = lambda number: {},
    ) -> None:
        self.scenario, self.points, self.seeds = scenario, points, seeds
        self.programmes, self.label = programmes, label
        self._last: tuple[int, Scenario] | None = None

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits of scenario, points, seeds, worlds and sources of the model."""
        text = json.dumps([list(map(dict, self.points)), list(self.seeds), list(self.programmes)])
        points = blake2b(text.encode(), digest_size=16).hexdigest()
        return scenario_digest({"scenario": resolved(self.scenario), "points": points, "model": source_digest()})

    def __len__(self) -> int:
        return len(self.points) * len(self.seeds) * len(self.programmes)

    @overload
    def __getitem__(self, position: int) -> LabelledRun: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[LabelledRun]: ...
    def __getitem__(self, position: int | slice) -> LabelledRun | Sequence[LabelledRun]:
        if isinstance(position, slice):
            return [self[number] for number in range(*position.indices(len(self)))]
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        rest, world = divmod(position % len(self), len(self.programmes))
        number, seed = divmod(rest, len(self.seeds))
        programme = self.programmes[world]
        label = {"point": number, **self.label(number), "programme": programme}
        scenario = self._world(number)
        return Run(scenario if programme else without_programme(scenario), self.seeds[seed]), label

    def __iter__(self) -> Iterator[LabelledRun]:
        return (self[number] for number in range(len(self)))

    def _world(self, number: int) -> Scenario:
        """Scenario of a point; the last one is kept, because the runs of a point come one after the other."""
        if self._last is None or self._last[0] != number:
            self._last = number, with_changes(self.scenario, self.points[number])
        return self._last[1]
