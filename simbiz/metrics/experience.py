"""Experience: judgements, SERVQUAL gaps, what satisfaction adds to utility."""

from __future__ import annotations

from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.columns import MILLION


@metric
def judgement(observation: Observation) -> Values:
    """Mean judgement of a purchase experience."""
    return ratio(observation.total("judgement"), observation.total("purchases")) / MILLION


@metric
def servqual_gap(observation: Observation) -> Values:
    """Mean perception less expectation over the five dimensions."""
    gap = (observation.total("perception") - observation.total("expectation")).mean(axis=2)
    return ratio(gap, observation.total("purchases")) / MILLION


@metric
def appeal(observation: Observation) -> Values:
    """Mean satisfaction term of customers who know the firm."""
    return ratio(observation.total("appeal"), observation.total("aware")) / MILLION
