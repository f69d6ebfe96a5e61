"""Outcomes whose sensitivity is asked for, as a study says them, and their values in finished runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError, did_you_mean
from simbiz.runs.finished import Finished
from simbiz.runs.observed import observed
from simbiz.runs.whole_years import whole_years
from simbiz.scenario import Scenario, parameter_values
from simbiz.studies.claims.margins import Margin, margins
from simbiz.studies.claims.statistics import BEFORE_AFTER, PAIRED, Worlds
from simbiz.studies.sensitivity.method import Matrix

CLAIMS = "claims"
VALUE = "value"
NOTATION = re.compile(rf"(\w+) year (\d+) ({PAIRED}|{BEFORE_AFTER}|{VALUE})")
BOTH_WORLDS = (True, False)


@dataclass(frozen=True)
class MetricOutcome:
    """A metric of the focal firm in a year: its value, or less that of the other world or of the base year.

    Parameters
    ----------
    metric : str
        Name in the catalogue.
    year : int
        From the start of the programme, the first being 1.
    compared : {"paired", "before-after", "value"}
        Less the same year without the programme, less year 0, or as it is.
    """

    metric: str
    year: int
    compared: str

    @property
    def name(self) -> str:
        """As a study says it."""
        return f"{self.metric} year {self.year} {self.compared}"

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics that it reads."""
        return (self.metric,)

    def of(self, worlds: Worlds, last_week: int) -> float | None:
        """Outcome in a pair of worlds."""
        value = worlds.value(self.metric, self.year)
        return value if self.compared == VALUE else value - worlds.reference(self.metric, self.year, self.compared)


StudiedOutcome = Margin | MetricOutcome


def outcomes_named(text: str, scenario: Scenario) -> list[StudiedOutcome]:
    """Outcomes that a text means.

    Parameters
    ----------
    text : str
        "claims" for the margins of all numeric claims, a claim ("share"), a reading of one ("share.value"), one margin
        by its full name, or a metric as in "market_share year 3 paired".
    scenario : Scenario
        How many years there are.

    Raises
    ------
    InputError
        If it means nothing.
    """
    known = margins()
    found = [
        margin for margin in known if text in (CLAIMS, margin.claim, f"{margin.claim}.{margin.reading}", margin.name)
    ]
    if found:
        return list(found)
    said = NOTATION.fullmatch(text)
    if said is None:
        claims = dict.fromkeys([CLAIMS, *(margin.claim for margin in known)])
        readings = dict.fromkeys(f"{margin.claim}.{margin.reading}" for margin in known)
        raise InputError(
            f"{text!r} is no outcome; allowed: {', '.join(claims)}, a reading of a numeric claim, or a metric as in "
            f"'market_share year 3 {PAIRED}' ({BEFORE_AFTER}, {VALUE}).{did_you_mean(text, [*claims, *readings])}"
        )
    metric, year = said[1], int(said[2])
    metrics, years = load_catalogue().metrics, whole_years(scenario)
    if metric not in metrics:
        raise InputError(f"{metric} is not a metric (see simbiz list metrics).{did_you_mean(metric, metrics)}")
    if not 1 <= year <= years:
        lives = f"the scenario lives {years} years from the start of the programme"
        raise InputError(f"{text}: {lives}; allowed: 1 to {years}")
    return [MetricOutcome(metric, year, said[3])]


def group_of(name: str) -> str:
    """What an outcome is one of: its claim, or itself."""
    return name.partition(".")[0] if " | " in name else name


def values_of(
    outcomes: Sequence[StudiedOutcome], scenario: Scenario, finished: Finished, points: int, seeds: Sequence[int]
) -> dict[str, Matrix]:
    """Outcomes at every point and seed.

    Parameters
    ----------
    outcomes : sequence
        What is asked for.
    scenario : Scenario
        The scenario around which points vary.
    finished : Finished
        Runs with and without the programme at every point, with every seed.
    points : int
        Number of points.
    seeds : sequence of int
        Seeds.

    Returns
    -------
    dict of str to float64 array (point, seed)
        By name; NaN where a world failed, missed the base year or ends before the horizon.
    """
    metrics = list(dict.fromkeys(name for outcome in outcomes for name in outcome.metrics))
    years = range(-1, whole_years(scenario) + 1)
    seen = observed([finished], points, BOTH_WORLDS, metrics, years, lambda number: scenario.focal)
    ended = {
        (run["label"]["point"], run["seed"]): run["programme"]["last_week"]
        for run in finished.runs
        if run["status"] == "ok" and run["label"]["programme"]
    }
    values = parameter_values(scenario)
    limits = values["follower_limit"], values["leader_limit"]
    found = {outcome.name: np.full((points, len(seeds)), np.nan) for outcome in outcomes}
    for point, number in np.argwhere(seen.good):
        both = [dict(zip(metrics, seen.values[point, world, number][:, :, None], strict=True)) for world in (0, 1)]
        worlds, seed = Worlds(both[0], both[1], 0, limits), seen.seeds[number]
        for outcome in outcomes:
            value = _value(outcome, worlds, ended[int(point), seed])
            found[outcome.name][point, list(seeds).index(seed)] = np.nan if value is None else value
    return found


def _value(outcome: StudiedOutcome, worlds: Worlds, last_week: int) -> float | None:
    """Value of an outcome; None where it is a ratio to nothing."""
    try:
        return outcome.of(worlds, last_week)
    except ZeroDivisionError:
        return None
