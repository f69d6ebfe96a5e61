"""Description of a result folder as a research object: RO-Crate 1.1, Process Run Crate profile 0.5.

Whoever finds the folder learns, without simbiz, which program made which files from which inputs, and when.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from simbiz.results.folder import INPUTS, MANIFEST, write_json

CRATE = "ro-crate-metadata.json"
CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCE_TEXT = "No licence is stated for these results; simbiz, which made them, is under the Apache License 2.0."
PROGRAM, ACTION, LICENCE = "#simbiz", "#run", "#licence"

INPUT_NAMES = (INPUTS, "scenarios", "plans")
MEANINGS = {
    INPUTS: "What the study was asked: its settings, with all defaults.",
    "scenarios": "The scenarios, resolved: every parameter, tool and channel with its value.",
    "plans": "Which runs were planned, as changes of a scenario and seeds.",
    "runs.sqlite": "Ledger: every run with its status, and the yearly outcomes of those that finished.",
    "series": "Weekly series of the firms, a file a run.",
    "flows": "Steps from contact to next contact by year, firm and channels, a file a run.",
    "customers": "A sample of the customers at the end, a file a run.",
    MANIFEST: "Versions, seeds, command, machine, and checksums of every file.",
}
FORMATS = {
    ".json": "application/json",
    ".sqlite": "application/vnd.sqlite3",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".csv": "text/csv",
    ".toml": "application/toml",
}


def write_crate(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write ro-crate-metadata.json.

    Parameters
    ----------
    folder : Path
        Result folder with all its files but the manifest.
    manifest : mapping
        What the manifest is going to say.
    """
    write_json(folder / CRATE, {"@context": CONTEXT, "@graph": list(_entities(folder, manifest))})


def _entities(folder: Path, manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    parts = list(_parts(folder, manifest))
    inputs = [_link(part) for part in parts if part["@id"].rstrip("/") in INPUT_NAMES]
    results = [_link(part) for part in parts if part["@id"].rstrip("/") not in INPUT_NAMES]
    title = f"{manifest['study']} {manifest['id']}"
    yield {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": "./"},
    }
    yield {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": f"{manifest['runs']} runs of an agent-based market model: {manifest['study']}.",
        "datePublished": manifest["written"],
        "license": {"@id": LICENCE},
        "conformsTo": {"@id": PROFILE},
        "hasPart": [_link(part) for part in parts],
        "mentions": {"@id": ACTION},
    }
    yield {"@id": LICENCE, "@type": "CreativeWork", "name": "Not stated", "description": LICENCE_TEXT}
    yield {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
    yield _program(manifest)
    yield {
        "@id": ACTION,
        "@type": "CreateAction",
        "name": f"simbiz: {title}",
        "description": shlex.join(["simbiz", *manifest["command"][1:]]),
        "startTime": manifest["began"],
        "endTime": manifest["written"],
        "actionStatus": "http://schema.org/CompletedActionStatus",
        "instrument": {"@id": PROGRAM},
        **({"object": _one_or_all(inputs)} if inputs else {}),
        "result": _one_or_all(results),
    }
    yield from parts


def _program(manifest: Mapping[str, Any]) -> dict[str, Any]:
    source = manifest["source"]
    commit = f", commit {source['commit']}{'' if source['clean'] else ' with changes'}" if source else ""
    others = ", ".join(f"{name} {found}" for name, found in manifest["versions"].items() if name != "simbiz")
    return {
        "@id": PROGRAM,
        "@type": "SoftwareApplication",
        "name": "simbiz",
        "softwareVersion": manifest["versions"]["simbiz"],
        "description": f"Agent-based simulation of digital business models{commit}; "
        f"sources of the model {manifest.get('model', 'unknown')}; Python {manifest['python']}.",
        "softwareRequirements": others,
    }


def _parts(folder: Path, manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Files at the top and folders below, so that a thousand series are one part."""
    names = {name.partition("/")[0] for name in manifest["files"]} - {CRATE}
    for name in sorted(names | {MANIFEST, "runs.sqlite"}):
        if (folder / name).is_dir():
            yield {"@id": f"{quote(name)}/", "@type": "Dataset", "name": name, "description": _meaning(name)}
        elif name == MANIFEST or (folder / name).is_file():
            part = {"@id": quote(name), "@type": "File", "name": name, "description": _meaning(name)}
            kind = FORMATS.get(Path(name).suffix)
            yield part | ({"encodingFormat": kind} if kind else {})


def _meaning(name: str) -> str:
    return MEANINGS.get(name, "What the study says." if name.endswith(".json") else "Made from the runs.")


def _one_or_all(links: list[dict[str, str]]) -> Any:
    """A single value is no list in compacted JSON-LD."""
    return links[0] if len(links) == 1 else links


def _link(part: Mapping[str, Any]) -> dict[str, str]:
    return {"@id": part["@id"]}
