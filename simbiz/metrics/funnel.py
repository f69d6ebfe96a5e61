"""The firm's funnel: visitor, suspect, prospect, lead, opportunity, customer (terms of Huovila 2018).

A journey with a firm counts once in each stage that it reaches, in the week in which it reaches it. A conversion is the
quotient of two neighbouring counts of a year; journeys that began in the year before make it exceed 1 at most by a
little, which is cut.
"""

from __future__ import annotations

import numpy as np

from simbiz.catalogue import LEAD_STAGES
from simbiz.metrics.observation import Observation, Values, metric, ratio


def _reached(observation: Observation, stage: str) -> Values:
    return np.asarray(observation.total("leads")[:, :, LEAD_STAGES.index(stage)])


def _conversion(observation: Observation, stage: str) -> Values:
    """Part of the journeys of the stage before that reach the stage."""
    before = LEAD_STAGES[LEAD_STAGES.index(stage) - 1]
    return np.minimum(1.0, ratio(_reached(observation, stage), _reached(observation, before)))


@metric
def visitors(observation: Observation) -> Values:
    """Journeys with a contact, whether the firm knows with whom or not."""
    return _reached(observation, "visitor")


@metric
def suspects(observation: Observation) -> Values:
    """Journeys of customers whom the firm has identified."""
    return _reached(observation, "suspect")


@metric
def prospects(observation: Observation) -> Values:
    """Journeys of identified customers who have shown interest."""
    return _reached(observation, "prospect")


@metric
def leads(observation: Observation) -> Values:
    """Journeys of customers whose interest the firm has met."""
    return _reached(observation, "lead")


@metric
def opportunities(observation: Observation) -> Values:
    """Journeys of customers who chose the firm and turned to it with the order."""
    return _reached(observation, "opportunity")


@metric
def customers_won(observation: Observation) -> Values:
    """Journeys that ended in a purchase from the firm."""
    return _reached(observation, "customer")


@metric
def visitor_to_suspect(observation: Observation) -> Values:
    """Suspects per visitor."""
    return _conversion(observation, "suspect")


@metric
def suspect_to_prospect(observation: Observation) -> Values:
    """Prospects per suspect."""
    return _conversion(observation, "prospect")


@metric
def prospect_to_lead(observation: Observation) -> Values:
    """Leads per prospect."""
    return _conversion(observation, "lead")


@metric
def lead_to_opportunity(observation: Observation) -> Values:
    """Opportunities per lead."""
    return _conversion(observation, "opportunity")


@metric
def opportunity_to_customer(observation: Observation) -> Values:
    """Customers won per opportunity."""
    return _conversion(observation, "customer")
