"""Response times: quantiles from the classes into which waits are counted."""

from __future__ import annotations

import numpy as np

from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.columns import SHORTEST_CLASS


def wait_quantile(counts: Values, part: float) -> Values:
    """Hours within which a part of the requests was answered.

    The first class holds waits up to `SHORTEST_CLASS` hours, each other one waits up to twice as long. Inside a class
    waits are taken to spread evenly over the logarithm of the hours, where also the first class begins at half of its
    end, and the last, which has no end, ends at twice its beginning.

    Parameters
    ----------
    counts : float64 array (..., class)
        Answered requests.
    part : float
        From 0 to 1.

    Returns
    -------
    float64 array (...)
        Hours; 0 where nothing was answered.
    """
    reached = np.cumsum(counts, axis=-1)
    wanted = part * reached[..., -1:]
    number = np.argmax((reached >= wanted) & (reached > 0.0), axis=-1)[..., None]
    inside = np.take_along_axis(counts, number, axis=-1)
    below = np.take_along_axis(reached, number, axis=-1) - inside
    doublings = number - 1.0 + ratio(wanted - below, inside)
    hours = np.where(reached[..., -1:] > 0.0, SHORTEST_CLASS * 2.0**doublings, 0.0)
    return np.asarray(hours[..., 0])


@metric
def response_median(observation: Observation) -> Values:
    """Hours within which half of the answered requests were answered."""
    return wait_quantile(observation.total("waits"), 0.5)


@metric
def response_90(observation: Observation) -> Values:
    """Hours within which nine of ten answered requests were answered."""
    return wait_quantile(observation.total("waits"), 0.9)
