"""What a study says, in the terminal: its answer as sentences, tables and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simbiz.cli.output import echo, print_table, print_text
from simbiz.runs.kinds import imported, kinds

if TYPE_CHECKING:
    from simbiz.report.sentences import Answer
    from simbiz.runs.conduct import Conducted


def print_study(conducted: Conducted) -> None:
    """Print what a study says: as its kind does, or its answer, for which it must have a folder."""
    kind = kinds()[conducted.study.kind]
    if kind.terminal:
        imported(kind.terminal)(conducted)
    elif conducted.folder is not None:
        from simbiz.report.answers import answer_of
        from simbiz.results.load import load_result

        print_answer(answer_of(load_result(conducted.folder), ()))


def print_answer(answer: Answer) -> None:
    """Print an answer."""
    for sentence in answer.sentences:
        print_text(sentence)
    for table in answer.tables:
        echo()
        if table.caption:
            print_text(f"{table.caption}:")
        print_table(table.columns, table.rows)
    if answer.cautions:
        echo()
    for caution in answer.cautions:
        print_text(caution)
