"""What customers did with one firm in a period: the channels they used, what they bought and paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.model import OmnichannelModel
from simbiz.state.customers import KOPECKS, agent_counts

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Dealings:
    """Dealings of the customers of a segment with one firm.

    Parameters
    ----------
    used : bool array (customer, channel)
        Channels on which they met the firm, whether they bought or not.
    bought : float64 array (customer,)
        Purchases from the firm.
    spent : float64 array (customer,)
        What they paid, thousand roubles.
    """

    used: Flags
    bought: Values
    spent: Values

    @property
    def channels(self) -> NDArray[np.int64]:
        """Number of channels used; int64 array (customer,)."""
        return np.asarray(self.used.sum(axis=1))

    @property
    def buyers(self) -> Flags:
        """Who bought anything; bool array (customer,)."""
        return self.bought > 0


class DealingsLog:
    """A log that keeps what concerns one firm and forgets the rest.

    Parameters
    ----------
    sizes : sequence of int
        Customers by segment.
    channels : int
        Number of channels.
    firm : int
        Place of the firm.
    """

    def __init__(self, sizes: Any, channels: int, firm: int) -> None:
        self.firm = firm
        self.segments = [Dealings(np.zeros((n, channels), dtype=bool), np.zeros(n), np.zeros(n)) for n in sizes]

    def add(self, kind: str, events: Any) -> None:
        """Take events of a kind."""
        if kind not in ("touchpoint", "purchase"):
            return
        of_firm = events[events["firm"] == self.firm]
        for number, dealings in enumerate(self.segments):
            own = of_firm[of_firm["segment"] == number]
            who = own["customer"]
            if kind == "touchpoint":
                dealings.used[who, own["channel"]] = True
            else:
                np.add.at(dealings.bought, who, 1.0)
                np.add.at(dealings.spent, who, own["amount"] / KOPECKS)


def dealings_until(model: OmnichannelModel, until: int, firm: int) -> list[Dealings]:
    """Let a world live on to a week and tell what its customers did with a firm meanwhile, by segment."""
    layout = model.layout
    log = DealingsLog(agent_counts(layout).tolist(), len(layout.channels), firm)
    model.log = log
    model.run(until)
    model.log = None
    return log.segments
