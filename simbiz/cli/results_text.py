"""How results are described to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simbiz.cli.output import echo

if TYPE_CHECKING:
    from simbiz.results.found import Found
    from simbiz.results.load import Result
    from simbiz.runs.verify import Verified

LISTED = ("result", "study", "done", "failed", "left", "changed", "size")
UNITS = ("B", "kB", "MB", "GB", "TB")


def listed(found: Sequence[Found], root: Path) -> Iterator[list[str]]:
    """Rows of the list of results, shards below their study; below results/ a result goes by the rest of its path."""
    studies: dict[Path, list[Found]] = {}
    for one in found:
        studies.setdefault(one.folder.parent if one.is_shard else one.folder, []).append(one)
    for folder, parts in studies.items():
        name = str(folder.relative_to(root) if root == Path("results") else folder)
        whole = [part for part in parts if not part.is_shard]
        yield _listed(name, whole[0]) if whole else [name, _study_text(parts[0]), *[""] * 5]
        for shard in sorted((part for part in parts if part.is_shard), key=lambda part: part.folder):
            yield _listed(f"  {shard.folder.name}", shard)


def _listed(name: str, one: Found) -> list[str]:
    when = one.changed.astimezone().strftime("%Y-%m-%d %H:%M")
    standing = [str(one.standing.get(status, "")) for status in ("ok", "failed", "planned")]
    return [name, "" if one.is_shard else _study_text(one), *standing, when, size_text(one.bytes)]


def _study_text(one: Found) -> str:
    return f"{one.kind} of {one.scenario}" if not one.problem else "cannot be opened"


def standing_text(standing: Mapping[str, int]) -> str:
    """How runs stand, in words: 40 done, 1 failed, 7 to do."""
    words = {"ok": "done", "failed": "failed", "planned": "to do"}
    parts = [f"{number} {words.get(status, status)}" for status, number in standing.items() if number]
    return ", ".join(parts) or "no runs"


def size_text(size: float) -> str:
    """Size of files in a unit that people can read."""
    for unit in UNITS:
        if size < 1000 or unit == UNITS[-1]:
            break
        size /= 1000
    return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"


def described(result: Result) -> dict[str, Any]:
    """What a result is and with what it was made."""
    from simbiz.results.checking import command_of, version_of

    manifest = result.manifest
    machine: Mapping[str, Any] = manifest.get("machine", {})
    about = {
        "folder": str(result.folder),
        "study": result.study,
        "id": result.id,
        "kind": result.kind,
        "question": result.settings.get("question", ""),
        "scenario": result.settings.get("scenario", manifest.get("scenario", "")),
        "runs": standing_text(result.standing),
        "seeds": seeds_text(manifest.get("seeds", [])),
    }
    if manifest:
        about |= {
            "made_by": command_of(manifest),
            "with": version_of(manifest),
            "on": ", ".join(str(machine[name]) for name in ("system", "processor") if name in machine)
            + f", {machine.get('cores')} cores, Python {manifest.get('python')}",
            "written": manifest.get("written", ""),
            "took": took_text(manifest),
        }
    return about


def described_plainly(result: Result) -> dict[str, Any]:
    """The same for programs, with settings and report."""
    about = {"folder": str(result.folder), "study": result.study, "id": result.id, "kind": result.kind}
    manifest = {name: value for name, value in result.manifest.items() if name != "files"}
    said = {"settings": result.settings, "manifest": manifest or None, "report": result.report or None}
    return {"schema_version": 1, **about, "runs": result.standing, **said}


def took_text(manifest: Mapping[str, Any]) -> str:
    """Wall time of the last session and time of all runs."""
    wall, runs = manifest.get("wall_seconds"), manifest.get("run_seconds")
    if wall is None or runs is None:
        return ""
    earlier = len(manifest.get("earlier_sessions", []))
    sessions = f", after {earlier} earlier {'session' if earlier == 1 else 'sessions'}" if earlier else ""
    return f"{wall:g} s; its runs {runs:g} s{sessions}"


def seeds_text(seeds: Sequence[int]) -> str:
    """Seeds as people write them: 1 to 8, or a list."""
    if len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]} to {seeds[-1]}"
    shown = ", ".join(map(str, seeds[:8]))
    return shown + (f" and {len(seeds) - 8} more" if len(seeds) > 8 else "")


def print_verified(verified: Verified) -> None:
    """Print what was found, a problem a line."""
    for problem in verified.problems:
        echo(str(problem))
    same = sum(run["same"] for run in verified.runs)
    if not verified.problems:
        echo(f"{verified.files} files and every value of the ledger are as they were written.")
    if verified.runs:
        seeds = ", ".join(str(run["seed"]) for run in verified.runs)
        echo(f"{same} of {len(verified.runs)} runs (seeds {seeds}) gave the same bits when they were done again.")
