"""How purchases came about: over several channels, from one kind of channel to the other, with a customer known."""

from __future__ import annotations

from simbiz.metrics.observation import Observation, Values, metric, ratio


def _share(observation: Observation, count: str) -> Values:
    return ratio(observation.total(count), observation.total("purchases"))


@metric
def multichannel_share(observation: Observation) -> Values:
    """Share of purchases after contacts on more than one channel."""
    return _share(observation, "multichannel")


@metric
def digital_to_offline(observation: Observation) -> Values:
    """Share of purchases on a traditional channel after digital contacts."""
    return _share(observation, "digital_to_offline")


@metric
def offline_to_digital(observation: Observation) -> Values:
    """Share of purchases on a digital channel after traditional contacts."""
    return _share(observation, "offline_to_digital")


@metric
def recognised(observation: Observation) -> Values:
    """Share of purchases by customers whom the firm recognised."""
    return _share(observation, "recognised")
