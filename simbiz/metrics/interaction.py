"""Touchpoints: channels, kinds, context, answers."""

from __future__ import annotations

import numpy as np

from simbiz.catalogue import STAGES
from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.columns import MILLION, MINUTES


@metric
def contacts(observation: Observation) -> Values:
    """Touchpoints in the whole market."""
    return np.asarray(observation.total("contacts").sum(axis=2))


@metric
def digital_contacts(observation: Observation) -> Values:
    """Share of touchpoints on digital channels."""
    digital = np.array([channel.kind == "digital" for channel in observation.layout.catalogue.channels.values()])
    return ratio(observation.total("contacts")[:, :, digital].sum(axis=2), contacts(observation))


def _stage_share(observation: Observation, stage: str) -> Values:
    return ratio(observation.total("stages")[:, :, STAGES.index(stage)], contacts(observation))


@metric
def consultative_contacts(observation: Observation) -> Values:
    """Share of touchpoints that inform."""
    return _stage_share(observation, "information")


@metric
def transactional_contacts(observation: Observation) -> Values:
    """Share of touchpoints that order."""
    return _stage_share(observation, "order")


@metric
def channel_switches(observation: Observation) -> Values:
    """Share of touchpoints on another channel than the one before."""
    return ratio(observation.total("switches"), contacts(observation))


@metric
def contexts_lost(observation: Observation) -> Values:
    """Share of switches at which the context was lost."""
    return ratio(observation.total("contexts_lost"), observation.total("switches"))


@metric
def leads_lost(observation: Observation) -> Values:
    """Share of requests that nobody answered."""
    return ratio(observation.total("leads_lost"), observation.total("requests"))


@metric
def lead_survival(observation: Observation) -> Values:
    """Share of shortlisted firms that are still on the list at the decision (decisions lag by the deliberation)."""
    return np.minimum(1.0, ratio(observation.total("decisions"), observation.total("shortlisted")))


@metric
def given_up(observation: Observation) -> Values:
    """Share of touchpoints after which the customer gave up on the firm."""
    return ratio(observation.total("given_up"), contacts(observation))


@metric
def wait(observation: Observation) -> Values:
    """Mean hours until an answered request was answered."""
    answered = observation.total("requests") - observation.total("leads_lost")
    return ratio(observation.total("wait"), answered) / MINUTES


@metric
def access(observation: Observation) -> Values:
    """Mean worth of the firm's channels to customers who know it."""
    return ratio(observation.total("access"), observation.total("aware")) / MILLION


@metric
def journey_effort(observation: Observation) -> Values:
    """Mean utility lost in contacts until the decision."""
    return ratio(observation.total("effort"), observation.total("decisions")) / MILLION


@metric
def two_way_contacts(observation: Observation) -> Values:
    """Share of touchpoints that were answered at once, by somebody or by something."""
    return ratio(observation.total("two_way"), observation.total("touchpoints"))


@metric
def hand_overs(observation: Observation) -> Values:
    """Touchpoints on a channel of sales after one of marketing in the same journey."""
    run_by = [channel.run_by for channel in observation.layout.catalogue.channels.values()]
    marketing, sales = (np.array([who == one for who in run_by]) for one in ("marketing", "sales"))
    return np.asarray(observation.total("flows")[:, :, marketing][:, :, :, sales].sum(axis=(2, 3)))


@metric
def service_requests(observation: Observation) -> Values:
    """Share of requests that came after a purchase."""
    return ratio(observation.total("service_requests"), observation.total("requests"))


@metric
def leads_returned(observation: Observation) -> Values:
    """Share of lost leads that nurturing brought back onto the list (the decision may lie in the next year)."""
    return np.minimum(1.0, ratio(observation.total("leads_returned"), observation.total("leads_lost")))
