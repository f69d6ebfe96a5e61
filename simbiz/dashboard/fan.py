"""A fan: worlds that differ from the played one by their luck alone, computed beside the page in their own process."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import OrderedDict
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from threading import Condition, Thread

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue import load_catalogue
from simbiz.dashboard.tables import smooth_shares
from simbiz.market.model import OmnichannelModel
from simbiz.scenario import Scenario, resolved, scenario_digest

SEEDS = tuple(range(1, 21))
SCENARIOS = 8  # whose worlds are kept
GIVES_WAY = 19  # niceness: whoever plays comes first

Line = NDArray[np.float64]


@dataclass
class Fan:
    """Share of the focal firm in worlds of one scenario, as far as they are computed.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    lines : dict of int to array
        Smoothed share of every week that is shown, by seed.
    failed : bool
        Whether a world could not be computed, so that no other is tried.
    """

    scenario: Scenario
    lines: dict[int, Line] = field(default_factory=dict)
    failed: bool = False

    @property
    def words(self) -> str:
        """What stands behind the played line."""
        if self.failed:
            return "Worlds of other seeds could not be computed."
        if len(self.lines) < len(SEEDS):
            return f"Worlds of other seeds are being computed: {len(self.lines)} of {len(SEEDS)} are there."
        return f"Pale: the same world in {len(SEEDS)} draws of luck (seeds {SEEDS[0]} to {SEEDS[-1]})."

    @property
    def missing(self) -> int | None:
        """The next seed to compute; None where none is."""
        return None if self.failed else next((seed for seed in SEEDS if seed not in self.lines), None)


class Fans:
    """Fans of the scenarios that were played last; that of the very last is computed first.

    A scenario is known by all that decides its worlds, so that no fan is ever shown with another scenario.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, Fan] = OrderedDict()
        self._asked = Condition()
        self._started = False

    def of(self, model: OmnichannelModel) -> Fan | None:
        """The fan of the scenario that a model plays, begun if it is new; None where none is computed.

        That is before `start`, and for tables that are not the shipped ones.
        """
        if not self._started or model.layout.catalogue is not load_catalogue():
            return None
        scenario = model.layout.scenario
        key = scenario_digest(resolved(scenario))
        with self._asked:
            fan = self._known.setdefault(key, Fan(scenario))
            self._known.move_to_end(key)
            while len(self._known) > SCENARIOS:
                self._known.popitem(last=False)
            self._asked.notify()
        return fan

    def start(self) -> None:
        """Compute from now on; the process ends with this one."""
        context = multiprocessing.get_context("spawn")
        ours, its = context.Pipe()
        context.Process(target=_compute, args=(its,), daemon=True).start()
        its.close()
        self._started = True
        Thread(target=self._fill, args=(ours,), daemon=True).start()

    def _fill(self, computer: Connection) -> None:
        """Ask for what is missing, world by world."""
        while True:
            with self._asked:
                while (asked := self._next()) is None:
                    self._asked.wait()
            fan, seed = asked
            try:
                computer.send((fan.scenario, seed))
                line = computer.recv()
            except (EOFError, OSError):
                line = None
            if line is None:
                fan.failed = True
            else:
                fan.lines[seed] = line

    def _next(self) -> tuple[Fan, int] | None:
        """The scenario that was played last among those of which a world is missing, and its next seed."""
        return next(((fan, seed) for fan in reversed(self._known.values()) if (seed := fan.missing) is not None), None)


def line_of(scenario: Scenario, seed: int) -> Line:
    """Smoothed share of the focal firm in every week that is shown of a world that is lived to its end."""
    model = OmnichannelModel(scenario, rng=seed).run()
    line = smooth_shares(model)[:, model.layout.focal]
    model.release()
    return line


FANS = Fans()


def _compute(asked: Connection) -> None:
    """Compute world after world for a server that leaves Ctrl-C to itself, until it is gone."""
    os.nice(GIVES_WAY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            scenario, seed = asked.recv()
        except EOFError:
            return
        try:
            line = line_of(scenario, seed)
        except Exception:
            # The page says that there is no fan; the played world itself goes on.
            line = None
        try:
            asked.send(line)
        except OSError:
            return
