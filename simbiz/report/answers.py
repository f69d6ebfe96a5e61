"""The answer of a study in plain sentences made from its numbers, by kind of study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from simbiz.catalogue.caveats import caveats_in
from simbiz.plots.sheet import Sheet
from simbiz.report.answer_claims import claims_answer
from simbiz.report.answer_designs import sweep_answer, uncertain_answer
from simbiz.report.answer_laws import ablation_answer, calibrate_answer, census_answer, patterns_answer, seen_answer
from simbiz.report.answer_markets import loyalty_answer, map_answer, payback_answer
from simbiz.report.answer_studies import compare_answer, orders_answer, run_answer, sensitivity_answer
from simbiz.report.sentences import Answer
from simbiz.results.load import Result

MADE: dict[str, Callable[[Result], Answer]] = {
    "ablation": ablation_answer,
    "calibrate": calibrate_answer,
    "claims": claims_answer,
    "claims under uncertainty": uncertain_answer,
    "compare": compare_answer,
    "loyalty": loyalty_answer,
    "map": map_answer,
    "orders": orders_answer,
    "payback": payback_answer,
    "orders census": census_answer,
    "patterns": patterns_answer,
    "run": run_answer,
    "seen and caused": seen_answer,
    "sensitivity": sensitivity_answer,
    "sweep": sweep_answer,
}


def answer_of(result: Result, sheets: Sequence[Sheet]) -> Answer:
    """The answer of a study; what its figures say where its kind has no sentences of its own."""
    if result.kind not in MADE:
        return Answer([sheet.says for sheet in sheets])
    answer = MADE[result.kind](result)
    cells = [cell for table in answer.tables for row in table.rows for cell in row]
    return replace(answer, cautions=[*answer.cautions, *caveats_in(" ".join([*answer.sentences, *cells]))])
