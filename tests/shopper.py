"""A customer, its world and the counts of a week, to be edited by a test of a single step."""

import numpy as np
from worlds import world

from simbiz.market.notes import empty_part
from simbiz.state.columns import part_dtype

FIRM, COUNTER = 2, 0


class Shopper:
    """A customer, its world and the counts, to be edited by a test."""

    def __init__(self, changes=None, segment=0, noting=False):
        self.model = world({"customers": 60} | (changes or {}), seed=5)
        self.model.firms_implement(), self.model.staff_takes_up_tools(), self.model.firms_are_seen()
        self.worlds = self.model.worlds()
        self.view = self.worlds[segment]
        self.customer = self.model.customers[int(self.model.held[0, segment])]
        self.tally = empty_part(part_dtype(self.model.layout), noting=noting)
        self.customer.slot_firm[0], self.customer.last_channel[:] = FIRM, COUNTER

    @property
    def all(self):
        return self.customer, self.view, self.tally

    def channel(self, human):
        """Give a channel on which the firm has somebody who answers, or nobody, open to everything."""
        channel = int(np.flatnonzero(self.view.human == human)[0])
        self.view.open[FIRM, channel], self.view.serves[channel] = 2, 1
        return channel


def recorded(monkeypatch, module, name, given=None):
    """Note the arguments with which a module calls a function, which may give something else then."""
    calls, real = [], getattr(module, name)

    def noted(*arguments):
        calls.append(arguments)
        return real(*arguments) if given is None else given

    monkeypatch.setattr(module, name, noted)
    return calls
