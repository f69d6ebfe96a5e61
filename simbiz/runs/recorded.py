"""What a run keeps for figures beside its outcomes and weekly series: flows between channels, a sample of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.market.model import OmnichannelModel
from simbiz.results.series import CUSTOMERS, FLOWS
from simbiz.runs.run import Outcome, Run, execute, outcome_of
from simbiz.state.columns import LOYALTY_PARTS, TASTE_PARTS

LARGEST_SAMPLE = 5_000

Columns = dict[str, NDArray[Any]]


@dataclass
class KeptOutcome(Outcome):
    """What a run gave, with what only its model could tell.

    Parameters
    ----------
    tables : dict of str to dict of str to array
        Columns of each table that is kept.
    """

    tables: dict[str, Columns] = field(default_factory=dict)


def kept_outcome(model: OmnichannelModel, run: Run) -> KeptOutcome:
    """What a run gave with its weekly series, flows and customers, from its model at the end of the calendar."""
    outcome = outcome_of(model, run, series=True)
    return KeptOutcome(**vars(outcome), tables={FLOWS: flow_columns(model), CUSTOMERS: customer_columns(model)})


def flow_columns(model: OmnichannelModel) -> Columns:
    """Steps from contact to next contact of a journey by year, firm and channels; those that occurred.

    Returns
    -------
    dict of str to array
        year, firm, from_channel, to_channel, count (of steps in the whole market, to the nearest whole number).
    """
    observation, layout = model.observation(), model.layout
    counts = np.rint(observation.total("flows")).astype(np.int64)
    year, firm, before, after = np.nonzero(counts)
    firms, channels = (np.array(names, dtype=object) for names in (layout.firms, layout.channels))
    return {
        "year": np.array(observation.years, dtype=np.int64)[year],
        "firm": firms[firm],
        "from_channel": channels[before],
        "to_channel": channels[after],
        "count": counts[year, firm, before, after],
    }


def customer_columns(model: OmnichannelModel) -> Columns:
    """Customers at the end, or evenly chosen ones where there are very many.

    Returns
    -------
    dict of str to array
        segment; digital_affinity, in standard deviations; loyalty to each firm (Guadagni-Little), 0 to 1, by its name.
    """
    customers, layout = model.customers, model.layout
    chosen = np.linspace(0, len(customers) - 1, min(len(customers), LARGEST_SAMPLE)).astype(np.int64)
    some = customers[chosen]
    loyalty = some["loyalty"] / LOYALTY_PARTS
    return {
        "segment": np.array(layout.segments, dtype=object)[some["segment"]],
        "digital_affinity": some["affinity"] / TASTE_PARTS,
        **{f"loyalty_{name}": loyalty[:, row] for row, name in enumerate(layout.firms)},
    }


def execute_kept(group: Sequence[Run], engine: str = "arrays") -> list[Outcome]:
    """Run a group that shares its past and keep what figures need."""
    return execute(group, engine=engine, measure=kept_outcome)
