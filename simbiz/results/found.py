"""Results below a folder: which there are, what they are, how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.results.folder import INPUTS, MANIFEST, is_plain_file
from simbiz.results.load import Result
from simbiz.results.merge import SHARDS
from simbiz.results.own import everything_of, is_result
from simbiz.results.reading import LEDGER

RESULTS = Path("results")
DEEPEST = 3


@dataclass(frozen=True)
class Found:
    """A result folder as a list shows it.

    Parameters
    ----------
    folder : Path
        The folder.
    kind, scenario, id : str
        Kind of study, scenario, digits of its content.
    standing : dict
        Number of runs by status.
    finished : bool
        Whether it has a manifest, which is written last.
    changed : datetime
        When the ledger or the manifest last changed.
    bytes : int
        Size of all its files, and of its shards'; what else lies in the folder is not counted.
    problem : str
        Why it cannot be opened; empty if it can.
    """

    folder: Path
    kind: str
    scenario: str
    id: str
    standing: dict[str, int]
    finished: bool
    changed: datetime
    bytes: int
    problem: str = ""

    @property
    def is_shard(self) -> bool:
        """Whether it is a part of a study that lies in the folder of that."""
        return self.folder.match(SHARDS)

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "folder": str(self.folder),
            "kind": self.kind,
            "scenario": self.scenario,
            "id": self.id,
            "runs": self.standing,
            "finished": self.finished,
            "changed": self.changed.isoformat(timespec="seconds"),
            "bytes": self.bytes,
            "problem": self.problem,
        }


def place_of(folder: Path) -> Path:
    """Folder of a result as the list names it: as it stands, or below results/."""
    below = RESULTS / folder
    return below if not folder.exists() and not folder.is_absolute() and below.exists() else folder


def results_under(folder: Path = RESULTS) -> list[Found]:
    """Results below a folder, the newest first; shards of a study are results of their own.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not folder.is_dir():
        why = "there is no such folder; studies make it where they are started (simbiz experiment ls)"
        raise InputError(why, file=folder)
    found = map(_described, result_folders(folder))
    return sorted(found, key=lambda one: (one.changed, one.folder), reverse=True)


def newest_result(folder: Path = RESULTS) -> Path:
    """Folder of the result that changed last.

    Raises
    ------
    InputError
        If there is none.
    """
    found = list(result_folders(folder)) if folder.is_dir() else []
    if not found:
        raise InputError("holds no result; give the folder of one", file=folder)
    return max(found, key=lambda path: (_changed(path), path))


def result_folders(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Result folders at most `DEEPEST` below; links are not followed."""
    if is_result(folder):
        yield folder
    if depth < DEEPEST:
        for inside in sorted(folder.iterdir()):
            if inside.is_dir() and not inside.is_symlink():
                yield from result_folders(inside, depth + 1)


def _described(folder: Path) -> Found:
    size = sum(path.stat().st_size for path in everything_of(folder))
    finished = is_plain_file(folder / MANIFEST)
    about: dict[str, Any] = {"folder": folder, "finished": finished, "changed": _changed(folder), "bytes": size}
    try:
        result = Result(folder)
        scenario = str(result.settings.get("scenario", result.study.removeprefix(f"{result.kind}-")))
        return Found(kind=result.kind, scenario=scenario, id=result.id, standing=result.standing, **about)
    except InputError as error:
        return Found(kind="", scenario="", id=folder.name, standing={}, problem=str(error), **about)


def _changed(folder: Path) -> datetime:
    files = (folder / name for name in (LEDGER, f"{LEDGER}-wal", MANIFEST, INPUTS))
    return datetime.fromtimestamp(max(file.stat().st_mtime for file in files if is_plain_file(file)), UTC)
