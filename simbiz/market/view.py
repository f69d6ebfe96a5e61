"""What customers see of a world whatever its week: parameters, ids, channels, and how far a shock moves tastes."""

from __future__ import annotations

from typing import Any

import numpy as np

from simbiz.catalogue import DIMENSIONS
from simbiz.scenario import Shock
from simbiz.state.columns import records, world_dtype
from simbiz.state.customers import agent_counts, expansion
from simbiz.state.layout import Layout
from simbiz.submodels.shock import shock_level


def constant_view(layout: Layout, seed: int) -> Any:
    """What never changes: parameters, ids, channels; record array (segment,)."""
    worlds = records(world_dtype(layout), len(layout.segments))
    for name in layout.parameters.dtype.names:
        worlds[name] = layout.parameters[name]
    channels = layout.catalogue.channels.values()
    worlds.seed = seed
    worlds.firm_id, worlds.channel_id = layout.ids(layout.firms), layout.ids(layout.channels)
    worlds.firm_lanes[:, : len(layout.firms)] = worlds.firm_id
    alternatives = layout.ids(layout.firms)[:, None] ^ layout.ids(layout.channels)
    worlds.contact_lanes[:, :, : len(layout.channels)] = alternatives
    alternatives = layout.ids(layout.firms)[:, None] ^ layout.ids(DIMENSIONS)
    worlds.perception_lanes[:, :, : len(DIMENSIONS)] = alternatives
    worlds.tie_lanes = np.arange(worlds.tie_lanes.shape[1])
    worlds.serves = layout.serves
    worlds.human = [channel.human for channel in channels]
    worlds.channel_effort = [channel.effort for channel in channels]
    worlds.identifies = [channel.identifies for channel in channels]
    worlds.digital_channel = [channel.kind == "digital" for channel in channels]
    worlds.own_segment = np.arange(len(layout.segments))
    counts = agent_counts(layout)
    worlds.segment_count, worlds.segment_first = counts, np.cumsum(counts) - counts
    worlds.expansion = expansion(layout)
    parameters = layout.parameters
    propensity = {"organisation": parameters.organisation_complains, "person": parameters.person_complains}
    kinds = [segment.kind for segment in layout.scenario.segments.values()]
    worlds.complains = [propensity[kind][number] for number, kind in enumerate(kinds)]
    return worlds


def taste_for_digital(shock: Shock | None, week: int) -> float:
    """Utils by which tastes have moved to digital channels, so many weeks from the start of the programme."""
    if shock is None:
        return 0.0
    return shock.digital_taste * float(shock_level(week, shock.start_week, shock.weeks, shock.fade_weeks))
