"""simbiz plot: figures of a result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.output import echo, json_option, print_json, print_table, print_text
from simbiz.cli.results import folder_argument

if TYPE_CHECKING:
    from simbiz.results.load import Result

SUBJECTS_SHOWN = 3


@click.command("plot")
@folder_argument
@click.argument("kind", required=False)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="File, ending in .svg, .png or .pdf; STUDY-ID-KIND.svg by default.",
)
@click.option("--of", "subject", metavar="WHAT", help="Of what, where a figure can be drawn of several things.")
@json_option
def plot_command(folder: Path, kind: str | None, out: Path | None, subject: str | None, as_json: bool) -> None:
    """Draw a figure of the result in DIR; without KIND, list the figures that it can give.

    With --json the numbers behind the figure are printed as well.
    """
    from simbiz.plots.figures import as_plain, sheet_of, write_figure
    from simbiz.results.load import load_result

    result = load_result(folder)
    if kind is None:
        if out is not None or subject is not None:
            raise click.UsageError("name the figure that is to be drawn.")
        _list(result, as_json)
        return
    sheet = sheet_of(kind, result, subject)
    path = out or Path(f"{result.study}-{result.id}-{kind}.svg")
    write_figure(kind, sheet, path)
    if as_json:
        print_json({"schema_version": 1, "file": str(path), "says": sheet.says, "note": sheet.note,
                    "tables": as_plain(sheet)})  # fmt: skip
        return
    echo(f"{path}")
    print_text(sheet.says)


def _list(result: Result, as_json: bool) -> None:
    from simbiz.plots.figures import fitting, lacking, subjects_of

    rows: list[dict[str, Any]] = []
    for name, one in fitting(result).items():
        why = lacking(name, result)
        subjects = [] if why else list(subjects_of(name, result))
        rows.append({"figure": name, "shows": one.title, "of": subjects, "lacks": why})
    if as_json:
        print_json({"schema_version": 1, "folder": str(result.folder), "kind": result.kind, "figures": rows})
        return
    if not rows:
        print_text(f"A {result.kind} study has no figures.")
        return
    possible = [row for row in rows if not row["lacks"]]
    print_table(["figure", "shows", "--of"], [[row["figure"], row["shows"], _few(row["of"])] for row in possible])
    for row in rows:
        if row["lacks"]:
            print_text(f"Not {row['figure']}: {row['lacks']}.")


def _few(subjects: Sequence[str]) -> str:
    more = f"; {len(subjects) - SUBJECTS_SHOWN} more" if len(subjects) > SUBJECTS_SHOWN else ""
    return "; ".join(subjects[:SUBJECTS_SHOWN]) + more
