"""The plan of a study: runs with labels in a fixed order, made when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, overload

from simbiz.runs.run import Run, model_digest
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
    def fingerprint(self) -> str:
        """32 hexadecimal digits of all runs that are planned, in their order."""
        if isinstance(self.runs, PointRuns):
            return self.runs.fingerprint
        digest = blake2b(digest_size=16)
        for run, _ in self.runs:
            digest.update(run.key.encode())
        return digest.hexdigest()

    @property
    def id(self) -> str:
        """12 hexadecimal digits of what is planned: the same plan finds its folder again."""
        return self.fingerprint[:12]

    def label(self, place: int) -> Label:
        """Label of the run at a place; the run is not made for it."""
        return self.runs.label_at(place) if isinstance(self.runs, PointRuns) else self.runs[place][1]

    def parts(self) -> Callable[[int], int]:
        """Function that gives for a place the number of the part that it belongs to.

        Runs of one part share their past where that is known without work; a shard does whole parts.
        """
        if isinstance(self.runs, PointRuns):
            worlds = len(self.runs.programmes)
            return lambda place: place // worlds
        numbers: dict[str, int] = {}
        own = [numbers.setdefault(run.past_key, len(numbers)) for run, _ in self.runs]
        return lambda place: own[place]

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
    first : callable, optional
        (number of the point) -> what is added to the seeds there; by default 0, so that all points share their luck.
        Shares of many points average over luck, too, where each has its own.

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
        first: Callable[[int], int] = lambda number: 0,
    ) -> None:
        self.scenario, self.points, self.seeds = scenario, points, seeds
        self.programmes, self.label, self.first = programmes, label, first
        self._last: tuple[int, Scenario] | None = None

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits of scenario, points, seeds, worlds and sources of the model."""
        seeds = [list(self.seeds), [self.first(number) for number in range(len(self.points))]]
        text = json.dumps([list(map(dict, self.points)), seeds, list(self.programmes)])
        points = blake2b(text.encode(), digest_size=16).hexdigest()
        return scenario_digest({"scenario": resolved(self.scenario), "points": points, "model": model_digest()})

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
        number, seed, programme = self._where(position % len(self))
        scenario = self._world(number)
        run = Run(scenario if programme else without_programme(scenario), self.seeds[seed] + self.first(number))
        return run, self.label_at(position)

    @property
    def all_seeds(self) -> list[int]:
        """Seeds of all points together, in rising order."""
        firsts = {self.first(number) for number in range(len(self.points))}
        return sorted({seed + first for seed in self.seeds for first in firsts})

    def label_at(self, position: int) -> Label:
        """Label of the run at a position, which is not made for it."""
        number, _, programme = self._where(position % len(self))
        return {"point": number, **self.label(number), "programme": programme}

    def _where(self, position: int) -> tuple[int, int, bool]:
        """Numbers of point and seed of a position, and whether its world has the programme."""
        rest, world = divmod(position, len(self.programmes))
        number, seed = divmod(rest, len(self.seeds))
        return number, seed, self.programmes[world]

    def __iter__(self) -> Iterator[LabelledRun]:
        return (self[number] for number in range(len(self)))

    def _world(self, number: int) -> Scenario:
        """Scenario of a point; the last one is kept, because the runs of a point come one after the other."""
        if self._last is None or self._last[0] != number:
            self._last = number, with_changes(self.scenario, self.points[number])
        return self._last[1]
