"""Tables of what changes over time: share, programme, recommendation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.plots.number_text import counted, listed, mean_of, percent, plain
from simbiz.plots.own_worlds import (
    OwnWorlds,
    focal_values,
    good_runs,
    kept_keys,
    last_year,
    mean_text,
    own_label,
    own_worlds,
    worlds_of,
)
from simbiz.plots.share_band import FEW_SEEDS
from simbiz.plots.sheet import Sheet, Shown
from simbiz.plots.style import BLUE, ORANGE, WITH, WITHOUT, WORLDS, rows_of
from simbiz.results.load import Result
from simbiz.results.series import SERIES, series_files
from simbiz.runs.stored_plan import study_in
from simbiz.studies.claims.cases import printed_numbers
from simbiz.studies.claims.words import DECLINES

YEAR = 52
CLAIMS = "claims"
PRINTED = {"share_before": "printed before", "share_after": "printed after"}
SNAPSHOTS = (0, 13, 26, 39)
WORKING_CAPACITY = (
    "Working capacity: the part of the staff's work that is not lost to learning; productivity is another number, the "
    "value added per head of a year."
)


def share(result: Result, subject: str | None = None) -> Sheet:
    """Share of the focal firm: week by week where series are kept, else year by year."""
    worlds = own_worlds(result)
    yearly = focal_values(result, worlds, ["market_share"]).rename(columns={"market_share": "share"})
    targets = {}
    if result.kind == CLAIMS:
        printed = printed_numbers()
        targets = {text: printed[name] for name, text in PRINTED.items()}
    kept = {path.stem for path in series_files(result.folder)}
    weekly = kept.issuperset(worlds.runs["key"])
    table = pd.concat([_weekly_share(result, worlds, key) for key in worlds.runs["key"]]) if weekly else yearly
    note = "Grey: before the programme. " + ("Weekly shares, means of 13 weeks" if weekly else "Yearly means")
    seeds = counted(worlds.seeds, "seed")
    if weekly and 1 < worlds.seeds <= FEW_SEEDS:
        note += f" over {seeds}, and the seeds as thin lines; 95 % intervals stand in the table."
    else:
        note += f"; bands: 95 % intervals over {seeds}." if worlds.seeds > 1 else "; one seed."
    if WITHOUT not in set(worlds.runs["world"]):
        note += " A run has no world without the programme beside it; simbiz claims and simbiz compare do."
    facts = {"weekly": weekly, "targets": targets}
    return Sheet({"share": table}, [_share_by_year(yearly)], _share_said(yearly, worlds), _in_case(note, worlds), facts)


def declines(result: Result, subject: str | None = None) -> Sheet:
    """Yearly share of the focal firm under every cause of the decline, rivals as in the scenario."""
    scenario, runs = study_in(result.folder).scenario, good_runs(result)
    known = list(dict.fromkeys(runs["decline"]))
    if len(known) < 2:
        raise InputError("one cause of the decline was looked at: the figure share has it", file=result.folder)
    mode = own_label(scenario, runs, "rivals")
    runs = runs[runs["rivals"] == mode]
    own = runs[["key", "seed", "decline"]].assign(world=worlds_of(scenario, runs))
    shares = result.table(["market_share"], scenario.focal)[["key", "year", "market_share"]]
    table = own.merge(shares, on="key").rename(columns={"market_share": "share"})
    groups, last = dict(tuple(table.groupby(["decline", "world", "year"])["share"])), last_year(table)
    causes = [cause for cause in DECLINES if cause in set(table["decline"])]
    columns = [(cause, world) for cause in causes for world in WORLDS]
    years = sorted(set(table["year"]))
    rows = [[str(year), *(mean_text(groups[(*column, year)]) for column in columns)] for year in years]
    ends = [
        f"{DECLINES[cause]}, {listed([f'{percent(groups[cause, world, last].mean())} {world}' for world in WORLDS])}"
        for cause in causes
    ]
    title, printed = scenario.firms[scenario.focal].title, printed_numbers()
    says = f"Market share of {title} in year {last}: where {'; where '.join(ends)}."
    note = (
        f"Yearly means over {counted(table['seed'].nunique(), 'seed')}; bands: 95 % intervals. Rivals: {mode}. All "
        "causes fit the years before the programme equally well. Grey: before the programme."
    )
    heads = ["year", *(f"{DECLINES[cause]}, {world}" for cause, world in columns)]
    facts = {name.removeprefix("share_"): printed[name] for name in PRINTED}
    return Sheet({"declines": table}, [Shown(heads, rows)], says, note, facts)


def _in_case(note: str, worlds: OwnWorlds) -> str:
    return f"{note} ({worlds.case}.)" if worlds.case else note


def _weekly_share(result: Result, worlds: OwnWorlds, key: str) -> pd.DataFrame:
    series = result.series(key)
    total = series.groupby("week")["revenue"].transform("sum")
    series = series.assign(share=(series["revenue"] / total).where(total > 0.0, 0.0))
    own = series[series["firm"] == worlds.scenario.focal]
    run = worlds.runs.set_index("key").loc[key]
    return own[["week", "share"]].assign(seed=run["seed"], world=run["world"])


def _share_by_year(yearly: pd.DataFrame) -> Shown:
    worlds = [world for world in WORLDS if world in set(yearly["world"])]
    groups = dict(tuple(yearly.groupby(["world", "year"])["share"]))
    rows = [[str(year), *(mean_text(groups[world, year]) for world in worlds)] for year in sorted(set(yearly["year"]))]
    return Shown(["year", *worlds], rows)


def _share_said(yearly: pd.DataFrame, worlds: OwnWorlds) -> str:
    last, means = last_year(yearly), yearly.groupby(["world", "year"])["share"].mean()
    parts = []
    for world in WORLDS:
        if (world, last) in means.index:
            change = f"from {percent(means[world, 0])} in year 0 to {percent(means[world, last])} in year {last}"
            parts.append(f"{world} {change}")
    return f"Market share of {worlds.title}, {mean_of(worlds.seeds)}: {'; '.join(parts)}."


def programme(result: Result, subject: str | None = None) -> Sheet:
    """Steps of the programme in one world, and staff over all of them where weekly series are kept."""
    worlds = own_worlds(result)
    key = worlds.keys()[0]
    tasks = pd.DataFrame(result.run(key)["programme"].get("tasks", []))
    if not len(tasks):
        raise InputError("no programme is followed, or its steps are not kept", file=result.folder)
    seed, known = worlds.seed_of(key), load_catalogue().tools
    rows = [
        [plain(row.tool), known[row.tool].meaning, str(row.step + 1), f"{row.first_week} to {row.last_week}",
         "failed" if row.failed else "done"]
        for row in rows_of(tasks)
    ]  # fmt: skip
    tables = {"steps": tasks}
    shown = [Shown(["tool", "what it is", "step", "weeks", "outcome"], rows, f"Steps, seed {seed}")]
    failed, last = int(tasks["failed"].sum()), int(tasks["last_week"].max())
    says = (
        f"Programme of {worlds.title} in the world of seed {seed}: {counted(tasks['tool'].nunique(), 'tool')} in "
        f"{counted(len(tasks), 'step')}, the last ends in week {last}; {_failures(failed)}."
    )
    note = (
        f"Steps are those of seed {seed}; numbers count the steps of a tool, and shades change from one to the next. "
        "What the tools are stands in the table."
    )
    if {path.stem for path in series_files(result.folder)}.issuperset(worlds.keys()):
        staff = _staff(result, worlds)
        tables["staff"] = staff
        shown.append(_staff_shown(staff))
        lowest = staff.iloc[int(staff["working_capacity"].argmin())]
        says += (
            f" Digital tools are used by {percent(staff['digital_share'].iloc[0], 0)} of the staff at its start and "
            f"{percent(staff['digital_share'].iloc[-1], 0)} at the end. Their working capacity dips to "
            f"{percent(lowest['working_capacity'])} of the base year in week {lowest['week']:.0f}."
        )
        note += f" Staff: {mean_of(worlds.seeds)}. {WORKING_CAPACITY}"
    return Sheet(tables, shown, says, note)


def _failures(failed: int) -> str:
    return f"{counted(failed, 'step')} failed and had to be repeated" if failed else "no step failed"


def _staff(result: Result, worlds: OwnWorlds) -> pd.DataFrame:
    parts = []
    for key in kept_keys(result, worlds, SERIES):
        series = result.series(key)
        own = series[series["firm"] == worlds.scenario.focal].set_index("week")[["digital_share", "working_capacity"]]
        base = own.loc[-YEAR:-1, "working_capacity"].mean()
        parts.append(own.loc[0:].assign(working_capacity=own["working_capacity"] / base))
    return pd.concat(parts).groupby(level="week").mean().reset_index()


def _staff_shown(staff: pd.DataFrame) -> Shown:
    lowest, last = int(staff["working_capacity"].argmin()), len(staff) - 1
    weeks = sorted({*(week for week in SNAPSHOTS if week <= last), *range(YEAR, last, YEAR), lowest, last})
    rows = [
        [str(week), percent(staff["digital_share"][week]), percent(staff["working_capacity"][week])] for week in weeks
    ]
    return Shown(["week", "staff who use digital tools", "working capacity, base year = 100 %"], rows, "Staff")


def recommendation(result: Result, subject: str | None = None) -> Sheet:
    """Net promoter score by year: of customers and of others in one world, or of customers in both."""
    worlds = own_worlds(result)
    names = {"nps_customers": "customers", "nps_potential": "potential customers"}
    table = focal_values(result, worlds, list(names))
    table = table[table["year"] >= 0]
    palette: dict[str, Any] = WORLDS
    if table["world"].nunique() > 1:
        long = table.assign(series=table["world"], nps=table["nps_customers"])
    else:
        palette = {"customers": BLUE, "potential customers": ORANGE}
        long = pd.concat([table.assign(series=name, nps=table[metric]) for metric, name in names.items()])
    long = long[["year", "series", "seed", "nps"]].dropna()
    if not len(long):
        raise InputError("no survey was answered", file=result.folder)
    series = [name for name in palette if name in set(long["series"])]
    means = long.groupby(["series", "year"])["nps"].mean()
    years = sorted(set(long["year"]))
    rows = [[str(year), *(f"{means.get((name, year), float('nan')):+.0f}" for name in series)] for year in years]
    parts = [f"{name} from {means[name].iloc[0]:+.0f} to {means[name].iloc[-1]:+.0f}" for name in series]
    who = " of customers" if WITHOUT in series or WITH in series else ""
    says = f"Net promoter score{who} of {worlds.title}, year {years[0]} to year {years[-1]}: {'; '.join(parts)} points."
    span = "bands: 95 % intervals over " if worlds.seeds > 1 else ""
    note = _in_case(
        "Promoters (9 and 10 of 10) less detractors (0 to 6), points from -100 to 100; "
        f"{span}{counted(worlds.seeds, 'seed')}.",
        worlds,
    )
    return Sheet({"nps": long}, [Shown(["year", *series], rows)], says, note, {"palette": palette})
