"""Notes of a week: what customers will tell others, and events for the log, taken from the chunks of customers."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from simbiz.events import EVENTS
from simbiz.state.columns import records


class Log(Protocol):
    """Whoever wants the events of a run."""

    def add(self, kind: str, events: Any) -> None:
        """Take events of a kind of `simbiz.events.EVENTS`, in the order in which they happened."""


class Notes:
    """Notes of one chunk of customers in one week."""

    def __init__(self) -> None:
        self.speakers: list[Any] = []
        self.events: dict[str, list[Any]] = {kind: [] for kind in EVENTS}

    def take(self, part: Any) -> None:
        """Take all notes out of a part, so that it has room for others."""
        count = part["speakers"]
        if count:
            self.speakers.append(part["speaker"][:count].copy())
            part["speakers"] = 0
        if not part["noting"]:
            return
        for kind, taken in self.events.items():
            count = part[f"{kind}s_noted"]
            if count:
                taken.append(part[kind][:count].copy())
                part[f"{kind}s_noted"] = 0

    def commit(self, voices: Any, week: int, log: Log | None) -> None:
        """Let customers tell what they have experienced, from next week on, and hand the events over.

        Parameters
        ----------
        voices : record array (customer,)
            What customers tell; written.
        week : int
            The week that has been lived.
        log : Log or None
            Where the events go.
        """
        told = voices.view(np.ndarray)
        for speakers in self.speakers:
            # Somebody who bought twice stands here twice; the later experience is the one to tell.
            for name in ("firm", "judgement"):
                told[name][speakers["row"]] = speakers[name]
            told["week"][speakers["row"]] = week
        if log is not None:
            for kind, taken in self.events.items():
                for events in taken:
                    log.add(kind, events)


def empty_part(dtype: np.dtype[Any], noting: bool) -> Any:
    """Record of the counts and notes of a chunk, of a dtype made by `simbiz.state.columns.part_dtype`."""
    part = records(dtype, 1)[0]
    part.noting = int(noting)
    return part
