"""The model: step() is one week, and reads as the schedule."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from simbiz.catalogue import Catalogue
from simbiz.market.agents import Customer, Firm
from simbiz.market.base_year import PAST_WEEKS, YEAR, BaseYearFit
from simbiz.market.collector import REPORTERS, WeekCollector, revenue_in, shares_in
from simbiz.market.firms import FirmState
from simbiz.market.implementation import Implementation
from simbiz.market.notes import Log
from simbiz.market.options import known_engine, replicate_seed
from simbiz.market.parts import Part, Parts
from simbiz.market.rivalry import Rivalry
from simbiz.market.view import constant_view, taste_for_digital
from simbiz.metrics import Observation
from simbiz.scenario import Scenario, load_scenario, with_changes
from simbiz.state.columns import part_dtype, records, tally_dtype
from simbiz.state.customers import (
    expansion,
    first_of_segments,
    initial_customers,
    season_clock,
    season_weights,
    set_due,
    silent_voices,
)
from simbiz.state.layout import Layout
from simbiz.state.series import FirmSeries, empty_firm_weeks, longer
from simbiz.week.chunk import chunk_surveys, chunk_week
from simbiz.week.firms import record_week
from simbiz.week.world import advertise, show_firms

CLOCK_YEARS = 60
CHUNK = 65_536
ON_TRIAL = 3  # every so many-th customer lives through the past on trial
# What Mesa gives a model that holds the model: step() wrapped, and what schedules it.
CIRCLES = ("step", "_user_step", "_default_schedule", "_event_generators", "_event_list", "_scenario")


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
        self.seed_used = replicate_seed(rng)
        super().__init__(rng=self.seed_used)
        if not isinstance(scenario, Scenario):
            scenario = load_scenario(scenario, catalogue=catalogue)
        if overrides:
            changes = {key.replace("__", "."): value for key, value in overrides.items()}
            scenario = with_changes(scenario, changes, catalogue)
        self.engine, self.threads = known_engine(engine), threads
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
        self._world = constant_view(self.layout, self.seed_used).view(np.ndarray)
        self._parts = Parts(part_dtype(self.layout))
        self.intercepts = self.fit.intercepts_at(self.week)
        self.datacollector = WeekCollector(REPORTERS)

    def release(self) -> None:
        """Let go of the model, so that its memory is free as soon as nobody holds it; it can still be read.

        Some versions of Mesa keep every model alive that ever had an agent, and in all a model holds what holds the
        model: such circles wait for the garbage collector, which counts objects, and a world is few and large ones.
        """
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        for name in CIRCLES:
            self.__dict__.pop(name, None)
        self.datacollector.release()

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
        self.customers = initial_customers(layout, self.seed_used, self.clock, self.stock[:, 0], self.threads)
        self.due = self.customers.due.copy()
        self.voices = silent_voices(len(self.customers))
        self.held = first_of_segments(layout, self.customers)
        self.tallies = records(tally_dtype(layout), self.end)
        self.firm_weeks = empty_firm_weeks(layout, self.end)
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
        other = self._twin()
        mesa.Model.__init__(other, rng=self.seed_used)
        other.seed_used, other.threads, other.log = self.seed_used, self.threads, None
        other.engine = known_engine(engine or self.engine)
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
        other.firm_weeks = longer(self.firm_weeks, other.end)
        other._populate()
        return other

    def _twin(self) -> OmnichannelModel:
        """A model of the same class that nothing has been set in yet."""
        return OmnichannelModel.__new__(OmnichannelModel)

    def step(self) -> None:
        """One week."""
        if self.week >= self.end:
            raise ValueError(f"the calendar of the scenario ends after week {self.end - 1}")
        self.burn_in_ends()
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

    def run_burn_in(self) -> OmnichannelModel:
        """Step until the burn-in has ended: the beginning of year -1 is the next week."""
        self.burn_in_ends()
        while self.burning_in:
            self.step()
            self.burn_in_ends()
        return self

    def run_past(self) -> OmnichannelModel:
        """Step until the programme starts in the next week."""
        while self.week < self.start:
            self.step()
        return self

    @property
    def burning_in(self) -> bool:
        """Whether the market is still coming to rest before year -1, and `start` may still move."""
        return not self.fit.held

    def burn_in_ends(self) -> None:
        """Where the burn-in is over, hold what it taught and fit the fall of the focal share; else make it longer."""
        if self.fit.held or self.week < self.start - PAST_WEEKS:
            return
        if not self.fit.rests() and self.week + YEAR <= self.layout.scenario.calendar.longest_burn_in_weeks:
            self._postpone_start()
            return
        self.fit.hold()
        self.fit.fit_fall(self._share_of_year_0)

    def _postpone_start(self) -> None:
        """Let the burn-in take another year; nobody has planned anything by then that could not wait."""
        self.start, self.end = self.start + YEAR, self.end + YEAR
        self.fit.start = self.start
        self._plan()
        self.clock = season_clock(self.layout, self.start + YEAR * CLOCK_YEARS, self.start)
        set_due(self.customers, self.due, self.clock, self.start - YEAR)
        self.stock = np.stack([longer(stock, self.end + 1) for stock in self.stock])
        self.tallies = longer(self.tallies, self.end)
        self.firm_weeks = longer(self.firm_weeks, self.end)

    def _share_of_year_0(self, fall: float) -> float:
        """Focal share by value of year 0 if the focal firm loses so many utils, lived through on trial.

        Every third customer is enough: both trials have the same luck, so that what is missed of the response to a util
        is little beside the luck of the year itself, and a trial takes a third of the time.
        """
        trial = self.branch(self.layout.scenario, engine="arrays")
        trial.due[trial.customers.id % ON_TRIAL != 0] = np.iinfo(trial.due.dtype).max
        trial.fit.fall = fall
        trial.run_past()
        money = trial.tallies.revenue[trial.start - YEAR : trial.start].sum(axis=0) @ trial.expansion
        trial.release()
        return float(money[self.layout.focal] / max(float(money.sum()), 1.0))

    def rivals_respond(self) -> None:
        """Let the rivals look at the market, and answer what they noticed."""
        if self.rivalry.awake(self.week):
            self.rivalry.week(self.week, self.tallies.revenue, self.expansion, self.firms, self.implementations)

    def firms_implement(self) -> None:
        """Work through the programmes and let finished tools, measures and improvements act."""
        for row, implementation in enumerate(self.implementations):
            if implementation.week(self.week):
                self.firm_weeks["invested"][self.week, row] = implementation.begun_in(self.week)
                for tool, part in implementation.done.items():
                    self.firms.implemented[row, self.layout.tools.index(tool)] = part
        self.firms.act(self.week - self.start)

    def staff_takes_up_tools(self) -> None:
        """Let the staff take up or drop tools."""
        self.firms.take_up(self.week)

    def firms_are_seen(self) -> None:
        """Add this week's exposures to what customers will remember next week."""
        self.intercepts = self.fit.intercepts_at(self.week)
        advertise(self.week, self.firms.named, self._world, self.stock)

    def customers_live(self) -> None:
        """Let every customer to whom something happens this week live through it."""
        if self.engine == "agents":
            self._everybody("live", self.worlds())
        else:
            self._by_chunks(self._live)

    def customers_answer_surveys(self) -> None:
        """Twice a year every firm asks a sample of those who know it."""
        every = round(self.layout.common["survey_weeks"])
        if (self.week + 1) % every:
            return
        if self.engine == "agents":
            self._everybody("answer_surveys", self.week // every, self.worlds())
        else:
            self._by_chunks(self._ask)

    def firms_hear(self) -> None:
        """Let the firms hear what customers said; those with feedback mend from next week on what is seen worst."""
        self.firms.hear(self._tally)

    @property
    def _tally(self) -> Any:
        """Counts of the week; record array (1,)."""
        return self.tallies.view(np.ndarray)[self.week : self.week + 1]

    def _everybody(self, method: str, *arguments: Any) -> None:
        """Let every customer agent do something with a part of its own of the week's counts and notes."""
        ((self.notes, part),) = parts = self._parts.emptied(1, self.log is not None)
        self.agents_by_type[Customer].do(method, *arguments, part)
        self._commit(parts)

    def _by_chunks(self, work: Callable[[int, slice, Part], None]) -> None:
        """Let a compiled loop work on every chunk of customers, and commit what it counted and noted, in order."""
        self._show_firms(self._world)
        chunks = [slice(first, first + CHUNK) for first in range(0, len(self.due), CHUNK)]
        parts = self._parts.emptied(len(chunks), self.log is not None)
        if self.threads > 1 and len(chunks) > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(work, range(len(chunks)), chunks, parts))
        else:
            for number, chunk in enumerate(chunks):
                work(number, chunk, parts[number])
        self._commit(parts)

    def _live(self, number: int, chunk: slice, part: Part) -> None:
        due, customers, voices = self.due[chunk], self.customers.view(np.ndarray)[chunk], self.voices.view(np.ndarray)
        time, room, parts = (self.clock, self.stock), self.layout.room, self._parts.records
        first = chunk_week(0, due, customers, self._world, *time, voices, room, parts, number)
        while first < len(due):
            part[0].take(part[1])
            first = chunk_week(first, due, customers, self._world, *time, voices, room, parts, number)

    def _ask(self, number: int, chunk: slice, part: Part) -> None:
        customers, room, first = self.customers.view(np.ndarray)[chunk], self.layout.room, 0
        survey = self.week // round(self.layout.common["survey_weeks"])
        while first < len(customers):
            which = (first, chunk.start, self.held, customers, survey)
            first = chunk_surveys(*which, self._world, room, self._parts.records, number)
            part[0].take(part[1])

    def _commit(self, parts: Sequence[Part]) -> None:
        for notes, part in parts:
            notes.take(part)
            notes.commit(self.voices, self.week, self.log)
        counts = self._tally.view(np.int64)
        counts += self._parts.total()

    @property
    def market_shares(self) -> dict[str, float]:
        """Share by value of each firm in the last week lived."""
        return shares_in(self, max(0, self.week - 1))

    @property
    def digitalization_rates(self) -> dict[str, float]:
        """Share of the staff of each firm who use a digital tool."""
        return dict(zip(self.layout.firms, self.firms.digital_share.tolist(), strict=True))

    def weekly_revenue(self) -> Any:
        """Revenue of each firm in the last week lived, thousand roubles; float64 array (firm,)."""
        return revenue_in(self, max(0, self.week - 1))

    def worlds(self) -> Any:
        """The world as each segment sees it this week; record array (segment,)."""
        worlds = self._world.copy()
        self._show_firms(worlds)
        return worlds.view(np.recarray)

    def _show_firms(self, worlds: Any) -> None:
        shift = taste_for_digital(self.layout.scenario.shock, self.week - self.start)
        show_firms(self.week, shift, self.intercepts, self.firms.record, self.firms.named, worlds)

    def observe(self) -> None:
        """Record the week; during the burn-in, let it teach the intercepts, and every year the staff its load."""
        week, tally, firms = self.week, self._tally, self.firms
        costs = firms.measures.costs(week - self.start)
        record_week(week, self.intercepts, firms.record, firms.named, costs, firms.feedback.record, self.firm_weeks)
        if self.burning_in:
            money, outside = tally["revenue"][0] @ self.expansion, tally["outside_value"][0] @ self.expansion
            self.fit.observe(week, money, float(outside))
        firms.feel_load(tally, self.season[week % YEAR])
        if self.burning_in and (week + 1) % YEAR == 0:
            usual = self.tallies[week + 1 - YEAR : week + 1]
            requests = usual.requests.sum(axis=0) @ self.expansion
            for_service = usual.service_requests.sum(axis=0) @ self.expansion
            squares = usual.requests.sum(axis=0) @ self.expansion**2
            per_agent = np.divide(squares, requests, out=np.ones_like(requests), where=requests > 0.0)
            firms.staff_for(requests / YEAR, for_service / YEAR, per_agent)

    @property
    def firm_series(self) -> FirmSeries:
        """State of the firms in every week."""
        return FirmSeries.of(self.firm_weeks)

    def observation(self) -> Observation:
        """What the run has recorded, for the metrics."""
        headcount = self.firms.headcount
        return Observation(self.layout, self.tallies, self.firm_series, self.expansion, headcount, self.start)


def _weeks_ahead(scenario: Scenario) -> int:
    """Weeks from the start of the programme to the end of the calendar."""
    calendar = scenario.calendar
    return calendar.weeks or YEAR * calendar.years
