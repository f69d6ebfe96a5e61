"""Manifests: what was run, with what it was made, and a checksum of every file."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.results.crate import write_crate
from simbiz.results.folder import MANIFEST, is_plain_file, part_of, read_json, write_json
from simbiz.results.own import files_of
from simbiz.results.reading import LEDGER, content_digest, counts, reading, seeds_of, times_digest

SCHEMA_VERSION = 2
PACKAGES = ("simbiz", "mesa", "numpy", "scipy", "numba", "pandas", "pydantic", "pyarrow")
OF_THE_LEDGER = ("runs", "standing", "seeds", "run_seconds", "ledger")
# What a session of work adds to the manifest; that of earlier sessions is kept.
OF_A_SESSION = ("command", "python", "machine", "versions", "source", "began", "written", "wall_seconds")


def write_manifest(
    folder: Path,
    facts: Mapping[str, Any],
    began: datetime | None = None,
    same_runs: bool = False,
    sources: Sequence[Path] = (),
    files: Sequence[str] | None = None,
) -> None:
    """Write manifest.json and, for a study, its description as a research object.

    A folder whose content is as its manifest says keeps the manifest that it has: doing a finished study again does
    not change with what it was made.

    Parameters
    ----------
    folder : Path
        Result folder, or folder of an event log.
    facts : mapping
        What was run, as plain data: study, id, kind, scenario, model.
    began : datetime, optional
        When this session began.
    same_runs : bool
        Whether the ledger is known to be as the manifest says, so that it need not be read: of 100,000 runs that takes
        a while.
    sources : sequence of Path
        Result folders that its runs came from; with what those were made is kept.
    files : sequence of str, optional
        Names of the files it answers for; those that simbiz writes for a study by default.
    """
    earlier = earlier_manifest(folder)
    known = {name: earlier[name] for name in OF_THE_LEDGER if name in earlier} if earlier and same_runs else {}
    runs = known if len(known) == len(OF_THE_LEDGER) else ledger_facts(folder)
    content = dict(facts) | runs | {"files": checksums(folder, files)}
    of_sources = _sessions([earlier_manifest(source) for source in sources])
    if earlier is not None and all(earlier.get(name) == value for name, value in content.items()):
        more = [session for session in of_sources if session not in sessions_of(earlier)]
        if more:
            _write(folder, earlier | {"earlier_sessions": [*more, *earlier["earlier_sessions"]]})
        return
    now = datetime.now(UTC)
    began = began or now
    manifest = {
        "schema_version": SCHEMA_VERSION,
        **content,
        "command": sys.argv,
        "python": platform.python_version(),
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
        "versions": {name: _version(name) for name in PACKAGES},
        "source": _commit(),
        "began": began.isoformat(timespec="seconds"),
        "written": now.isoformat(timespec="seconds"),
        "wall_seconds": round((now - began).total_seconds(), 1),
        "earlier_sessions": [*of_sources, *(one for one in _sessions([earlier]) if one not in of_sources)],
    }
    if "study" in facts:
        write_crate(folder, manifest)
        manifest["files"] = checksums(folder)
    _write(folder, manifest)


def _write(folder: Path, manifest: Mapping[str, Any]) -> None:
    write_json(folder / MANIFEST, {**manifest, "checksum": manifest_checksum(manifest)})


def earlier_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest that a folder has, if it can be read."""
    try:
        return read_json(part_of(folder, MANIFEST))
    except InputError:
        return None


def sessions_of(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sessions of work that a manifest tells of, the last one last."""
    last = {name: manifest[name] for name in OF_A_SESSION if name in manifest}
    return [*manifest.get("earlier_sessions", []), last]


def _sessions(manifests: Iterable[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for manifest in manifests:
        found += [one for one in sessions_of(manifest or {}) if one and one not in found]
    return found


def manifest_checksum(manifest: Mapping[str, Any]) -> str:
    """64 hexadecimal digits of a manifest without its own checksum."""
    own = {name: value for name, value in manifest.items() if name != "checksum"}
    return sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


def ledger_facts(folder: Path) -> dict[str, Any]:
    """Number of runs, how they stand, their seeds and the digest of all they gave; nothing without a ledger."""
    if not is_plain_file(folder / LEDGER):
        return {}
    with reading(folder / LEDGER) as ledger:
        standing = counts(ledger)
        (seconds,) = ledger.execute("SELECT coalesce(sum(seconds), 0.0) FROM runs").fetchone()
        facts = {
            "runs": sum(standing.values()),
            "standing": standing,
            "seeds": seeds_of(ledger),
            "run_seconds": round(seconds, 3),
            "ledger": {"values": content_digest(ledger), "times": times_digest(ledger)},
        }
    return facts if is_logged(folder) else facts | {"ledger": facts["ledger"] | file_facts(folder / LEDGER)}


def is_logged(folder: Path) -> bool:
    """Whether a part of the ledger still stands in its write-ahead log, so that its file is going to change."""
    return (folder / f"{LEDGER}-wal").exists()


def file_facts(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    return {"bytes": path.stat().st_size, "sha256": file_checksum(path)}


def checksums(folder: Path, files: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every file of a result but the manifest and the ledger, or of some, by relative name."""
    paths = files_of(folder) if files is None else [part_of(folder, name) for name in files]
    return {path.relative_to(folder).as_posix(): file_facts(path) for path in paths}


def file_checksum(path: Path) -> str:
    """SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> dict[str, Any]:
    """Commit of the source folder and whether it is clean; empty for an installed package."""
    folder = Path(__file__).parents[2]
    if not (folder / ".git").exists():
        return {}
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return {"commit": commit, "clean": not _git(folder, "status", "--porcelain")}
    except (OSError, subprocess.SubprocessError):
        return {}


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
