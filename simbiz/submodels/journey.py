"""Journeys: the context survives a change of channel or is lost, effort adds up, customers give up.

Multichannel means many channels, omnichannel that the context survives. Integration acts here, and on what tools that
are live together ask of coordination (`capacity.py`).
"""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def context_kept(same_channel: Any, integration: Any, luck: Any) -> Any:
    """Whether the context survives a step: always on one channel, else with P = integration."""
    return same_channel or luck < integration


@register_jitable
def gives_up(effort: Any, patience: Any, luck: Any) -> Any:
    """Whether the effort of one contact makes the customer give up on the firm.

    P = 1 - exp(-effort / patience).
    The limit is exponentially distributed and has no memory, so efforts of several contacts may be judged one
    by one.
    """
    burden = max(0.0, effort) / patience
    # 1 - exp(-x) <= x, so that most patient customers need no exponential.
    return luck < burden and luck < 1.0 - math.exp(-burden)


@register_jitable
def whole_between(least: Any, most: Any, luck: Any) -> Any:
    """Whole number drawn evenly from least to most, both included."""
    return least + min(int(luck * (most - least + 1)), most - least)
