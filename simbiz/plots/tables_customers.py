"""Tables of what customers meet and become: flows between channels, funnel, service, loyalty; firms on the map."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd

from simbiz.catalogue import LEAD_STAGES, load_catalogue
from simbiz.errors import InputError
from simbiz.market_map import DEFAULT_VARIANT, VARIANT_MEANINGS, Borders, market_map
from simbiz.plots.number_text import counted, figures, listed, mean_of, percent, plain
from simbiz.plots.own_worlds import focal_values, kept_keys, last_year, own_worlds
from simbiz.plots.sheet import Sheet, Shown
from simbiz.plots.style import WORLDS, rows_of, student_interval
from simbiz.results.load import Result
from simbiz.results.series import CUSTOMERS, FLOWS

FLOWS_SHOWN = 15
TENTHS = 10
FEWEST_OF_GROUP = 30
MOST_POINTS = 400
FUNNEL = dict(zip(LEAD_STAGES, ("visitors", "suspects", "prospects", "leads", "opportunities", "customers_won"),
                  strict=True))  # fmt: skip
GAPS = ("tangibility", "reliability", "responsiveness", "assurance", "empathy")


def flows(result: Result, subject: str | None = None) -> Sheet:
    """Steps from contact to next contact at the focal firm, in the base year and in the last."""
    worlds = own_worlds(result)
    table = pd.concat([result.flows(key) for key in kept_keys(result, worlds, FLOWS)])
    table = table[table["firm"] == worlds.scenario.focal]
    last = last_year(table) if len(table) else 0
    panels = {f"year {year}": _of_year(table, year) for year in (0, last)}
    if last < 1 or not all(panel["count"].sum() for panel in panels.values()):
        raise InputError("no journey has two contacts both before and after", file=result.folder)
    parts = pd.DataFrame(
        {name: panel.set_index(["from_channel", "to_channel"])["count"] / panel["count"].sum()
         for name, panel in panels.items()}
    ).fillna(0.0)  # fmt: skip
    parts = parts.sort_values(f"year {last}", ascending=False)
    top = parts.head(FLOWS_SHOWN)
    rows = [
        [plain(one), plain(other), *map(percent, row)]
        for (one, other), row in zip(top.index, top.to_numpy(), strict=True)
    ]
    rest = parts.iloc[FLOWS_SHOWN:].sum()
    if len(parts) > FLOWS_SHOWN:
        rows.append([f"{len(parts) - FLOWS_SHOWN} other flows", "", *map(percent, rest)])
    switched = parts[parts.index.get_level_values(0) != parts.index.get_level_values(1)].sum()
    (one, other), largest = parts.index[0], float(parts[f"year {last}"].iloc[0])
    before, after = list(panels)
    says = (
        f"Steps from one contact to the next at {worlds.title}. To another channel: {percent(switched[before])} of "
        f"them in {before}, {percent(switched[after])} in {after}. The largest flow in {after} is from {plain(one)} to "
        f"{plain(other)} with {percent(largest)}."
    )
    note = (
        f"Steps of the simulated customers over {counted(worlds.seeds, 'seed')}: the channel of a contact on the left, "
        "that of the next contact of the same journey on the right, in per cent of all steps; pale bands stay on their "
        "channel. A channel has the same place and colour in every such figure."
    )
    return Sheet(panels, [Shown(["from", "to", before, after], rows)], says, note)


def _of_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    own = table[table["year"] == year]
    return own.groupby(["from_channel", "to_channel"])["count"].sum().reset_index()


def funnel(result: Result, subject: str | None = None) -> Sheet:
    """Journeys that reach each stage in the last year."""
    worlds = own_worlds(result)
    table = focal_values(result, worlds, list(FUNNEL.values()))
    last = last_year(table)
    means: Any = table[table["year"] == last].groupby("world")[list(FUNNEL.values())].mean()
    rows = [(stage, world, means.loc[world, name]) for world in means.index for stage, name in FUNNEL.items()]
    shown_worlds = [world for world in WORLDS if world in means.index]
    cells, known = [], load_catalogue().metrics
    for number, (stage, name) in enumerate(FUNNEL.items()):
        before = list(FUNNEL.values())[number - 1]
        line = [stage, known[name].explanation]
        for world in shown_worlds:
            count, base = means.loc[world, name], means.loc[world, before]
            line += [f"{count:,.0f}", percent(count / base, 0) if number and base > 0.0 else ""]
        cells.append(line)
    heads = [head for world in shown_worlds for head in (world, "of the stage before")]
    ends = [f"{percent(_part(means.loc[world]))} {world}" for world in shown_worlds]
    says = f"Funnel of {worlds.title} in year {last}. Visitors' journeys that end in a purchase: {listed(ends)}."
    note = f"Journeys of the simulated customers in year {last}, {mean_of(worlds.seeds)}."
    if worlds.scenario.customers != "market":
        note += " They are a sample: the market has more."
    stages = pd.DataFrame(rows, columns=["stage", "world", "journeys"])
    return Sheet({"funnel": stages}, [Shown(["stage", "what is counted", *heads], cells)], says, note)


def _part(counts: pd.Series) -> float:
    first, last = counts.iloc[0], counts.iloc[-1]
    return float(last / first) if first > 0.0 else float("nan")


def gaps(result: Result, subject: str | None = None) -> Sheet:
    """SERVQUAL gaps by dimension in the last year."""
    worlds = own_worlds(result)
    table = focal_values(result, worlds, [f"gap_{name}" for name in GAPS])
    last = last_year(table)
    own = table[table["year"] == last]
    long = pd.concat([own[["world", "seed"]].assign(dimension=name, gap=own[f"gap_{name}"]) for name in GAPS]).dropna()
    if not len(long):
        raise InputError("no questionnaire was answered in the last year", file=result.folder)
    means = long.groupby(["world", "dimension"])["gap"].mean()
    shown_worlds = [world for world in WORLDS if world in set(long["world"])]
    rows = [[name, *(f"{means.get((world, name), float('nan')):+.2f}" for world in shown_worlds)] for name in GAPS]
    worst = [f"{world} {means[world].idxmin()} ({means[world].min():+.2f})" for world in shown_worlds]
    says = f"Gaps of service of {worlds.title} in year {last}; the largest shortfall: {listed(worst)}."
    note = (
        f"Perception less expectation, points of a seven-point scale: left of 0 less than was expected. Year {last}, "
        f"{counted(worlds.seeds, 'seed')}{'; lines: 95 % intervals over them' if worlds.seeds > 1 else ''}."
    )
    return Sheet({"gaps": long}, [Shown(["dimension", *shown_worlds], rows)], says, note)


def years_of_map(result: Result) -> list[str]:
    """Years of which a map can be drawn, the last first."""
    worlds = own_worlds(result)
    last = last_year(focal_values(result, worlds, ["market_share"]))
    return [f"year {year}" for year in range(last, 0, -1)]


def positions(result: Result, subject: str | None = None) -> Sheet:
    """Firms by share and growth of share since the base year, with the borders of the default variant."""
    worlds = own_worlds(result)
    years = years_of_map(result)
    if not years:
        raise InputError("no whole year was lived after the programme's start", file=result.folder)
    year = int((subject or years[0]).removeprefix("year "))
    table = result.table(["market_share"])
    means = table[table["key"].isin(worlds.keys())].groupby(["year", "firm"], observed=True)["market_share"].mean()
    firms = list(worlds.scenario.firms)
    before, after = (np.array([means[when, firm] for firm in firms]) for when in (0, year))
    found = market_map(before, after)
    titles = {firm: worlds.scenario.firms[firm].title for firm in firms}
    placed = pd.DataFrame({"firm": [titles[firm] for firm in firms], "share_before": before, "share": after,
                           "growth": found.growth})  # fmt: skip
    labels = (found.growth, found.cell, found.share_class, found.growth_class)
    cells = zip(titles.values(), before, after, *labels, strict=True)
    rows = [
        [title, percent(old), percent(new), figures(growth), str(cell), f"{share}, {rise}"]
        for title, old, new, growth, cell, share, rise in cells
    ]
    own = firms.index(worlds.scenario.focal)
    says = (
        f"Competitive market map of year {year} by the method {DEFAULT_VARIANT}: {worlds.title} stands in cell "
        f"{found.cell[own]} ({found.share_class[own]}, {found.growth_class[own]}) with a share of "
        f"{percent(after[own])}, {figures(found.growth[own])} times that of year 0."
    )
    note = (
        f"{mean_of(worlds.seeds).capitalize()}. Cells 1 to 16, leaders on the right; variant {DEFAULT_VARIANT}: "
        f"{VARIANT_MEANINGS[DEFAULT_VARIANT]}. Arrows: share of year 0 to that of year {year}. The label depends on "
        "the variant: simbiz map tells how much."
    )
    facts = {"share_borders": _three(found.share_borders), "growth_borders": _three(found.growth_borders),
             "focal": worlds.title}  # fmt: skip
    heads = ["firm", "share, year 0", f"share, year {year}", "growth", "cell", "position"]
    return Sheet({"map": placed}, [Shown(heads, rows)], says, note, facts)


def _three(borders: Borders) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in (borders.lower, borders.middle, borders.upper)]


def firms_of(result: Result) -> Sequence[str]:
    """Firms, the focal one first."""
    scenario = own_worlds(result).scenario
    return sorted(scenario.firms, key=lambda name: name != scenario.focal)


def loyal_customers(result: Result, subject: str | None = None) -> Sheet:
    """Customers at the end of one world by taste for digital channels and loyalty to a firm."""
    worlds = own_worlds(result)
    key = kept_keys(result, worlds, CUSTOMERS)[0]
    firm = subject or worlds.scenario.focal
    sample = result.customers(key)
    table = sample[["segment", "digital_affinity"]].assign(loyalty=sample[f"loyalty_{firm}"])
    title = worlds.scenario.firms[firm].title
    rows, said, lines = [], [], []
    for segment, own in table.groupby("segment"):
        means = _by_taste(own)
        lines.append(means.assign(segment=segment))
        rows += [
            [str(segment), counted(int(row.number), "customer"), f"{row.digital_affinity:+.2f}",
             f"{percent(row.loyalty)} ({percent(row.low)} to {percent(row.high)})"]
            for row in rows_of(means)
        ]  # fmt: skip
        low, high = means["loyalty"].iloc[0], means["loyalty"].iloc[-1]
        spread = f"{percent(low)} among the least digital, {percent(high)} among the most digital"
        said.append(f"{segment}: {spread if len(means) > 1 else f'{percent(low)} in the mean'}")
    seed = worlds.seed_of(key)
    what = f"Loyalty to {title} by taste for digital channels"
    says = f"{what} at the end of the world of seed {seed}; {'; '.join(said)}."
    points = thinned(table, key)
    drawn = "" if len(points) == len(table) else f", {len(points)} of whom, drawn at random, are shown as points"
    note = (
        f"{len(table):,} customers of seed {seed}{drawn}. Loyalty is the part of recent purchases at the firm, "
        "smoothed; lines join means of equally large groups of all of them by taste, with 95 % intervals."
    )
    heads = ["segment", "group", "taste, standard deviations", f"loyalty to {title}, 95 % interval"]
    tables = {"customers": points, "means": pd.concat(lines)}
    return Sheet(tables, [Shown(heads, rows)], says, note, {"firm": title}, title)


def _by_taste(own: pd.DataFrame) -> pd.DataFrame:
    """Mean loyalty of groups of customers by taste, with 95 % intervals; tenths, or fewer of few customers."""
    groups = min(TENTHS, max(len(own) // FEWEST_OF_GROUP, 1))
    cut = pd.qcut(own["digital_affinity"], groups, duplicates="drop")
    grouped = own.groupby(cut, observed=True)
    intervals = [student_interval(group["loyalty"]) for _, group in grouped]
    means = grouped[["digital_affinity", "loyalty"]].mean().reset_index(drop=True)
    return means.assign(number=grouped.size().to_numpy(), low=[low for low, _ in intervals],
                        high=[high for _, high in intervals])  # fmt: skip


def thinned(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """At most so many customers as can be told apart, drawn at random by the run's key and their places in it.

    The places are those of stable ids, so that the same run gives the same customers.
    """
    luck = [blake2b(f"{key} {place}".encode(), digest_size=8).digest() for place in range(len(table))]
    return table.iloc[sorted(np.argsort(luck, kind="stable")[:MOST_POINTS])]
