"""Shards of a study put together, and what they say once all of them are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from simbiz.results.inputs import read_inputs
from simbiz.results.load import load_result
from simbiz.results.manifest import write_manifest
from simbiz.results.merge import merge_results
from simbiz.runs.conduct import Conducted, conduct, facts_of
from simbiz.runs.stored_plan import study_in


@dataclass(frozen=True)
class Merged:
    """A study that was put together.

    Parameters
    ----------
    new : int
        Finished runs that the folder did not have.
    standing : dict
        Number of runs by status.
    reported : bool
        Whether the report was made: all runs are there, and all that the study needs is known from its folder.
    """

    new: int
    standing: dict[str, int]
    reported: bool


def merge_study(
    sources: Sequence[Path], target: Path, finish: Callable[[Conducted], None] = lambda conducted: None
) -> Merged:
    """Put folders of one study together, and make its report if nothing is missing.

    Parameters
    ----------
    sources : sequence of Path
        Result folders.
    target : Path
        Where they are put together.
    finish : callable
        Called with the whole study, for what else belongs into its folder.

    Raises
    ------
    InputError
        As `simbiz.results.merge.merge_results` does, and if this version does not know the study.
    """
    began = datetime.now(UTC)
    new = merge_results(sources, target)
    study, standing = study_in(target), load_result(target).standing
    is_whole = standing["ok"] == sum(standing.values()) and study.knows_its_runs
    reported = is_whole and study.id == read_inputs(target)["id"]
    if reported:
        conduct(study, folder=target, finish=finish)
    write_manifest(target, facts_of(study), began, sources=[folder for folder in sources if folder != target])
    return Merged(new, standing, reported)
