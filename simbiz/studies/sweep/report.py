"""What a sweep says: outcomes of every point, the best point, and what each level of a factor does on average."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simbiz.runs.executor import Finished
from simbiz.runs.observed import Observed, mean_and_half, plain, plain_interval
from simbiz.statistics.simultaneous import best_and_alike
from simbiz.studies.sweep.main_effects import main_effects
from simbiz.studies.sweep.stopping import wider_than_asked

if TYPE_CHECKING:
    from simbiz.studies.sweep.study import SweepStudy


def sweep_report(study: SweepStudy, seen: Observed, rounds: Sequence[Finished]) -> dict[str, Any]:
    """The object that ``simbiz experiment run`` prints for a sweep with --json.

    Parameters
    ----------
    study : SweepStudy
        The sweep.
    seen : Observed
        Its outcomes.
    rounds : sequence of Finished
        Its runs.

    Returns
    -------
    dict
        `points`: levels, seeds and how many of them missed the base year or failed, which are left out; `rows`: mean
        and 95 % interval by point, outcome and year, and the same of the difference to the worlds without the
        programme; `best`; `effects` of levels.
    """
    settings = study.settings
    return {
        "schema_version": 1,
        "kind": study.kind,
        "question": settings.question,
        "scenario": study.scenario.name,
        "customers": study.scenario.customers,
        "fit_tolerance": study.scenario.fit.tolerance,
        "design": settings.design,
        "paired": settings.paired,
        "outcomes": study.outcomes,
        "years": study.years,
        "seeds": {"first": settings.first_seed, "least": settings.replicates, "most": len(seen.seeds)},
        "runs": len({run["key"] for finished in rounds for run in finished.runs}),
        "failed_runs": len({run["key"] for finished in rounds for run in finished.failed}),
        "factors": [factor.described() for factor in study.points.factors],
        "points": list(_points(study, seen)),
        "rows": list(_rows(study, seen)),
        "stop": _stop(study, seen),
        "best": _best(study, seen),
        "effects": main_effects(study.points, seen, study.settings.paired),
    }


def _points(study: SweepStudy, seen: Observed) -> Iterator[dict[str, Any]]:
    for number in range(len(study.points)):
        yield {
            "point": number,
            "levels": study.points.labels(number),
            "seeds": int(seen.good[number].sum()),
            "missed_base_year": int(seen.missed[number].sum()),
            "failed": int(seen.failed[number].sum()),
        }


def _rows(study: SweepStudy, seen: Observed) -> Iterator[dict[str, Any]]:
    kinds = (("", False), ("difference", True)) if study.settings.paired else (("", False),)
    for outcome in seen.outcomes:
        for year in seen.years:
            found = {name: mean_and_half(seen.of(outcome, year, paired)) for name, paired in kinds}
            for number in range(len(study.points)):
                mean, half, counts = (one[number] for one in found[""])
                row = {"point": number, "outcome": outcome, "year": year, "mean": plain(mean)}
                row |= {"interval": plain_interval(mean, half), "seeds": int(counts)}
                if study.settings.paired:
                    mean, half, _ = (one[number] for one in found["difference"])
                    row |= {"difference": plain(mean), "difference_interval": plain_interval(mean, half)}
                yield row


def _stop(study: SweepStudy, seen: Observed) -> dict[str, Any] | None:
    """What was asked, and the points at which it was not reached."""
    stop = study.settings.stop
    if stop is None:
        return None
    wide = wider_than_asked(seen.of(stop.outcome, study.stop_year, stop.of == "difference"), stop)
    asked = stop.model_dump(mode="json") | {"year": study.stop_year}
    return asked | {"not_reached": np.flatnonzero(wide).tolist()}


def _best(study: SweepStudy, seen: Observed) -> dict[str, Any]:
    """The best point, those that cannot be told apart from it, and how far behind the others lie."""
    goal = study.settings.best
    outcome, year = goal.outcome or study.outcomes[0], study.years[-1] if goal.year is None else goal.year
    asked = {"outcome": outcome, "year": year, "of": goal.of, "direction": goal.direction}
    values = seen.of(outcome, year, goal.of == "difference")
    if not np.isfinite(values).any():
        return {**asked, "point": None, "alike": [], "behind": []}
    found = best_and_alike(values, goal.direction == "lowest")
    behind = [
        {"point": number, "behind": plain(by), "luck_allows": plain(found.allowed[number])}
        for number, by in found.behind.items()
    ]
    return {**asked, "point": found.best, "alike": found.alike, "behind": behind}
