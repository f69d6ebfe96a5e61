"""One tiny real result of every kind of study that has figures, made once and copied for whoever changes it."""

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from studies import TINY

from simbiz.plots.figures import figures_of_kind
from simbiz.results.load import Result, load_result
from simbiz.results.manifest import checksums
from simbiz.runs.conduct import conduct
from simbiz.runs.study_file import study_of

# Short enough for the first full year after the last step to be lived.
BRIEF = TINY | {"calendar.years": 2, "programme.order": ["smm"]}
INPUTS = ("parameters.loyalty_coefficient", "parameters.forgetting", "parameters.patience")
COMMON: dict[str, Any] = {"scenario": "partner-dv", "first_seed": 1, "set": TINY}
SETTINGS: dict[str, dict[str, Any]] = {
    "run": {"kind": "run", "replicates": 2},
    "claims": {
        "kind": "claims", "replicates": 2, "declines": ["one_off", "ended"], "rivals": ["stopped"], "set": BRIEF,
        "series": True,
    },
    "compare": {
        "kind": "compare", "replicates": 2,
        "alternatives": {"nothing": {"programme.order": []}, "one tool": {"programme.order": ["smm"]}},
    },
    "sensitivity": {
        "kind": "sensitivity", "method": "sobol-second-order", "size": 8, "set": BRIEF, "outcomes": ["share.value"],
        "inputs": list(INPUTS), "screen": {"method": "morris", "size": 2, "keep": 2},
    },
    "sensitivity by derivatives": {
        "kind": "sensitivity", "method": "dgsm", "size": 8, "inputs": list(INPUTS[:2]),
        "outcomes": ["market_share year 1 value"],
    },
    "orders": {
        "kind": "orders", "tools": ["bpm_crm", "website", "content"], "runs": 130, "outcomes": ["share", "payback"],
        "block": 6, "pool": 4, "finalists": 2, "set": TINY | {"calendar.weeks": 20},
    },
    "sweep": {
        "kind": "sweep", "replicates": 2, "design": "factorial", "outcomes": ["market_share"], "paired": True,
        "factors": {"parameters.loyalty_coefficient": {"range": "declared"}, "rivals.mode": ["stopped", "trend"]},
        "best": {"outcome": "market_share", "of": "difference"},
    },
    "ablation": {"kind": "ablation", "replicates": 2, "mechanisms": ["loyalty", "waiting"], "set": BRIEF},
    "orders census": {
        "kind": "orders census", "tools": ["bpm_crm", "website", "content"], "replicates": 2,
        "set": TINY | {"calendar.weeks": 20},
    },
    "patterns": {"kind": "patterns", "replicates": 2},
    "calibrate": {
        "kind": "calibrate", "replicates": 1, "points": 8, "fewest": 1, "search": 0,
        "parameters": ["base_reach", "forgetting"],
    },
    # Enough customers for groups of which something is told.
    "seen and caused": {"kind": "seen and caused", "replicates": 2, "years": 2, "set": BRIEF | {"customers": 4000}},
    "payback": {"kind": "payback", "replicates": 2},
    "loyalty": {"kind": "loyalty", "replicates": 2, "set": TINY | {"customers": 600}},
    "map": {"kind": "map", "replicates": 2},
    "claims under uncertainty": {
        "kind": "claims under uncertainty", "replicates": 1, "points": 4, "design_seed": 1, "growth": [-0.1, 0.1],
        "declines": ["ended"], "rivals": ["stopped"], "set": BRIEF,
    },
}  # fmt: skip
PRINTED = "as printed"
# The search for regions needs many points; what it writes is put beside the report of few.
REGION = {
    "points": 40,
    "holding": 20,
    "density": 0.5,
    "prim": {
        "better_than_chance": True,
        "probability": 0.01,
        "density_elsewhere": 0.8,
        "boxes": [
            {
                "density": 0.9, "coverage": 0.7, "mass": 0.4, "points": 16,
                "bounds": [
                    {"name": "parameters.forgetting", "low": None, "high": 0.02, "levels": None, "quasi_p": 0.001},
                    {"name": "rivals.mode", "low": None, "high": None, "levels": ["stopped"], "quasi_p": 0.01},
                ],
            }
        ],
    },
    "cart": None,
}  # fmt: skip
FITTING = [(name, kind) for kind in SETTINGS for name in figures_of_kind(kind.partition(" by ")[0])]


@cache
def _made(kind: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="simbiz-figured-")) / "made"
    conduct(study_of(COMMON | SETTINGS[kind]), folder=folder)
    if kind == "claims under uncertainty":
        path = folder / "claims_under_uncertainty.json"
        report = json.loads(path.read_text(encoding="utf-8"))
        report["discovery"] = {"outcome": "share.value | paired | first year", "holds": REGION, "fails": REGION}
        path.write_text(json.dumps(report), encoding="utf-8")
        manifest = folder / "manifest.json"
        known = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(known | {"files": checksums(folder)}), encoding="utf-8")
    return folder


def figured(kind: str) -> Result:
    """Give a result of a kind, to be read only."""
    return load_result(_made(kind))


@cache
def page(kind: str) -> str:
    """Give the page of a result, made once."""
    from simbiz.report.page import page_of

    return page_of(figured(kind), PRINTED)


def copied(kind: str, folder: Path) -> Path:
    """Give a copy of its folder."""
    return Path(shutil.copytree(_made(kind), folder / "made"))
