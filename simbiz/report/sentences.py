"""An answer: sentences, and tables that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simbiz.plots.number_text import counted
from simbiz.plots.sheet import Shown


@dataclass(frozen=True)
class Answer:
    """What a study says.

    Parameters
    ----------
    sentences : sequence of str
        The first is the shortest answer.
    tables : sequence of Shown
        What the sentences rest on.
    cautions : sequence of str
        What must not be read into it.
    """

    sentences: Sequence[str]
    tables: Sequence[Shown] = ()
    cautions: Sequence[str] = field(default_factory=tuple)


def failed_runs(report: Mapping[str, Any]) -> Iterator[str]:
    """How many runs failed, where any did."""
    if report["failed_runs"]:
        yield f"{counted(report['failed_runs'], 'run')} failed and are left out."
