"""Rows of the audit: every reading of every claim in one case, with its estimate and its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Reading
from simbiz.runs.run import YEAR
from simbiz.statistics.verdicts import NOT_REACHED, judged
from simbiz.studies.claims.cases import TESTS, Case, asked, passed, reached
from simbiz.studies.claims.horizons import HORIZONS
from simbiz.studies.claims.market import market_rows
from simbiz.studies.claims.statistics import (
    BEFORE_AFTER,
    COMPARATORS,
    NUMBERS,
    Worlds,
    at_least,
    category,
    estimated,
    measured,
)

NEAR_NOTHING = 0.1  # of the difference: a smaller reference makes a percentage beyond 1,000 %, which says nothing

Pairs = Sequence[tuple[Worlds, int]]
Row = dict[str, Any]


def case_rows(case: Case) -> Iterator[Row]:
    """Verdict on every reading of every claim in one case."""
    for name, claim in load_catalogue().claims.items():
        if claim.kind == "market":
            yield from market_rows(case, name, claim)
            continue
        judge = number_rows if claim.kind == "number" else _category_rows
        for reading_name, reading in claim.readings.items():
            about: Row = {"id": f"{name}.{reading_name}", "claim": claim.meaning, "reading": reading.meaning}
            about |= {"kind": claim.kind, "quantity": reading.quantity, "unit": reading.unit}
            for horizon in HORIZONS:
                where = {"horizon": horizon, "rivals": case.rivals, "decline": case.decline}
                for row in judge(case, reading, horizon):
                    yield about | where | row | {"built_in": reading.built_in, "depends_on": reading.depends_on}


def number_rows(case: Case, reading: Reading, horizon: str) -> Iterator[Row]:
    """Rows of a reading of a number, by comparator and test."""
    pairs, statistic = reached(case, horizon), NUMBERS[reading.statistic]
    weeks = _weeks(pairs)
    for comparator in COMPARATORS:
        parts = statistic.of(pairs, comparator)
        target, _ = asked(reading, comparator)
        found = _estimate(pairs, reading, comparator) if pairs else _nothing()
        for test in TESTS:
            holds = passed(reading, parts, comparator, test).tolist() if pairs else []
            told = {"test": test, "comparator": comparator, "horizon_weeks": weeks, "target": target}
            yield told | found | counted_worlds(case, holds, horizon)


def _estimate(pairs: Pairs, reading: Reading, comparator: str) -> Row:
    statistic, metric = NUMBERS[reading.statistic], measured(reading.statistic)
    estimate, interval = estimated(statistic.of(pairs, comparator), statistic.form)
    value = float(np.mean([worlds.value(metric, year) for worlds, year in pairs]))
    baseline = float(np.mean([worlds.reference(metric, year, comparator) for worlds, year in pairs]))
    percentage = None
    if reading.quantity == "money" and estimate is not None and baseline > NEAR_NOTHING * abs(estimate):
        percentage = estimate / baseline
    return {
        **{"value": value, "baseline": baseline, "estimate": estimate, "interval": interval, "percentage": percentage}
    }


def _nothing() -> Row:
    return dict.fromkeys(("value", "baseline", "estimate", "interval", "percentage"))


def counted_worlds(case: Case, holds: Sequence[bool], horizon: str) -> Row:
    """Fields that count the worlds of a case that live to a horizon, and the verdict.

    Parameters
    ----------
    case : Case
        All pairs that were planned.
    holds : sequence of bool
        Whether it holds in each pair that counts and lives to the horizon.
    horizon : str
        The horizon.
    """
    unreached = NOT_REACHED if case.pairs and not holds else None
    return judged(sum(holds), len(holds), case.asked_at(horizon), unreached)


def _weeks(pairs: Pairs) -> int | None:
    return int(np.median([year for _, year in pairs])) * YEAR if pairs else None


def _category_rows(case: Case, reading: Reading, horizon: str) -> Iterator[Row]:
    pairs = reached(case, horizon)
    statistic, target = reading.statistic, reading.target
    after = [category(statistic, worlds.programme, year, worlds) for worlds, year in pairs]
    for comparator in COMPARATORS:
        if comparator == BEFORE_AFTER:
            before = [category(statistic, worlds.programme, 0, worlds) for worlds, _ in pairs]
        else:
            before = [category(statistic, worlds.nothing, year, worlds) for worlds, year in pairs]
        for test in TESTS:
            holds = [_good(value, reading, test) for value in after]
            if comparator != BEFORE_AFTER:
                holds = [own and not _good(other, reading, test) for own, other in zip(holds, before, strict=True)]
            yield {
                **{"test": test, "comparator": comparator, "horizon_weeks": _weeks(pairs), "target": target},
                **_nothing(),
                "value": distribution(after) if after else None,
                "baseline": distribution(before) if before else None,
                "estimate": distribution(after) if after else None,
                **counted_worlds(case, holds, horizon),
            }


def _good(value: str, reading: Reading, test: str) -> bool:
    return at_least(reading.statistic, value, reading.target) if test == "reach" else value == reading.target


def distribution(values: Sequence[str]) -> dict[str, float]:
    """Share of worlds by category, most frequent first."""
    return {value: count / len(values) for value, count in Counter(values).most_common()}
