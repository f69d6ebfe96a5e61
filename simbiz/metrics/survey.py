"""What surveys and complaints tell the firm: SERVQUAL gaps, net promoter score, failures and their recovery."""

from __future__ import annotations

import numpy as np

from simbiz.catalogue import DIMENSIONS
from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.columns import CUSTOMERS, MILLION, MINUTES, POTENTIAL


def _net_promoters(observation: Observation, asked: int) -> Values:
    """100 * (promoters - detractors) / asked, points (Reichheld 2003)."""
    counts = {name: observation.total(name)[:, :, asked] for name in ("promoters", "detractors", "surveyed")}
    return 100.0 * ratio(counts["promoters"] - counts["detractors"], counts["surveyed"])


@metric
def nps_customers(observation: Observation) -> Values:
    """Net promoter score among customers of the firm."""
    return _net_promoters(observation, CUSTOMERS)


@metric
def nps_potential(observation: Observation) -> Values:
    """Net promoter score among everybody who knows the firm."""
    return _net_promoters(observation, POTENTIAL)


def _gaps(observation: Observation) -> Values:
    """Perception less expectation by dimension, points of the seven-point scale; (year, firm, dimension)."""
    gap = observation.total("survey_perception") - observation.total("survey_expectation")
    return ratio(gap, observation.total("answers")[:, :, None])


def _gap(observation: Observation, dimension: str) -> Values:
    return np.asarray(_gaps(observation)[:, :, DIMENSIONS.index(dimension)])


@metric
def gap_tangibility(observation: Observation) -> Values:
    """Mean gap of tangibility in the answers to the survey."""
    return _gap(observation, "tangibility")


@metric
def gap_reliability(observation: Observation) -> Values:
    """Mean gap of reliability in the answers to the survey."""
    return _gap(observation, "reliability")


@metric
def gap_responsiveness(observation: Observation) -> Values:
    """Mean gap of responsiveness in the answers to the survey."""
    return _gap(observation, "responsiveness")


@metric
def gap_assurance(observation: Observation) -> Values:
    """Mean gap of assurance in the answers to the survey."""
    return _gap(observation, "assurance")


@metric
def gap_empathy(observation: Observation) -> Values:
    """Mean gap of empathy in the answers to the survey."""
    return _gap(observation, "empathy")


@metric
def survey_gap(observation: Observation) -> Values:
    """Mean gap over the five dimensions in the answers to the survey."""
    return np.asarray(_gaps(observation).mean(axis=2))


@metric
def failures(observation: Observation) -> Values:
    """Share of purchases that went wrong."""
    return ratio(observation.total("failures"), observation.total("purchases"))


@metric
def complaints(observation: Observation) -> Values:
    """Complaints per failure."""
    return ratio(observation.total("complaints"), observation.total("failures"))


@metric
def complaints_answered(observation: Observation) -> Values:
    """Share of complaints that were answered."""
    return ratio(observation.total("complaints_answered"), observation.total("complaints"))


@metric
def complaint_wait(observation: Observation) -> Values:
    """Mean hours until an answered complaint was answered."""
    return ratio(observation.total("complaint_wait"), observation.total("complaints_answered")) / MINUTES


@metric
def recovered_satisfaction(observation: Observation) -> Values:
    """Satisfaction that the answer restored, mean over all complaints."""
    return ratio(observation.total("recovered"), observation.total("complaints")) / MILLION
