"""Folders of one study put together: the shards of a job array, or copies that were gone on with apart."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.files.whole_file import whole_file
from simbiz.results.folder import INPUTS, open_folder, part_of, parts_in
from simbiz.results.inputs import kind_in, read_inputs
from simbiz.results.ledger_sharing import ledger_like, merge
from simbiz.results.manifest import earlier_manifest
from simbiz.results.own import FOLDERS, is_result, require_free, require_result, shards_in
from simbiz.results.reading import LEDGER, reading, run_digests
from simbiz.results.series import read_series, series_files

SHARDS = "shard-*-of-*"


def sources_and_target(folders: Sequence[Path], target: Path | None) -> tuple[list[Path], Path]:
    """What is put together, and where.

    The folder of a study that holds shards stands for them, and is where they are put together; shards of one study are
    put together in its folder.

    Raises
    ------
    InputError
        If the folders do not say where, or one is no result.
    """
    if len(folders) == 1 and shards_in(folders[0]):
        return shards_in(folders[0]), target or folders[0]
    sources = [require_result(folder) for folder in folders]
    if target is None:
        above = {folder.absolute().parent for folder in sources}
        if len(above) > 1 or not all(folder.absolute().match(SHARDS) for folder in sources):
            raise InputError("these are no shards of one study: -o DIR says where they are put together")
        target = sources[0].parent
    return sources, target


def merge_results(sources: Sequence[Path], target: Path) -> int:
    """Put folders of one study together; a second time changes nothing.

    Everything is compared before anything is written.

    Parameters
    ----------
    sources : sequence of Path
        Result folders.
    target : Path
        Where they are put together; it may hold a part of the study already.

    Returns
    -------
    int
        Number of finished runs that the target did not have.

    Raises
    ------
    InputError
        If they are of different studies or versions, if two have different values for one run, if a part of one is a
        link, or if files in the target that are not from simbiz would be written over.
    """
    others = [folder for folder in sources if folder.resolve() != target.resolve()]
    everything = [*([target] if is_result(target) else []), *others]
    _require_one_study(everything)
    _require_one_result(everything)
    if not others:
        return 0
    require_free(target, str(kind_in(read_inputs(others[0]), {})))
    copies = [(path, part_of(target, *path.relative_to(folder).parts)) for folder in others for path in _parts(folder)]
    open_folder(target)
    for path, copy in copies:
        _copy(path, copy)
    with ledger_like(others[0] / LEDGER, target / LEDGER) as ledger:
        return sum(merge(ledger, folder / LEDGER) for folder in others)


def _require_one_study(folders: Iterable[Path]) -> None:
    first: tuple[Path, Mapping[str, Any], Any] | None = None
    for folder in folders:
        inputs, model = read_inputs(folder), (earlier_manifest(folder) or {}).get("model")
        if first is None:
            first = folder, inputs, model
            continue
        if inputs["name"] != first[1]["name"] or inputs["settings"] != first[1]["settings"]:
            raise InputError(f"is another study ({inputs['name']} {inputs['id']}) than {first[0]}", file=folder)
        if inputs["id"] != first[1]["id"] or (None not in (model, first[2]) and model != first[2]):
            raise InputError(f"was made by another version of the model or scenario than {first[0]}", file=folder)


def _require_one_result(folders: Iterable[Path]) -> None:
    """Refuse two values of one run, or two series of one."""
    known: dict[str, tuple[str, Path]] = {}
    series: dict[str, Path] = {}
    for folder in folders:
        if not (folder / LEDGER).is_file():
            raise InputError("is missing: the folder has no ledger of runs", file=folder / LEDGER)
        with reading(folder / LEDGER) as ledger:
            for key, digest in run_digests(ledger).items():
                found, where = known.setdefault(key, (digest, folder))
                if found != digest:
                    raise InputError(f"has other values than {where} for run {key}: verify both", file=folder)
        for path in series_files(folder):
            where = series.setdefault(path.stem, folder)
            if where is not folder and not read_series(where, path.stem).equals(read_series(folder, path.stem)):
                raise InputError(f"is another series than the one in {where}: verify both", file=path)


def _parts(folder: Path) -> Iterator[Path]:
    """Files that say what was asked, and what runs keep; what else lies in their folders is not from simbiz."""
    yield part_of(folder, INPUTS)
    for name, pattern in FOLDERS.items():
        yield from parts_in(folder, name, pattern)


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        return
    open_folder(target.parent)
    with source.open("rb") as data, whole_file(target) as file:
        shutil.copyfileobj(data, file)
