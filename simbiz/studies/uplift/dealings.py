"""What customers did with one firm in a period: the channels they used, what they bought and paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.events import EVENTS
from simbiz.market.model import OmnichannelModel
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
    contacts, purchases : arrays of `simbiz.events.EVENTS`
        Every contact with the firm and every purchase from it.
    """

    used: Flags
    bought: Values
    spent: Values
    contacts: Any = field(default_factory=lambda: np.zeros(0, EVENTS["touchpoint"]))
    purchases: Any = field(default_factory=lambda: np.zeros(0, EVENTS["purchase"]))

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
        self.sizes, self.channels, self.firm = sizes, channels, firm
        self._kept: dict[str, list[Any]] = {kind: [np.zeros(0, EVENTS[kind])] for kind in ("touchpoint", "purchase")}

    def add(self, kind: str, events: Any) -> None:
        """Take events of a kind."""
        if kind in self._kept:
            self._kept[kind].append(events[events["firm"] == self.firm])

    @property
    def segments(self) -> list[Dealings]:
        """Dealings of each segment."""
        contacts, purchases = (np.concatenate(events) for events in self._kept.values())
        return [
            dealings_of(contacts[contacts["segment"] == number], purchases[purchases["segment"] == number], size,
                        self.channels)
            for number, size in enumerate(self.sizes)
        ]  # fmt: skip


def dealings_of(contacts: Any, purchases: Any, customers: int, channels: int) -> Dealings:
    """Dealings that contacts and purchases of one segment with one firm add up to."""
    used, who = np.zeros((customers, channels), dtype=bool), purchases["customer"]
    used[contacts["customer"], contacts["channel"]] = True
    bought = np.bincount(who, minlength=customers).astype(np.float64)
    spent = np.bincount(who, purchases["amount"] / KOPECKS, customers).astype(np.float64)
    return Dealings(used, bought, spent, contacts, purchases)


def dealings_until(model: OmnichannelModel, until: int, firm: int) -> list[Dealings]:
    """Let a world live on to a week and tell what its customers did with a firm meanwhile, by segment."""
    layout = model.layout
    log = DealingsLog(agent_counts(layout).tolist(), len(layout.channels), firm)
    model.log = log
    model.run(until)
    model.log = None
    return log.segments
