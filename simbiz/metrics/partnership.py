"""Experience of organisations: eight factors and the four building blocks that they carry (Huovila 2018, chapter 2.3).

Each factor is a part from 0 to 1 of what organisations met at the firm in the year, by counts alone; without dealings
it is 0. The thesis names the factors and describes them in words: how each is measured here is our reading.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.columns import MILLION, MINUTES

ORGANISATION = "organisation"

# Which factors carry which block. Ours, from the words of the chapter: understanding and knowledge "build trust and
# integrity"; ease is "based on effective communication" and "reliance on each other"; personalisation "deepens the
# relationship on multiple levels"; the environment aims at "transparent communication"; value for time "improves
# reliability", which is trust; cohesion needs "trust, interdependence and integrity"; kept promises build "trust and
# integrity".
BLOCKS = {
    "trust": ("understanding", "knowledge", "value_for_time", "cohesion", "promises"),
    "integrity": ("understanding", "knowledge", "cohesion", "promises"),
    "interdependence": ("ease", "personalisation", "cohesion"),
    "communication": ("ease", "interaction"),
}
FACTORS: dict[str, Callable[[Observation], Values]] = {}


def _factor(function: Callable[[Observation], Values]) -> Callable[[Observation], Values]:
    FACTORS[function.__name__.removeprefix("b2b_")] = function
    return metric(function)


def _of_organisations(observation: Observation, count: str) -> Values:
    """Sum of a count over each year and all segments of organisations; float64 array (year, firm)."""
    kinds = np.array([segment.kind == ORGANISATION for segment in observation.layout.scenario.segments.values()])
    return np.asarray(observation.of_agents(count)[..., kinds] @ observation.expansion[kinds])


def _without(bad: Values, whole: Values) -> Values:
    """Part of the whole that is not bad, at least 0; 0 without a whole."""
    return np.maximum(0.0, ratio(whole - bad, whole))


@_factor
def b2b_understanding(observation: Observation) -> Values:
    """Understanding of customer needs: share of channel switches at which the context is kept; 1 without any."""
    lost, switches = (_of_organisations(observation, count) for count in ("contexts_lost", "switches"))
    return np.where(_of_organisations(observation, "touchpoints") > 0.0, 1.0 - ratio(lost, switches), 0.0)


@_factor
def b2b_ease(observation: Observation) -> Values:
    """Ease of doing business: share of touchpoints after which dealings go on, neither lost nor given up."""
    stopped = _of_organisations(observation, "leads_lost") + _of_organisations(observation, "given_up")
    return _without(stopped, _of_organisations(observation, "touchpoints"))


@_factor
def b2b_knowledge(observation: Observation) -> Values:
    """Customer knowledge: share of purchases at which the firm recognised the customer."""
    return ratio(_of_organisations(observation, "recognised"), _of_organisations(observation, "purchases"))


@_factor
def b2b_personalisation(observation: Observation) -> Values:
    """Customisation: of purchases and lost leads, the share that was recognised or brought back by nurturing."""
    personal = _of_organisations(observation, "recognised") + _of_organisations(observation, "leads_returned")
    occasions = _of_organisations(observation, "purchases") + _of_organisations(observation, "leads_lost")
    return np.minimum(1.0, ratio(personal, occasions))


@_factor
def b2b_interaction(observation: Observation) -> Values:
    """Interactive experience environment: share of touchpoints that were answered at once."""
    return ratio(_of_organisations(observation, "two_way"), _of_organisations(observation, "touchpoints"))


@_factor
def b2b_value_for_time(observation: Observation) -> Values:
    """Value for time: 1 / (1 + hours waited per touchpoint), one half where that is an hour."""
    hours = _of_organisations(observation, "wait") / MINUTES
    touchpoints = _of_organisations(observation, "touchpoints")
    return ratio(touchpoints, touchpoints + hours)


@_factor
def b2b_cohesion(observation: Observation) -> Values:
    """Emotional cohesion: mean of the share of repeats in purchases and of the logistic of the mean judgement."""
    bought = _of_organisations(observation, "purchases")
    liked = 1.0 / (1.0 + np.exp(-ratio(_of_organisations(observation, "judgement"), bought) / MILLION))
    repeated = ratio(_of_organisations(observation, "repeats"), bought)
    return np.where(bought > 0.0, (repeated + liked) / 2.0, 0.0)


@_factor
def b2b_promises(observation: Observation) -> Values:
    """Promise fulfilment: share of purchases that went well, or whose failure was answered after a complaint."""
    open_failures = _of_organisations(observation, "failures") - _of_organisations(observation, "complaints_answered")
    return _without(np.maximum(0.0, open_failures), _of_organisations(observation, "purchases"))


def _block(observation: Observation, block: str) -> Values:
    return np.asarray(np.mean([FACTORS[name](observation) for name in BLOCKS[block]], axis=0))


@metric
def b2b_trust(observation: Observation) -> Values:
    """Trust: mean of the factors that carry it."""
    return _block(observation, "trust")


@metric
def b2b_integrity(observation: Observation) -> Values:
    """Integrity: mean of the factors that carry it."""
    return _block(observation, "integrity")


@metric
def b2b_interdependence(observation: Observation) -> Values:
    """Interdependence: mean of the factors that carry it."""
    return _block(observation, "interdependence")


@metric
def b2b_communication(observation: Observation) -> Values:
    """Communication: mean of the factors that carry it."""
    return _block(observation, "communication")
