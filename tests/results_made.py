"""Result folders to test on, made once and copied for whoever changes them."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from studies import TINY

from simbiz.experiment.conduct import conduct, conduct_shard
from simbiz.experiment.study import Study
from simbiz.experiment.study_file import study_of

SEEDS = (3, 4)


def run_study(**changes: Any) -> Study[Any]:
    """Two worlds of a tiny market that live for a quarter of a year."""
    settings = {"kind": "run", "scenario": "partner-dv", "first_seed": SEEDS[0], "replicates": len(SEEDS)}
    return study_of(settings | {"set": TINY | {"calendar.weeks": 13}} | changes)


def ablation_study(**changes: Any) -> Study[Any]:
    """A study with labels: with and without the programme and one mechanism."""
    settings = {"kind": "ablation", "scenario": "partner-dv", "first_seed": 1, "mechanisms": ["loyalty"]}
    return study_of(settings | {"set": TINY} | changes)


@cache
def _made(kind: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="simbiz-made-")) / kind
    study = {"run": run_study, "ablation": ablation_study}[kind.partition(" ")[0]]()
    if kind.endswith("in shards"):
        for number in (1, 2):
            conduct_shard(study, (number, 2), folder=folder / f"shard-{number}-of-2")
    else:
        conduct(study, folder=folder)
    return folder


def result(tmp_path: Path, kind: str = "run", name: str = "made") -> Path:
    """Give a copy of a result folder: "run", "ablation", or either "in shards"."""
    return Path(shutil.copytree(_made(kind), tmp_path / name))
