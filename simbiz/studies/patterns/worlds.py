"""Worlds that patterns are measured in: a market to which nothing happens, and what is done to copies of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.catalogue import load_catalogue
from simbiz.draws import name_id, uniform
from simbiz.market.model import OmnichannelModel
from simbiz.metrics.observation import YEAR
from simbiz.scenario import Scenario, with_changes
from simbiz.state.columns import JUDGEMENT_PARTS, NO_FIRM
from simbiz.state.customers import KOPECKS

YEARS = 5
RETOLD = name_id("messages told by one more or by nobody")
# Points of a five-point scale in one point of the seven-point scale.
FIVE_POINTS = 4.0 / 6.0
CENTRE = 3.0

Values = NDArray[np.float64]


def undisturbed(scenario: Scenario, years: int = YEARS) -> Scenario:
    """The market without interventions: no programme, rivals stopped, no decline to fit, no growth, no shock."""
    quiet = {
        "programme.order": [],
        "rivals.mode": "stopped",
        "past.share_index_before": 1.0,
        "past.decline": "one_off",
        "market.growth": 0.0,
        "calendar.years": years,
        "calendar.weeks": None,
        "shock": None,
    }
    for name in scenario.firms:
        quiet |= {f"firms.{name}.measures": {}, f"firms.{name}.profile_after": None}
    return with_changes(scenario, quiet)


def identical(scenario: Scenario) -> Scenario:
    """The market of customers who are all alike and compare all firms: nothing is left but the logit."""
    changes: dict[str, Any] = {f"mechanisms.{name}": False for name in load_catalogue().patterns["P10"].needs}
    everybody = [len(scenario.firms)] * 2
    changes |= {f"segments.{name}.shortlist": everybody for name in scenario.segments}
    return with_changes(scenario, changes)


class Purchases:
    """A log that keeps the purchases and forgets the rest."""

    def __init__(self) -> None:
        self.parts: list[Any] = []

    def add(self, kind: str, events: Any) -> None:
        """Take events of a kind."""
        if kind == "purchase":
            self.parts.append(events)

    def of_segment(self, number: int) -> pd.DataFrame:
        """Purchases of a segment as a panel has them: customer, week, firm (its row), amount in thousand roubles."""
        events = np.concatenate(self.parts) if self.parts else np.zeros(0, dtype=[("segment", "u1")])
        own = events[events["segment"] == number]
        names = ("customer", "week", "firm", "amount")
        table = pd.DataFrame({name: own[name] if len(own) else np.zeros(0) for name in names})
        table["amount"] /= KOPECKS
        return table


def lived_year(past: OmnichannelModel, change: Callable[[OmnichannelModel], None]) -> OmnichannelModel:
    """Copy of a world that is changed at the start and lives through the first year."""
    model = past.branch(past.layout.scenario)
    change(model)
    return model.run(model.start + YEAR)


def reach_times(firm: int, factor: float) -> Callable[[OmnichannelModel], None]:
    """Multiply the exposures that a firm brings about, for good."""

    def change(model: OmnichannelModel) -> None:
        for base in (model.firms.base, model.firms.base_after):
            base[firm, model.firms.cells["reach"]] *= factor

    return change


def without_firm(firm: int) -> Callable[[OmnichannelModel], None]:
    """Let a firm close all its channels, for good."""

    def change(model: OmnichannelModel) -> None:
        for base in (model.firms.base, model.firms.base_after):
            base[firm, model.firms.cells["channel_open"].ravel()] = 0.0

    return change


def live_with_talk(model: OmnichannelModel, until: int, alter: Callable[[OmnichannelModel, Any], Any]) -> None:
    """Live on while customers hear something else than what was told.

    Parameters
    ----------
    model : OmnichannelModel
        The world; lived on to the week `until`.
    until : int
        First week not lived.
    alter : callable
        (model, voices as told) -> voices as heard, new arrays of the same shape.
    """
    while model.week < until:
        told, week = model.voices, model.week
        model.voices = alter(model, told)
        model.step()
        fresh = model.voices.week == week
        told[fresh] = model.voices[fresh]
        model.voices = told


def more_messages(firm: int, part: float) -> Callable[[OmnichannelModel, Any], Any]:
    """Let a part of the messages about a firm be told by one more customer of the segment, or, below 0, by nobody.

    Who tells it in addition is whoever has been silent for longest, so that hardly any other message is lost; which
    messages are concerned is luck of the message, the same for more and for fewer.
    """

    def alter(model: OmnichannelModel, told: Any) -> Any:
        heard = told.copy()
        for number in range(len(model.layout.segments)):
            rows = np.flatnonzero(model.customers.segment == number)
            about = rows[told.firm[rows] == firm]
            messages = zip(about.tolist(), told.week[about].tolist(), strict=True)
            luck = [uniform(model.seed_used, RETOLD, row, week, firm, 0) for row, week in messages]
            concerned = about[np.array(luck) < abs(part)]
            if part < 0:
                heard.firm[concerned] = NO_FIRM
                continue
            others = rows[told.firm[rows] != firm]
            silent = others[np.argsort(told.week[others], kind="stable")][: len(concerned)]
            heard[silent] = told[concerned[: len(silent)]]
        return heard

    return alter


def better_messages(firm: int, shift: float) -> Callable[[OmnichannelModel, Any], Any]:
    """Shift the judgements that are told about a firm by so many perception units."""

    def alter(model: OmnichannelModel, told: Any) -> Any:
        heard = told.copy()
        heard.judgement[told.firm == firm] += round(shift * JUDGEMENT_PARTS)
        return heard

    return alter


def stars(model: OmnichannelModel, firm: int) -> tuple[float, float]:
    """Mean valence of the messages about a firm on a scale of five points, and points per perception unit."""
    points = float(model.layout.common["likert_unit"]) * FIVE_POINTS
    tells = model.voices.firm == firm
    told, customers = model.voices.judgement[tells], model.expansion[model.customers.segment[tells]]
    return CENTRE + points * float(told @ customers / customers.sum() if len(told) else 0.0) / JUDGEMENT_PARTS, points


def sales(model: OmnichannelModel, firm: int, first: int, weeks: int) -> Values:
    """Revenue of a firm by segment over some weeks from a week after the start; float64 array (segment,)."""
    begin = model.start + first
    return np.asarray(model.tallies.revenue[begin : begin + weeks, firm].sum(axis=0), dtype=np.float64)
