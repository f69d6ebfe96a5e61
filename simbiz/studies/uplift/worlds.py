"""One seed of what is seen against what is caused: paired worlds, and what the same customers do in them."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.runs.run import YEAR, Outcome, Run, fit_of
from simbiz.scenario import Scenario, with_changes
from simbiz.studies.uplift import occasions
from simbiz.studies.uplift.dealings import Dealings, Flags, Values, dealings_until

PROGRAMME, INTEGRATION = "programme", "integration"
COMPARISONS = (PROGRAMME, INTEGRATION)
# When customers are sorted into those of one channel and those of several: in the year that is looked at, as a company
# reads its data, or in year 0, when nothing differs yet.
SAME_YEAR, YEAR_0 = "same_year", "year_0"
SORTED = (SAME_YEAR, YEAR_0)
SPENT, BASKET = "spent", "basket"
MEASURES = (SPENT, BASKET)
WITH_TALK, WITHOUT_TALK = "first_use_with_talk", "first_use_without_talk"
SEVERAL = 2


def columns() -> list[str]:
    """Names of what a seed gives, for every year and segment."""
    names = [
        f"{when}.{measure}.{what}"
        for when in SORTED
        for measure in MEASURES
        for what in ("naive", "shuffled", *COMPARISONS)
    ]
    names += [f"{when}.{group}" for when in SORTED for group in ("several", "single")]
    for measure in occasions.MEASURES:
        names += [f"{measure}.{group}.people" for group in occasions.GROUPS]
        names += [f"{measure}.{group}.{what}" for group in occasions.COMPARED for what in ("seen", "shuffled")]
    return [*names, *(f"everybody.{comparison}" for comparison in COMPARISONS), WITH_TALK, WITHOUT_TALK]


def without_change(scenario: Scenario) -> Scenario:
    """The world in which the focal firm adopts nothing: no programme, no measure, no other profile."""
    focal = f"firms.{scenario.focal}"
    return with_changes(scenario, {"programme.order": [], f"{focal}.measures": {}, f"{focal}.profile_after": None})


def without_integration(scenario: Scenario) -> Scenario:
    """The world in which the same tools come and no tool joins the channels; the context is kept as it was before."""
    found = (*load_catalogue().effects(), *load_catalogue().measure_effects())
    changes = {f"effects.{name}": 0.0 for name, _, effect in found if effect.attribute == INTEGRATION}
    firm = scenario.firms[scenario.focal]
    if firm.profile_after is not None:
        changes[f"profiles.{firm.profile_after}.integration"] = scenario.profiles[firm.profile].integration
    return with_changes(scenario, changes)


def with_years(scenario: Scenario, years: int) -> Scenario:
    """The scenario with another end."""
    return with_changes(scenario, {"calendar.years": years, "calendar.weeks": None})


def measure_seen_and_caused(group: Sequence[Run]) -> list[Outcome]:
    """Measure each run in worlds of its own; a run that raises is an outcome of status "failed"."""
    return [_measured(run) for run in group]


def _measured(run: Run) -> Outcome:
    began = time.perf_counter()
    with ExitStack() as afterwards:
        try:
            outcome = _worlds(run, afterwards)
        except Exception:
            outcome = Outcome(run.key, run.seed, "failed", error=traceback.format_exc())
    outcome.seconds = time.perf_counter() - began
    return outcome


def _worlds(run: Run, afterwards: ExitStack) -> Outcome:
    """Live through all worlds of a seed; the past is one and the same."""
    scenario = run.scenario
    past = OmnichannelModel(scenario, rng=run.seed)
    afterwards.callback(past.release)
    past.run_burn_in()
    firm, start = past.layout.focal, past.start
    before = dealings_until(past.run(start - YEAR), start, firm)

    def branch(point: Scenario) -> OmnichannelModel:
        model = past.branch(point)
        afterwards.callback(model.release)
        return model

    def by_year(point: Scenario, years: int) -> tuple[OmnichannelModel, list[list[Dealings]]]:
        model = branch(point)
        return model, [dealings_until(model, start + YEAR * year, firm) for year in range(1, years + 1)]

    years = scenario.calendar.years
    model, lived = by_year(scenario, years)
    horizon = full_year_after(model)
    rows: dict[str, Values] = {name: np.full((years, len(before)), np.nan) for name in columns()}
    if horizon <= years:
        others = {}
        for comparison, change in ((PROGRAMME, without_change), (INTEGRATION, without_integration)):
            others[comparison] = by_year(change(scenario), horizon)[1][-1]
        for segment, dealings in enumerate(lived[horizon - 1]):
            worlds = {comparison: other[segment] for comparison, other in others.items()}
            until = start + YEAR * horizon
            found = uplifts(before[segment], dealings, worlds) | occasions.occasion_uplifts(dealings, until)
            found |= shuffled_uplifts(before[segment], dealings, until, (run.seed, segment))
            for name, value in found.items():
                rows[name][horizon - 1, segment] = value
    new = new_channels(past, model)
    silent = with_changes(scenario, {"mechanisms.word_of_mouth": False})
    rows[WITH_TALK] = first_use(lived, new)
    rows[WITHOUT_TALK] = first_use(by_year(silent, years)[1], new)
    outcome = Outcome(run.key, run.seed, "ok", list(range(1, years + 1)), list(past.layout.segments))
    outcome.metrics = {name: values.tolist() for name, values in rows.items()}
    outcome.fit = fit_of(past)
    outcome.programme = {"horizon": horizon, "new_channels": int(new.any(axis=1).sum())}
    return outcome


def full_year_after(model: OmnichannelModel) -> int:
    """First full year after the last step of the focal firm; 1 where it takes none."""
    tasks = model.implementations[model.layout.focal].tasks
    return int(max((task.last_week - model.start for task in tasks), default=-1)) // YEAR + 2


def uplifts(before: Dealings, now: Dealings, others: Mapping[str, Dealings]) -> dict[str, float]:
    """Naive and causal uplifts of a segment in one year.

    Parameters
    ----------
    before : Dealings
        Year 0, in which all worlds are one.
    now : Dealings
        The year, in the world as a company would know it.
    others : mapping of str to Dealings
        The same year and customers in the worlds to compare with.

    Returns
    -------
    dict of str to float
        Relative uplifts: naive, of buyers on several channels against buyers on one; causal, of the same buyers on
        several channels against themselves in the other world; not a number where nobody is compared.
    """
    found: dict[str, float] = {}
    for when, sorted_by in ((SAME_YEAR, now), (YEAR_0, before)):
        several = sorted_by.buyers & (sorted_by.channels >= SEVERAL)
        single = sorted_by.buyers & (sorted_by.channels < SEVERAL)
        found |= {f"{when}.several": float(several.sum()), f"{when}.single": float(single.sum())}
        for measure, level in ((SPENT, _spent), (BASKET, _basket)):
            seen = level(now, several)
            found[f"{when}.{measure}.naive"] = _uplift(seen, level(now, single))
            for comparison, other in others.items():
                found[f"{when}.{measure}.{comparison}"] = _uplift(seen, level(other, several))
    everybody = np.ones(len(now.spent), dtype=bool)
    for comparison, other in others.items():
        found[f"everybody.{comparison}"] = _uplift(_spent(now, everybody), _spent(other, everybody))
    return found


def shuffled_uplifts(before: Dealings, now: Dealings, until: int, luck: tuple[int, int]) -> dict[str, float]:
    """What would be seen if the channel of a contact meant nothing: the same uplifts with shuffled labels.

    Parameters
    ----------
    before, now : Dealings
        Year 0 and the year, in the world as a company would know it.
    until : int
        The week after the last one of the year.
    luck : (int, int)
        Replicate seed and place of the segment.
    """

    def statistic(number: int) -> dict[str, float]:
        then, anew = (occasions.shuffled(dealings, *luck, number) for dealings in (before, now))
        return uplifts(then, anew, {}) | occasions.occasion_uplifts(anew, until)

    means = occasions.mean_of_shuffles(statistic).items()
    parts = ((name.rpartition("."), value) for name, value in means)
    return {f"{stem}.shuffled": value for (stem, _, what), value in parts if what in ("naive", "seen")}


def _spent(dealings: Dealings, who: Flags) -> float:
    return float(dealings.spent[who].mean()) if who.any() else float("nan")


def _basket(dealings: Dealings, who: Flags) -> float:
    bought = dealings.bought[who].sum()
    return float(dealings.spent[who].sum() / bought) if bought > 0 else float("nan")


def _uplift(one: float, other: float) -> float:
    return one / other - 1.0 if other > 0 else float("nan")


def new_channels(past: OmnichannelModel, model: OmnichannelModel) -> Flags:
    """Channels that the focal firm has opened since the start; bool array (channel, segment)."""
    firm = past.layout.focal
    was, is_now = (world.firms.cell("channel_open")[firm] > 0 for world in (past, model))
    return np.asarray(is_now & ~was)


def first_use(lived: Sequence[Sequence[Dealings]], new: Flags) -> Values:
    """Share of customers who have met the firm on a new channel up to each year; float64 array (year, segment)."""
    found = np.zeros((len(lived), new.shape[1]))
    for segment in range(new.shape[1]):
        ever = np.zeros(len(lived[0][segment].spent), dtype=bool)
        for year, dealings in enumerate(lived):
            ever |= dealings[segment].used[:, new[:, segment]].any(axis=1)
            found[year, segment] = ever.mean()
    return found
