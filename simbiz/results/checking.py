"""Whether a result folder is as its manifest says: every file, and every value in the ledger."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from simbiz.errors import InputError
from simbiz.results.folder import MANIFEST, link_on_the_way, part_of, read_json
from simbiz.results.inputs import SCENARIOS, require_version, scenario_files, stored_scenario
from simbiz.results.manifest import (
    SCHEMA_VERSION,
    file_facts,
    is_logged,
    manifest_checksum,
    sessions_of,
)
from simbiz.results.own import LEDGER_FILES, live_files_of, others_in
from simbiz.results.reading import LEDGER, content_digest, counts, damage, reading, times_digest

GO_ON = "the same command goes on with it"
PUT = "put there what it points to"
RESTORE = "take it from a copy, or remove the folder and do the study again"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a result.

    Parameters
    ----------
    file : str
        Where, relative to the result folder.
    what : str
        What is wrong.
    do : str
        What to do about it.
    """

    file: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.file} {self.what}: {self.do}"

    def plain(self) -> dict[str, str]:
        """As plain data."""
        return asdict(self)


def manifest_problems(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The manifest of a result folder, and what is wrong with it; empty where it cannot be used."""
    try:
        if not part_of(folder, MANIFEST).is_file():
            return {}, [Problem(MANIFEST, "is missing, the study has not been done to its end", GO_ON)]
        manifest = read_json(folder / MANIFEST)
        require_version(manifest, SCHEMA_VERSION, folder / MANIFEST)
    except InputError as error:
        return {}, [Problem(MANIFEST, error.message, RESTORE)]
    if manifest["schema_version"] < SCHEMA_VERSION:
        return {}, [Problem(MANIFEST, "has no checksums, an earlier version wrote it", f"{GO_ON} and writes them")]
    if manifest.get("checksum") != manifest_checksum(manifest):
        return {}, [Problem(MANIFEST, "was changed after it was written", RESTORE)]
    if not isinstance(manifest.get("files"), dict) or not {"values", "times"} <= manifest.get("ledger", {}).keys():
        return {}, [Problem(MANIFEST, "answers for no ledger or no files", RESTORE)]
    return manifest, []


def content_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """Files that are missing, are not as they were or are not known, and what is wrong with the ledger."""
    of_files = list(file_problems(folder, manifest))
    yield from of_files
    of_ledger = list(ledger_problems(folder, manifest))
    # Whoever goes on with a study writes files that the next manifest is going to know.
    if not any(problem.do.startswith(GO_ON) for problem in of_ledger):
        told = {problem.file for problem in of_files}
        yield from (problem for problem in unknown_files(folder, manifest) if problem.file not in told)
    yield from of_ledger


def file_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """Files of the manifest that are missing or are not as they were."""
    how, told = made_by(manifest), set()
    for name, known in manifest["files"].items():
        path = folder / name
        if not lies_inside(name):
            yield Problem(MANIFEST, f"answers for {name}, which is no file of the folder", RESTORE)
        elif link := link_on_the_way(folder, path):
            if link not in told:
                yield Problem(link.relative_to(folder).as_posix(), "is a link and is not followed", PUT)
            told.add(link)
        elif not path.is_file():
            yield Problem(name, "is missing", RESTORE + how)
        elif file_facts(path) != known:
            yield Problem(name, "was changed after it was written", RESTORE + how)


def lies_inside(name: str) -> bool:
    """Whether a relative path stays in the folder that it starts from."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\0" not in name


def unknown_files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """Files, links and folders of files in a result folder that its manifest does not answer for."""
    live = {path.relative_to(folder).as_posix() for path in live_files_of(folder)}
    for name in others_in(folder, {*manifest["files"], *LEDGER_FILES, *live}):
        if not _stands_for_itself(folder / name):
            yield Problem(name, "is not in the manifest", "it is no part of the result; move it elsewhere")


def _stands_for_itself(path: Path) -> bool:
    """Whether there is a folder with a manifest of its own, such as that of a shard or of an event log, or no file."""
    if path.is_symlink() or not path.is_dir():
        return False
    return (path / MANIFEST).is_file() or not any(files for _, _, files in os.walk(path))


def ledger_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the ledger, whole or in a single value."""
    how = made_by(manifest)
    try:
        with reading(folder / LEDGER) as ledger:
            broken = damage(ledger)
            if broken is not None:
                yield Problem(LEDGER, f"is damaged ({broken})", RESTORE + how)
                return
            standing, known = counts(ledger), manifest.get("standing", {})
            if content_digest(ledger) != manifest["ledger"]["values"]:
                if sum(standing.values()) > manifest["runs"] or standing["ok"] > known.get("ok", 0):
                    yield Problem(LEDGER, "was gone on with after the manifest was written", GO_ON + " to its end")
                else:
                    yield Problem(LEDGER, "holds other values than when it was written", RESTORE + how)
            elif times_digest(ledger) != manifest["ledger"]["times"]:
                yield Problem(LEDGER, "holds other times than when it was written", RESTORE + how)
            elif not _is_same_file(folder, manifest["ledger"]):
                what = "is not the file that was written, though every value in it is the same"
                yield Problem(LEDGER, what, f"keep it if a database program wrote it anew, else {RESTORE}{how}")
    except InputError as error:
        yield Problem(LEDGER, error.message, RESTORE + how)


def _is_same_file(folder: Path, known: Mapping[str, Any]) -> bool:
    """Whether the ledger has the bytes that it had; an earlier manifest does not tell, and a log is still to go in."""
    return "sha256" not in known or is_logged(folder) or file_facts(folder / LEDGER).items() <= known.items()


def scenario_problems(folder: Path) -> Iterator[Problem]:
    """Scenarios of a result folder that are not what their names stand for."""
    try:
        names = list(scenario_files(folder))
    except InputError as error:
        where = Path(error.file or folder).relative_to(folder).as_posix()
        yield Problem(where, error.message, PUT)
        return
    for name in names:
        try:
            stored_scenario(folder, name)
        except InputError as error:
            yield Problem(f"{SCENARIOS}/{name}.json", error.message, RESTORE)


def made_by(manifest: Mapping[str, Any]) -> str:
    """The command that made a result, to append to what can be done."""
    command = command_of(manifest)
    return f" ({command})" if command else ""


def command_of(manifest: Mapping[str, Any]) -> str:
    """The last command that did runs of a result; empty where none is known."""
    commands = [session.get("command", [])[1:] for session in sessions_of(manifest)]
    doing = [command for command in commands if command and command[:1] != ["results"]]
    return shlex.join(["simbiz", *doing[-1]]) if doing else ""


def version_of(manifest: Mapping[str, Any]) -> str:
    """With which simbiz a result was made: version and commit."""
    source = manifest.get("source") or {}
    commit = f", commit {source['commit'][:12]}" if source.get("commit") else ""
    changed = " with changes that were not committed" if commit and not source.get("clean") else ""
    return f"simbiz {manifest.get('versions', {}).get('simbiz', 'unknown')}{commit}{changed}"
