"""What of a folder is simbiz's own: whether it holds a result, and which files in it belong to that.

simbiz gives names of its own and makes no links. What has another name, or is a link, is the user's: it is not counted,
not copied and not removed, wherever it lies.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from simbiz.errors import InputError, one_of
from simbiz.results.crate import CRATE
from simbiz.results.folder import INPUTS, MANIFEST, is_plain_file, names_in, part_of, read_json
from simbiz.results.inputs import PLAN_FILE, PLANS, SCENARIO_FILE, SCENARIOS, kind_in, report_file
from simbiz.results.reading import BESIDE, LEDGER, is_ledger
from simbiz.results.series import KEPT, KEPT_FILE

# Figures that kinds of study draw into their folder.
FIGURES = {"claims": "share.svg", "seen and caused": "uplifts.svg"}
FOLDERS = {SCENARIOS: SCENARIO_FILE, PLANS: PLAN_FILE, **dict.fromkeys(KEPT, KEPT_FILE)}
LEDGER_FILES = (LEDGER, *(f"{LEDGER}{ending}" for ending in BESIDE))
SHARD = re.compile(r"shard-\d+-of-\d+")
UNFINISHED = re.compile(r"\.(.+)\.[0-9a-f]{8}\.tmp")


def is_result(folder: Path) -> bool:
    """Whether simbiz made a folder for a study; one of its files may be lost or damaged, a study need not be done."""
    if _says(folder, INPUTS, {"name": str, "id": str, "settings": dict}):
        return True
    if _says(folder, MANIFEST, {"study": str, "id": str}):
        return True
    return any(is_plain_file(folder / name) for name in (INPUTS, MANIFEST)) and is_ledger(folder / LEDGER)


def _says(folder: Path, name: str, facts: Mapping[str, type]) -> bool:
    """Whether a file says what simbiz writes there."""
    said = _read(folder, name)
    return all(isinstance(said.get(fact), kind) for fact, kind in {"schema_version": int, **facts}.items())


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        return read_json(part_of(folder, name))
    except InputError:
        return {}


def require_result(folder: Path) -> Path:
    """Refuse what is no result folder, and say what is nearest to it."""
    if is_result(folder):
        return folder
    if not folder.exists():
        raise InputError("there is no such folder; simbiz results ls lists those below results/", file=folder)
    if not folder.is_dir():
        raise InputError("is no folder; a result is the folder that holds runs.sqlite", file=folder)
    if is_plain_file(folder / LEDGER):
        raise InputError("was never begun by this version: it has neither study.json nor manifest.json", file=folder)
    if "event_log" in _read(folder, MANIFEST):
        raise InputError("holds an event log and no result; see docs/event_log.md", file=folder)
    inside = [name for name in names_in(folder) if is_result(folder / name)]
    hint = f"; it holds {one_of(inside).removeprefix('one of ')}" if inside else ""
    raise InputError(f"is no result folder of simbiz{hint}", file=folder)


def require_free(folder: Path, kind: str) -> None:
    """Refuse a folder in which a study of some kind would write over files that simbiz did not write.

    Raises
    ------
    InputError
        If a file of such a name, or a link in the place of a part of a result, is there.
    """
    for name in (*FOLDERS, INPUTS, MANIFEST, *LEDGER_FILES):
        part_of(folder, name)
    if is_result(folder) or is_ledger(folder / LEDGER):
        return
    for name in (LEDGER, MANIFEST, *_top(kind)):
        if os.path.lexists(folder / name):
            raise InputError("is not from simbiz and would be written over: give the study a folder of its own",
                             file=folder / name)  # fmt: skip


def shards_in(folder: Path) -> list[Path]:
    """Folders of the shards of a study that lie in its folder."""
    places = [folder / name for name in names_in(folder) if SHARD.fullmatch(name)]
    return [place for place in places if not place.is_symlink() and is_result(place)]


def files_of(folder: Path) -> list[Path]:
    """Files of a study that its manifest answers for, in a fixed order."""
    return sorted(path for path, is_unfinished in _own(folder) if not is_unfinished and path != folder / MANIFEST)


def live_files_of(folder: Path) -> list[Path]:
    """Files of a study that change while it goes on: manifest, ledger, and what has not been given its name yet."""
    named = [path for path, is_unfinished in _own(folder) if is_unfinished or path == folder / MANIFEST]
    return named + [path for path in (folder / name for name in LEDGER_FILES) if is_plain_file(path)]


def everything_of(folder: Path) -> list[Path]:
    """All files of a study and of the shards in its folder."""
    of_shards = [path for shard in shards_in(folder) for path in everything_of(shard)]
    return [*files_of(folder), *live_files_of(folder), *of_shards]


def _own(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Files that have a name that simbiz gives, but for the ledger's, and whether each is still being written."""
    top = (MANIFEST, *_top(str(kind_in(_read(folder, INPUTS), _read(folder, MANIFEST)))))
    patterns = {"": re.compile("|".join(map(re.escape, top)))} | FOLDERS
    for place, pattern in patterns.items():
        for name in names_in(folder / place):
            unfinished = UNFINISHED.fullmatch(name)
            path = folder / place / name
            if pattern.fullmatch(unfinished[1] if unfinished else name) and is_plain_file(path):
                yield path, unfinished is not None


def _top(kind: str) -> tuple[str, ...]:
    """Names of the files of a study of some kind that lie beside its manifest and its ledger."""
    return (INPUTS, CRATE, report_file(kind), *([FIGURES[kind]] if kind in FIGURES else []))


def others_in(folder: Path, known: Collection[str]) -> Iterator[str]:
    """What lies in a folder besides known files, by relative name; a folder that holds none of them is one name.

    A link is never a folder.
    """
    inside = {str(parent) for name in known for parent in PurePosixPath(name).parents} | FOLDERS.keys()
    for place, folders, files in os.walk(folder):
        here = PurePosixPath(Path(place).relative_to(folder).as_posix())
        entered = [name for name in folders if str(here / name) in inside and not Path(place, name).is_symlink()]
        names = sorted({*folders, *files} - set(entered))
        yield from (name for name in (str(here / name) for name in names) if name not in known)
        folders[:] = sorted(entered)
