"""What customers see of the firms: the world as each segment sees it in a week."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.firms import FirmState
from simbiz.state.columns import records, world_dtype
from simbiz.state.layout import Layout
from simbiz.week.world import set_usual_waiting


def constant_view(layout: Layout, seed: int) -> Any:
    """What never changes: parameters, ids, channels; record array (segment,)."""
    worlds = records(world_dtype(layout), len(layout.segments))
    for name in layout.parameters.dtype.names:
        worlds[name] = layout.parameters[name]
    channels = layout.catalogue.channels.values()
    worlds.seed = seed
    worlds.firm_id, worlds.channel_id = layout.ids(layout.firms), layout.ids(layout.channels)
    worlds.serves = layout.serves
    worlds.human = [channel.human for channel in channels]
    worlds.channel_effort = [channel.effort for channel in channels]
    return worlds


def worlds_this_week(view: Any, firms: FirmState, intercepts: NDArray[np.float64], week: int) -> Any:
    """The world as each segment sees it in a week.

    Parameters
    ----------
    view : record array (segment,)
        See `constant_view`; left as it is.
    firms : FirmState
        Firms as they are.
    intercepts : float64 array (firm,)
        Intercepts in force.
    week : int
        The week.

    Returns
    -------
    record array (segment,)
    """
    worlds = view.copy()
    worlds.week, worlds.intercept = week, intercepts
    worlds.price, worlds.offer = firms.price, firms.cell("offer")
    worlds.open = np.moveaxis(firms.cell("channel_open"), 2, 0)
    worlds.quality = firms.cell("channel_quality")
    worlds.hours = firms.cell("response_hours") * firms.response_factor()[:, None]
    set_usual_waiting(worlds)
    worlds.integration, worlds.memory = firms.cell("integration"), firms.cell("memory").T
    worlds.nurturing, worlds.ownership = firms.cell("nurturing"), firms.cell("lead_ownership")
    worlds.service = firms.cell("service_quality")
    worlds.contact_effort = firms.contact_effort()
    return worlds
