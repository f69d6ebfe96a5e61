"""Study files: experiments/*.toml, found, merged with what they extend, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from simbiz.catalogue.record import Place, Record, checked, refuse, unknown
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.files import toml_file
from simbiz.files.toml_lines import KeyPath
from simbiz.runs.kinds import kind_named, kinds
from simbiz.runs.study import Study, StudySettings
from simbiz.scenario import load_scenario

PACKAGE = Path(__file__).parent.parent
SHIPPED = PACKAGE / "shipped" / "experiments" if (PACKAGE / "shipped").is_dir() else PACKAGE.parent / "experiments"

S = TypeVar("S", bound=Record)


def experiment_names() -> dict[str, Path]:
    """Studies within reach: those of `experiments/` in the working folder first, then the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (Path("experiments"), SHIPPED):
        if folder.is_dir():
            for path in sorted(folder.glob("*.toml")):
                found.setdefault(path.stem, path)
    return found


def find_experiment(name: str | Path) -> Path:
    """Path of a study file given as a path or by name (hyphen and underscore are the same)."""
    path = Path(name)
    if path.suffix == ".toml":
        return path
    known = experiment_names()
    wanted = str(name).replace("-", "_")
    if wanted not in known:
        allowed = f"a path or {one_of(known)}"
        near = did_you_mean(str(name), known)
        raise InputError(f"{name}: no such experiment; allowed: {allowed}.{near} See: simbiz experiment ls")
    return known[wanted]


def settings_of(name: str | Path, record: type[S], overrides: Mapping[str, Any] | None = None) -> S:
    """Settings of a study file, checked.

    Parameters
    ----------
    name : str or Path
        The file, or its name.
    record : type
        What the file may say.
    overrides : mapping, optional
        Settings that take the place of the file's.

    Raises
    ------
    InputError
        For the first mistake, with file and line.
    """
    data, place = _read(name, overrides or {})
    return checked(record, data, place)


def load_study(name: str | Path, overrides: Mapping[str, Any] | None = None) -> Study[Any]:
    """Study of a file.

    Parameters
    ----------
    name : str or Path
        The file, or its name.
    overrides : mapping, optional
        Settings that take the place of the file's; `set` is added to the file's.

    Raises
    ------
    InputError
        For the first mistake, with file and line.
    """
    data, place = _read(name, overrides or {})
    kind = data.get("kind")
    if kind is None:
        raise refuse(f"kind is missing; allowed: {one_of(kinds())}.", (), place)
    if not isinstance(kind, str) or kind not in kinds():
        raise unknown(str(kind), "kind of study", kinds(), ["kind"], place)
    return study_of(data, place)


def written_settings(name: str | Path) -> dict[str, Any]:
    """Settings of a study file as they are written, with those of the files that it extends, unchecked.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    return _read(name, {})[0]


def study_of(data: Mapping[str, Any], place: Place = lambda path: (None, None)) -> Study[Any]:
    """Study of plain settings, such as a result folder keeps them."""
    kind = kind_named(data["kind"])
    settings: StudySettings = checked(kind.Settings, dict(data), place)
    try:
        scenario = load_scenario(settings.scenario, settings.changes())
    except InputError as error:
        if error.file is not None:
            raise
        raise refuse(error.message, ("set",) if settings.set else ("scenario",), place) from None
    study = kind(settings, scenario)
    study.check_seeds(place)
    study.check(place)
    study.check_keep(place)
    return study


def _read(name: str | Path, overrides: Mapping[str, Any]) -> tuple[dict[str, Any], Place]:
    files = list(toml_file.chain(find_experiment(name), find_experiment, "a study file"))
    data: dict[str, Any] = {}
    for file in reversed(files):
        data |= {key: value for key, value in file.data.items() if key != "extends"}
    given = dict(overrides)
    if "set" in given and isinstance(data.get("set"), dict):
        given["set"] = data["set"] | given["set"]
    return data | given, _place(files, overrides)


def _place(files: Sequence[toml_file.TomlFile], overrides: Mapping[str, Any]) -> Place:
    """Where a key stands, the first file going before those it extends; nowhere if it was overridden."""

    def place(path: KeyPath) -> tuple[Any, int | None]:
        if path and path[0] in overrides:
            return None, None
        return toml_file.place_of(path, files)

    return place
