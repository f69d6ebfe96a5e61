"""Experience: judgements, SERVQUAL gaps, what satisfaction adds to utility."""

from __future__ import annotations

import numpy as np

from simbiz.metrics.observation import Observation, Values, metric, ratio

MILLION = 1e6


def _buyers(observation: Observation) -> Values:
    return np.asarray(observation.total("purchases").sum(axis=2))


@metric
def judgement(observation: Observation) -> Values:
    """Mean judgement of a purchase experience."""
    return ratio(observation.total("judgement"), _buyers(observation)) / MILLION


@metric
def servqual_gap(observation: Observation) -> Values:
    """Mean perception less expectation over the five dimensions."""
    gap = (observation.total("perception") - observation.total("expectation")).mean(axis=2)
    return ratio(gap, _buyers(observation)) / MILLION


@metric
def appeal(observation: Observation) -> Values:
    """Mean satisfaction term of customers who know the firm."""
    return ratio(observation.total("appeal"), observation.total("aware")) / MILLION
