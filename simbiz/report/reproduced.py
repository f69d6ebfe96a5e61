"""How a result can be made again: commands, study file, seeds, versions. No folder of a machine is named."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from simbiz.files import toml_file
from simbiz.results.checking import version_of
from simbiz.results.load import Result
from simbiz.results.manifest import sessions_of

PROGRAMS = ("simbiz", "simbiz.exe", "__main__.py")
WHERE = ("-o", "--out", "--log")
LOOKING = ("results", "report", "plot")


@dataclass(frozen=True)
class Reproduction:
    """How a result can be made again.

    Parameters
    ----------
    commands : sequence of str
        That made it, without where they wrote.
    study_file : str
        What it was asked, as a study file.
    facts : sequence of (str, str)
        Seeds, versions, commit, machine, digests.
    """

    commands: Sequence[str]
    study_file: str
    facts: Sequence[tuple[str, str]]


def reproduction_of(result: Result) -> Reproduction:
    """How a result can be made again."""
    manifest = result.manifest
    commands = [_told(session.get("command", [])) for session in sessions_of(manifest)] if manifest else []
    settings = {key: value for key, value in result.settings.items() if value not in (None, {}, [], "")}
    study_file = toml_file.dumps(_without_paths(_without_nothing(settings))) if settings else ""
    return Reproduction(list(dict.fromkeys(filter(None, commands))), study_file, list(_facts(result)))


def _facts(result: Result) -> Iterator[tuple[str, str]]:
    manifest = result.manifest
    yield "result", f"{result.folder.absolute().name} ({result.study} {result.id})"
    if not manifest:
        return
    yield "seeds", seeds_text(manifest.get("seeds", []))
    yield "made with", version_of(manifest)
    packages = {name: number for name, number in manifest.get("versions", {}).items() if name != "simbiz"}
    yield "packages", ", ".join(f"{name} {number}" for name, number in packages.items())
    machine = manifest.get("machine", {})
    kind = ", ".join(str(machine[name]) for name in ("system", "processor") if machine.get(name))
    yield "on", f"Python {manifest.get('python', '')}, {kind}"
    yield "model", f"digest of its sources {manifest.get('model', '')}"
    yield "written", str(manifest.get("written", ""))
    yield "checked by", "simbiz results verify FOLDER: every file and value, and some runs done again bit for bit"


def seeds_text(seeds: Sequence[int]) -> str:
    """Seeds as people write them: 1 to 8, or the first of a list."""
    if len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]} to {seeds[-1]}"
    shown = ", ".join(map(str, seeds[:8]))
    return shown + (f" and {len(seeds) - 8} more" if len(seeds) > 8 else "")


def _told(command: Sequence[str]) -> str:
    """A command that did runs, without where it wrote and without folders of the machine; empty for any other."""
    if not command or _last_part(command[0]) not in PROGRAMS or (command[1:2] and command[1] in LOOKING):
        return ""
    told, skipped = ["simbiz"], False
    for part in command[1:]:
        if skipped or part in WHERE:
            skipped = part in WHERE and not skipped
            continue
        if part.startswith(tuple(f"{name}=" for name in WHERE)):
            continue
        told.append(_without_folder(part))
    return shlex.join(told)


def _without_folder(part: str) -> str:
    """An argument whose path, if it has one, is cut to its last part."""
    key, equals, value = part.partition("=")
    text = value if equals else part
    return f"{key}{equals}{_last_part(text)}" if equals else _last_part(text)


def _last_part(text: str) -> str:
    """Last part of an absolute or relative path of either kind; other texts, addresses among them, as they are."""
    if "://" in text or not any(mark in text for mark in "/\\") or text.startswith(("[", "{", '"')):
        return text
    return PureWindowsPath(text).name if "\\" in text else PurePosixPath(text).name


def _without_nothing(value: Any) -> Any:
    """Plain data without None, which TOML cannot say."""
    if isinstance(value, Mapping):
        return {key: _without_nothing(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_without_nothing(inner) for inner in value if inner is not None]
    return value


def _without_paths(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings whose texts name no folder: of a scenario or a set of points given by path the last part stays."""
    return {key: _last_part(value) if key in ("scenario", "over") else value for key, value in settings.items()}
