"""What winning and keeping customers costs, and what a customer is worth."""

from __future__ import annotations

import numpy as np

from simbiz.catalogue import STAGES
from simbiz.metrics.economics import contact_cost, invested, running_cost
from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.customers import KOPECKS


def _contacts_of(observation: Observation, *stages: str) -> Values:
    """Cost of contacts in some stages, thousand roubles: contacts of all stages are taken to cost the same."""
    counts = observation.total("stages")
    part = ratio(counts[:, :, [STAGES.index(stage) for stage in stages]].sum(axis=2), counts.sum(axis=2))
    return part * contact_cost(observation)


@metric
def new_customers(observation: Observation) -> Values:
    """Purchases in the whole market by customers who never bought from the firm before."""
    return observation.total("acquired")


@metric
def acquisition_cost(observation: Observation) -> Values:
    """Running cost of all tools, investment and contacts up to the order, per new customer.

    The contacts are those of everybody, for nobody can tell a new customer before the purchase.
    """
    spent = running_cost(observation) + invested(observation) + _contacts_of(observation, "information", "order")
    return ratio(spent, new_customers(observation))


@metric
def retention_cost(observation: Observation) -> Values:
    """Contacts after purchases, per repeated purchase."""
    return ratio(_contacts_of(observation, "service"), observation.total("repeats"))


@metric
def purchase_frequency(observation: Observation) -> Values:
    """Mean length of a run of purchases from the firm: purchases / (purchases - repeats).

    A purchase that is no repeat begins a run; where all are repeats they count as one run of one agent. How often a
    customer needs something at all is given, so this is the part of the frequency that the firm can change.
    """
    bought, repeats = observation.total("purchases"), observation.total("repeats")
    return np.asarray(bought / np.maximum(observation.expansion.min(), bought - repeats))


@metric
def customer_lifetime_value(observation: Observation) -> Values:
    """Discounted margin of a customer's further purchases, thousand roubles.

    m r / (1 + d - r) in each segment (Gupta & Lehmann 2003), where a period is the time from need to need: m is the
    gross margin of a mean purchase, r the share of repeats in purchases, d the discount rate over the period. A
    customer who buys elsewhere once counts as lost. Segments are weighed by the runs of purchases that began in them.
    """
    layout = observation.layout
    needs = np.array([segment.needs_per_year for segment in layout.scenario.segments.values()])
    discount = (1.0 + layout.common["discount_rate"]) ** (1.0 / needs) - 1.0
    bought, repeats = observation.of_agents("purchases"), observation.of_agents("repeats")
    margin = layout.common["gross_margin"] * ratio(observation.of_agents("revenue"), bought) / KOPECKS
    kept = ratio(repeats, bought)
    value = margin * kept / (1.0 + discount - kept)
    runs = np.maximum(bought > 0.0, bought - repeats) * observation.expansion
    return ratio((value * runs).sum(axis=2), runs.sum(axis=2))
