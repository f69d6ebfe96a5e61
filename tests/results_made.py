"""Result folders to test on, made once and copied for whoever changes them."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from studies import TINY

from simbiz.runs.conduct import conduct, conduct_shard
from simbiz.runs.study import Study
from simbiz.runs.study_file import study_of

SEEDS = (3, 4)


def run_study(**changes: Any) -> Study[Any]:
    """Two worlds of a tiny market that live for a quarter of a year."""
    settings = {"kind": "run", "scenario": "partner-dv", "first_seed": SEEDS[0], "replicates": len(SEEDS)}
    return study_of(settings | {"set": TINY | {"calendar.weeks": 13}} | changes)


def ablation_study(**changes: Any) -> Study[Any]:
    """A study with labels: with and without the programme and one mechanism."""
    settings = {"kind": "ablation", "scenario": "partner-dv", "first_seed": 1, "mechanisms": ["loyalty"]}
    return study_of(settings | {"set": TINY} | changes)


# Other kinds as small as they can be.
BRIEF = TINY | {"calendar.weeks": 13}
OTHERS: dict[str, dict[str, Any]] = {
    "claims": {"replicates": 1, "declines": ["ended"], "rivals": ["stopped"]},
    "calibrate": {"to": "patterns", "points": 2, "fewest": 0, "search": 0, "replicates": 1,
                  "parameters": ["loyalty_coefficient", "base_reach"]},
    "patterns": {"replicates": 1},
    "orders": {"runs": 90, "tools": ["bpm_crm", "website", "content"], "block": 4, "pool": 4, "finalists": 2,
               "outcomes": ["share"], "set": BRIEF},
    "sweep": {"replicates": 1, "factors": {"parameters.loyalty_coefficient": [1.0, 2.0]},
              "outcomes": ["market_share"], "paired": False, "series": True},
    "sensitivity": {"method": "morris", "size": 2, "replicates": 1, "outcomes": ["market_share year 1 paired"],
                    "inputs": ["parameters.loyalty_coefficient", "parameters.forgetting"]},
    "compare": {"replicates": 2, "outcomes": ["market_share"], "alternatives": {"all": {}, "nothing": {
        "programme.order": []}}},
}  # fmt: skip


def other_study(kind: str) -> Study[Any]:
    """A study of one of `OTHERS`."""
    return study_of({"kind": kind, "scenario": "partner-dv", "first_seed": 1, "set": TINY} | OTHERS[kind])


@cache
def _made(kind: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="simbiz-made-")) / kind
    name = kind.partition(" ")[0]
    study = other_study(name) if name in OTHERS else {"run": run_study, "ablation": ablation_study}[name]()
    if kind.endswith("in shards"):
        for number in (1, 2):
            conduct_shard(study, (number, 2), folder=folder / f"shard-{number}-of-2")
    else:
        conduct(study, folder=folder)
    return folder


def result(tmp_path: Path, kind: str = "run", name: str = "made") -> Path:
    """Give a copy of a result folder: "run", "ablation", or either "in shards", or one of `OTHERS`."""
    return Path(shutil.copytree(_made(kind), tmp_path / name))
