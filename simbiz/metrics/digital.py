"""The firm's digital state."""

from __future__ import annotations

from simbiz.metrics.observation import Observation, Values, metric


@metric
def digitalization_rate(observation: Observation) -> Values:
    """Share of staff who use at least one digital tool, at the end of the year."""
    return observation.at_end(observation.firm_series.digital_share)


@metric
def tools_mastered(observation: Observation) -> Values:
    """Share of the tools of customer interaction mastered at the end of the year."""
    return observation.at_end(observation.firm_series.mastered)


@metric
def labour_productivity_dip(observation: Observation) -> Values:
    """Part of the work lost to learning."""
    return 1.0 - observation.mean(observation.firm_series.working_capacity)
