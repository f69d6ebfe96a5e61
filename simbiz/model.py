"""The model: step() is one week, and reads as the schedule."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from simbiz.agents import Customer, Firm
from simbiz.base_year import PAST_WEEKS, YEAR, BaseYearFit
from simbiz.catalogue import Catalogue
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.firms import FirmState
from simbiz.implementation import Implementation
from simbiz.metrics import Observation
from simbiz.notes import Log, Notes
from simbiz.rivalry import Rivalry
from simbiz.scenario import Scenario, load_scenario, with_changes
from simbiz.series import FirmSeries, empty_firm_series, longer
from simbiz.state.columns import counts_of, part_dtype, records, tally_dtype
from simbiz.state.customers import (
    KOPECKS,
    expansion,
    first_of_segments,
    initial_customers,
    season_clock,
    season_weights,
    silent_voices,
)
from simbiz.state.layout import Layout
from simbiz.submodels.awareness import advertising_stock
from simbiz.view import constant_view, taste_for_digital, worlds_this_week
from simbiz.week.customer import customers_week
from simbiz.week.survey import surveys_week

ENGINES = ("arrays", "agents")
CLOCK_YEARS = 60
CHUNK = 65_536
SEED_BITS = 32


class OmnichannelModel(mesa.Model):
    """A market in which firms adopt digital tools and customers choose.

    Parameters
    ----------
    scenario : Scenario or str or Path
        The scenario, or its name.
    rng : int, optional
        Replicate seed, 0 to 2**32 - 1; drawn and kept in `seed_used` where it is not given.
    engine : {"arrays", "agents"}
        Whether compiled loops run through all customers, or every customer is a Mesa agent; the results are the same.
    threads : int
        Threads that share the customers of a week; the result does not depend on it.
    catalogue : Catalogue, optional
        Tables to use; the shipped ones by default.
    **overrides
        Scenario values by dotted path with `__` for the dot, such as ``parameters__price_sensitivity=0.4``.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = "partner-dv",
        *,
        rng: int | None = None,
        engine: str = "arrays",
        threads: int = 1,
        catalogue: Catalogue | None = None,
        **overrides: Any,
    ) -> None:
        self.seed_used = _replicate_seed(rng)
        super().__init__(rng=self.seed_used)
        if not isinstance(scenario, Scenario):
            scenario = load_scenario(scenario, catalogue=catalogue)
        if overrides:
            changes = {key.replace("__", "."): value for key, value in overrides.items()}
            scenario = with_changes(scenario, changes, catalogue)
        self.engine, self.threads = _known_engine(engine), threads
        self.log: Log | None = None
        self.layout = Layout.of(scenario, catalogue)
        self.week = 0
        self.start = scenario.calendar.burn_in_weeks + PAST_WEEKS
        self.end = self.start + _weeks_ahead(scenario)
        self._begin()
        self._populate()

    def _populate(self) -> None:
        """Make the agents: firms always, customers where the engine wants them."""
        for row in range(len(self.layout.firms)):
            Firm(self, row)
        if self.engine == "agents":
            for row in range(len(self.customers)):
                Customer(self, row)
        self._view = constant_view(self.layout, self.seed_used)
        self._part_dtype = part_dtype(self.layout)
        self._parts = records(self._part_dtype, 0)
        self.intercepts = self.fit.intercepts_at(self.week)
        self.datacollector = mesa.DataCollector(
            {"week": "week", "market_share": "market_shares", "digitalization_rate": "digitalization_rates"}
        )

    def release(self) -> None:
        """Let go of the model: some versions of Mesa keep every model alive that ever had an agent."""
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def _begin(self) -> None:
        layout = self.layout
        self.clock = season_clock(layout, self.start + YEAR * CLOCK_YEARS, self.start)
        self.season = season_weights(layout, YEAR).mean(axis=0)
        self.firms = FirmState(layout, self.seed_used)
        self.fit = BaseYearFit(layout, self.start)
        self._plan()
        forgetting = layout.parameters.forgetting
        self.stock = np.zeros((len(layout.segments), self.end + 1, len(layout.firms)))
        self.stock[:, 0] = (self.firms.cell("reach") / (1.0 - np.exp(-forgetting))).T
        self.customers = initial_customers(layout, self.seed_used, self.clock, self.stock[:, 0])
        self.due = self.customers.due.copy()
        self.voices = silent_voices(len(self.customers))
        self.held = first_of_segments(layout, self.customers)
        self.tallies = records(tally_dtype(layout), self.end)
        self.firm_series = empty_firm_series(layout, self.end)
        self.expansion = expansion(layout)

    def _plan(self) -> None:
        """Give every firm the programme it follows from the start on."""
        scenario = self.layout.scenario
        programme, trend = scenario.programme, scenario.rivals.mode == "trend"
        self.implementations = []
        for name, firm in scenario.firms.items():
            if name == scenario.focal:
                plan = (
                    programme.order,
                    programme.parallel,
                    self.start + programme.start_week,
                    programme.budget,
                )
            else:
                begin = self.start + (firm.trend.start_week if trend else 0)
                plan = (firm.trend.order if trend else (), 1, begin, 1.0)
            self.implementations.append(Implementation(self.layout, name, self.seed_used, *plan))
        self.rivalry = Rivalry(self.layout, self.seed_used, self.start)

    def branch(self, scenario: Scenario, engine: str | None = None) -> OmnichannelModel:
        """Copy of this world at the start of the programme that goes on under another scenario.

        Parameters
        ----------
        scenario : Scenario
            May differ in what happens from the start on: the programme, the rivals, the years.
        engine : {"arrays", "agents"}, optional
            Engine of the copy; the present one by default.
        """
        if self.week > self.start:
            raise ValueError("a world can be branched only before the programme starts")
        other = OmnichannelModel.__new__(OmnichannelModel)
        mesa.Model.__init__(other, rng=self.seed_used)
        other.seed_used, other.threads, other.log = self.seed_used, self.threads, None
        other.engine = _known_engine(engine or self.engine)
        other.layout = Layout.of(scenario, self.layout.catalogue)
        other.week, other.start = self.week, self.start
        other.end = other.start + _weeks_ahead(scenario)
        other.clock, other.season, other.expansion = self.clock, self.season, self.expansion
        other.held = self.held
        other.firms, other.fit = copy.deepcopy((self.firms, self.fit))
        other.firms.set_rules(other.layout)
        other.customers, other.due, other.voices = self.customers.copy(), self.due.copy(), self.voices.copy()
        other._plan()
        other.stock = np.stack([longer(stock, other.end + 1) for stock in self.stock])
        other.tallies = longer(self.tallies, other.end)
        other.firm_series = FirmSeries(*(longer(series, other.end) for series in self.firm_series))
        other._populate()
        return other

    def step(self) -> None:
        """One week."""
        if self.week >= self.end:
            raise ValueError(f"the calendar of the scenario ends after week {self.end - 1}")
        self.rivals_respond()
        self.firms_implement()
        self.staff_takes_up_tools()
        self.firms_are_seen()
        self.customers_live()
        self.customers_answer_surveys()
        self.firms_hear()
        self.observe()
        self.week += 1
        self.datacollector.collect(self)
        self.running = self.week < self.end

    def run(self, until: int | None = None) -> OmnichannelModel:
        """Step until a week, by default to the end of the calendar."""
        while self.week < (self.end if until is None else until):
            self.step()
        return self

    def rivals_respond(self) -> None:
        """Let the rivals look at the market, and answer what they noticed."""
        self.rivalry.week(self.week, self.tallies.revenue, self.expansion, self.firms, self.implementations)

    def firms_implement(self) -> None:
        """Work through the programmes and let finished tools, measures and improvements act."""
        for row, implementation in enumerate(self.implementations):
            implementation.week(self.week)
            for tool, part in implementation.done.items():
                self.firms.implemented[row, self.layout.tools.index(tool)] = part
        self.firms.act(self.week - self.start)

    def staff_takes_up_tools(self) -> None:
        """Let the staff take up or drop tools."""
        self.firms.take_up(self.week)

    def firms_are_seen(self) -> None:
        """Add this week's exposures to what customers will remember next week."""
        self.intercepts = self.fit.intercepts_at(self.week)
        reach = self.firms.cell("reach")
        for segment, forgetting in enumerate(self.layout.parameters["forgetting"].tolist()):
            stock = self.stock[segment]
            stock[self.week + 1] = advertising_stock(stock[self.week], reach[:, segment], forgetting)

    def customers_live(self) -> None:
        """Let every customer to whom something happens this week live through it."""
        worlds = self.worlds()
        if self.engine == "agents":
            self._everybody("live", worlds)
        else:
            self._by_chunks(lambda chunk, notes, part: self._live(chunk, worlds, notes, part))

    def customers_answer_surveys(self) -> None:
        """Twice a year every firm asks a sample of those who know it."""
        every = round(self.layout.common["survey_weeks"])
        if (self.week + 1) % every:
            return
        number, worlds = self.week // every, self.worlds()
        if self.engine == "agents":
            self._everybody("answer_surveys", number, worlds)
        else:
            self._by_chunks(lambda chunk, notes, part: self._ask(chunk, number, worlds, notes, part))

    def firms_hear(self) -> None:
        """Let the firms hear what customers said; those with feedback mend from next week on what is seen worst."""
        self.firms.hear(self.tallies[self.week])

    def _everybody(self, method: str, *arguments: Any) -> None:
        """Let every customer agent do something with a part of its own of the week's counts and notes."""
        (part,), self.notes = self._empty_parts(1), Notes()
        self.agents_by_type[Customer].do(method, *arguments, part)
        self._commit([(self.notes, part)])

    def _by_chunks(self, work: Callable[[slice, Notes, Any], None]) -> None:
        """Let a compiled loop work on every chunk of customers, and commit what it counted and noted, in order."""
        chunks = [slice(first, first + CHUNK) for first in range(0, len(self.due), CHUNK)]
        parts = [(Notes(), part) for part in self._empty_parts(len(chunks))]
        if self.threads > 1 and len(chunks) > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(lambda chunk, part: work(chunk, *part), chunks, parts))
        else:
            for chunk, part in zip(chunks, parts, strict=True):
                work(chunk, *part)
        self._commit(parts)

    def _empty_parts(self, count: int) -> Any:
        """Records for the counts and notes of so many chunks; made once, and emptied for every use."""
        if len(self._parts) != count:
            self._parts = records(self._part_dtype, count)
        counts_of(self._parts, clear=True)
        self._parts["noting"] = self.log is not None
        return self._parts

    def _live(self, chunk: slice, worlds: Any, notes: Notes, part: Any) -> None:
        due, customers, room = self.due[chunk], self.customers[chunk], self.layout.room
        first = 0
        while first < len(due):
            time = (self.clock, self.stock)
            first = customers_week(first, due, customers, worlds, *time, self.voices, room, part)
            notes.take(part)

    def _ask(self, chunk: slice, number: int, worlds: Any, notes: Notes, part: Any) -> None:
        customers, first = self.customers[chunk], 0
        while first < len(customers):
            where = (chunk.start, self.held)
            first = surveys_week(first, *where, customers, number, worlds, self.layout.room, part)
            notes.take(part)

    def _commit(self, parts: Sequence[tuple[Notes, Any]]) -> None:
        for notes, part in parts:
            notes.take(part)
            notes.commit(self.voices, self.week, self.log)
        self.tallies.view(np.ndarray)[self.week : self.week + 1].view(np.int64)[:] += counts_of(self._parts)

    @property
    def market_shares(self) -> dict[str, float]:
        """Share by value of each firm in the last week lived."""
        revenue = self.weekly_revenue()
        shares = revenue / revenue.sum() if revenue.sum() > 0 else np.zeros_like(revenue)
        return dict(zip(self.layout.firms, shares.tolist(), strict=True))

    @property
    def digitalization_rates(self) -> dict[str, float]:
        """Share of the staff of each firm who use a digital tool."""
        return dict(zip(self.layout.firms, self.firms.digital_share.tolist(), strict=True))

    def weekly_revenue(self) -> Any:
        """Revenue of each firm in the last week lived, thousand roubles; float64 array (firm,)."""
        week = max(0, self.week - 1)
        return self.tallies["revenue"][week] @ self.expansion / KOPECKS

    def worlds(self) -> Any:
        """The world as each segment sees it this week; record array (segment,)."""
        shift = taste_for_digital(self.layout.scenario.shock, self.week - self.start)
        return worlds_this_week(self._view, self.firms, self.intercepts, self.week, shift)

    def observe(self) -> None:
        """Record the week, and let the past teach the intercepts and the staff its load."""
        self._record_firms()
        tally = self.tallies[self.week]
        money = tally.revenue @ self.expansion
        self.fit.observe(self.week, money, float(tally.outside_value @ self.expansion))
        season = self.season[self.week % YEAR]
        requests, for_service = tally.requests.sum(axis=1), tally.service_requests.sum(axis=1)
        self.firms.feel_load(requests / season, for_service / season)
        if self.week + 1 == self.start - PAST_WEEKS:
            usual = self.tallies[self.week + 1 - YEAR : self.week + 1]
            requests, for_service = usual.requests.sum(axis=(0, 2)), usual.service_requests.sum(axis=(0, 2))
            self.firms.staff_for(requests / YEAR, for_service / YEAR)

    def _record_firms(self) -> None:
        firms, series, week = self.firms, self.firm_series, self.week
        series.intercept[week] = self.intercepts
        series.digital_share[week] = firms.digital_share
        series.mastered[week] = firms.mastered
        series.productivity[week] = firms.productivity
        series.integration[week] = firms.cell("integration")
        series.response_factor[week] = firms.response_factor()
        series.running_cost[week] = firms.cell("cost")
        begun = [
            sum(task.cost for task in implementation.tasks if task.first_week == week)
            for implementation in self.implementations
        ]
        series.invested[week] = begun + firms.extra_costs(week - self.start)
        series.use[week] = firms.use
        series.implemented[week] = firms.implemented

    def observation(self) -> Observation:
        """What the run has recorded, for the metrics."""
        headcount = self.firms.headcount
        return Observation(self.layout, self.tallies, self.firm_series, self.expansion, headcount, self.start)


def _replicate_seed(rng: Any) -> int:
    """Seed as it was given, or a drawn one; two seeds must never be one and the same world."""
    if rng is None:
        return secrets.randbits(SEED_BITS)
    try:
        seed = int(rng)
    except (TypeError, ValueError, OverflowError):
        seed = -1
    if not 0 <= seed < 2**SEED_BITS or (isinstance(rng, float) and rng != seed):
        raise InputError(f"rng must be a whole number from 0 to {2**SEED_BITS - 1}, not {rng!r}")
    return seed


def _known_engine(engine: str) -> str:
    if engine not in ENGINES:
        suggestion = did_you_mean(engine, ENGINES)
        raise InputError(f"engine {engine!r} is not known; allowed: {one_of(ENGINES)}.{suggestion}")
    return engine


def _weeks_ahead(scenario: Scenario) -> int:
    """Weeks from the start of the programme to the end of the calendar."""
    calendar = scenario.calendar
    return calendar.weeks or YEAR * calendar.years
