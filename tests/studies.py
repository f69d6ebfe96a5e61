"""Small studies to test on: runs of a fraction of a second, and worlds whose numbers are known."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simbiz.catalogue import load_catalogue
from simbiz.runs.executor import Finished
from simbiz.runs.run import Outcome
from simbiz.scenario import Scenario, load_scenario
from simbiz.studies.claims.statistics import Worlds

# So few customers seldom meet the base year within the shipped tolerance.
TINY = {
    "customers": 60,
    "calendar.burn_in_weeks": 52,
    "calendar.years": 1,
    "fit.tolerance": 100.0,
    "fit.check_rest": False,
}
LIMITS = (1 / 3, 2 / 3)


def point(changes: dict[str, Any] | None = None) -> Scenario:
    """Give the shipped market with very few customers."""
    return load_scenario("partner-dv", TINY | (changes or {}))


def options(changes: dict[str, Any] | None = None) -> list[str]:
    """Give the same changes as options of a command."""
    return [part for key, value in (TINY | (changes or {})).items() for part in ("--set", f"{key}={json.dumps(value)}")]


def settings(folder: Path, **values: Any) -> None:
    """Write experiments/claims.toml into a working folder, where it goes before the shipped one."""
    texts = {"kind": '"claims"', "scenario": '"partner-dv"', "replicates": 2, "first_seed": 1}
    texts |= {"declines": '["ended"]', "rivals": '["stopped"]'} | values
    lines = [f"{key} = {text}" for key, text in texts.items() if text is not None]
    (folder / "experiments").mkdir(exist_ok=True)
    (folder / "experiments" / "claims.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def content(outcome: Outcome) -> dict[str, Any]:
    """Give all of an outcome but the time it took."""
    return {name: value for name, value in vars(outcome).items() if name not in ("seconds", "weekly")}


def metrics(**values: Sequence[float]) -> dict[str, np.ndarray]:
    """Make metrics of three firms, the focal one in the middle; the others take what is left of shares, or the same."""
    made = {}
    for name, own in values.items():
        focal = np.array(own, dtype=float)
        other = (1.0 - focal) / 2 if name == "market_share" else focal
        made[name] = np.stack([other, focal, other], axis=1)
    return made


def worlds(programme: dict[str, Any], nothing: dict[str, Any]) -> Worlds:
    """Pair two worlds from the focal firm's values by year, from year -1 on."""
    return Worlds(metrics(**programme), metrics(**nothing), 1, LIMITS)


def yearly(years: int, **focal: Sequence[float]) -> dict[str, list[float]]:
    """Give values by year for every metric: the named ones as given, the rest constant and harmless."""
    known = {name: [0.5] * years for name in load_catalogue().metrics}
    known |= {"revenue": [69022.0] * years, "market_value": [895223.0] * years, "market_share": [0.0771] * years}
    return known | {name: list(values) for name, values in focal.items()}


def finished(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]], **facts: Any) -> Finished:
    """Make a finished study of pairs of worlds, by seed, from the focal firm's values by year.

    Parameters
    ----------
    pairs
        Values with the programme and without.
    facts
        `met`, `status`: by seed; `last_week`: of every programme; `labels`: rivals and decline.
    """
    scenario = point()
    firms = list(scenario.firms)
    runs, tables = [], []
    for seed, pair in enumerate(pairs):
        for programme, values in zip((True, False), pair, strict=True):
            key = f"{seed}-{programme}"
            status = facts.get("status", {}).get(seed, "ok")
            fit = {"decline": "ended", "target": [0.0858, 0.0771], "met": facts.get("met", {}).get(seed, True)}
            fit["reached"] = values["market_share"][:2]
            label = {"decline": "ended", "rivals": "stopped", "programme": programme}
            last = {"last_week": facts.get("last_week", 40) if programme else -1}
            run = {"key": key, "seed": seed, "label": label, "status": status, "error": "", "programme": last}
            runs.append(run | {"fit": fit if status == "ok" else {}})
            if status == "ok":
                tables.append(_table(key, values, firms, firms.index(scenario.focal)))
    return Finished(runs, pd.concat(tables) if tables else pd.DataFrame(), None)


def _table(key: str, values: dict[str, Any], firms: list[str], focal: int) -> pd.DataFrame:
    years = len(values["market_share"])
    index = {"key": key, "year": np.repeat(np.arange(years) - 1, len(firms)), "firm": firms * years}
    columns = {}
    for name in load_catalogue().metrics:
        own = np.array(values[name], dtype=float)
        table = np.repeat(own[:, None], len(firms), axis=1)
        if name == "market_share":
            table[:] = ((1.0 - own) / (len(firms) - 1))[:, None]
            table[:, focal] = own
        columns[name] = table.ravel()
    return pd.DataFrame(index | columns)
