"""Scenario files: found by name, read with what they extend, merged, with the place of every key."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from simbiz.catalogue.record import Place
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.files import toml_file
from simbiz.files.toml_lines import KeyPath

PACKAGE = Path(__file__).parent.parent
SHIPPED = PACKAGE / "shipped" / "scenarios" if (PACKAGE / "shipped").is_dir() else PACKAGE.parent / "scenarios"


def scenario_names() -> dict[str, Path]:
    """Scenarios within reach: those of the working folder first, then the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (Path("scenarios"), SHIPPED):
        if folder.is_dir():
            for path in sorted(folder.glob("*.toml")):
                if not path.name.endswith(".fit.toml"):
                    found.setdefault(path.stem, path)
    return found


def find_scenario(name: str | Path) -> Path:
    """Path of a scenario given as a path or by name (hyphen and underscore are the same)."""
    path = Path(name)
    if path.suffix == ".toml" or (toml_file.is_there(path) and path.is_file()):
        return path
    known = scenario_names()
    wanted = str(name).replace("-", "_")
    for stem, candidate in known.items():
        if stem.replace("-", "_") == wanted:
            return candidate
    near = did_you_mean(str(name), known)
    raise InputError(f"{name} is not a scenario; allowed: a path or {one_of(known)}.{near} See: simbiz list scenarios")


def chain(path: Path) -> Iterator[toml_file.TomlFile]:
    """A scenario file and those that it extends, itself first."""
    return toml_file.chain(path, find_scenario, "a scenario")


def merged(base: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Tables of two files as one; where both have a value, that of `change`."""
    result = dict(base)
    for key, value in change.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def place_in(files: Sequence[toml_file.TomlFile], changes: Iterable[str]) -> Place:
    """Where a key stands, the first file going before those it extends; nowhere if a change concerns it."""
    changed = [parts_of(key) for key in changes]

    def place(path: KeyPath) -> tuple[Any, int | None]:
        if any(path[: len(key)] == key or (path and key[: len(path)] == path) for key in changed):
            return None, None
        if path[:1] == ("effects",) and not any(path in file.lines for file in files):
            path = ("effects", *".".join(map(str, path[1:])).split("."))
        return toml_file.place_of(path, files)

    return place


def with_flat_effects(data: dict[str, Any]) -> dict[str, Any]:
    """Data in which effects have their dotted names, however they were written."""
    effects = data.get("effects")
    return {**data, "effects": _flattened(effects)} if isinstance(effects, dict) else data


def _flattened(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        # An empty table stays, so that it is refused where a number belongs.
        is_table = isinstance(value, dict) and bool(value)
        flat |= _flattened(value, f"{prefix}{key}.") if is_table else {prefix + key: value}
    return flat


def parts_of(key: str) -> KeyPath:
    """Keys of a dotted path; the name of an effect is one key."""
    parts = tuple(key.split("."))
    return ("effects", ".".join(parts[1:])) if parts[0] == "effects" and len(parts) > 1 else parts


def set_value(data: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted path; tables on the way appear as needed and the check that follows judges the result.

    What is set is a copy: another path may change a part of it, and it may be the caller's.
    """
    parts = parts_of(key)
    table: Any = data
    for part in parts[:-1]:
        if not isinstance(table.get(part), dict):
            table[part] = {}
        table = table[part]
    table[parts[-1]] = copy.deepcopy(value)


def merged_data(files: Sequence[toml_file.TomlFile]) -> dict[str, Any]:
    """Data of a file with all that it takes from those it extends."""
    data: dict[str, Any] = {}
    for file in reversed(files):
        own = {key: value for key, value in file.data.items() if key != "extends"}
        data = merged(data, with_flat_effects(own))
    return data
