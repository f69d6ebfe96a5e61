"""The answer of a study in plain sentences made from its numbers, by kind of study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simbiz.catalogue.caveats import caveats_in
from simbiz.plots.sheet import Sheet
from simbiz.report.sentences import Answer
from simbiz.results.load import Result
from simbiz.runs.kinds import imported, kinds


def answer_of(result: Result, sheets: Sequence[Sheet]) -> Answer:
    """The answer of a study; what its figures say where its kind has no sentences of its own."""
    kind = kinds().get(result.kind)
    if kind is None or not kind.answer:
        return Answer([sheet.says for sheet in sheets])
    answer: Answer = imported(kind.answer)(result)
    cells = [cell for table in answer.tables for row in table.rows for cell in row]
    return replace(answer, cautions=[*answer.cautions, *caveats_in(" ".join([*answer.sentences, *cells]))])
