"""simbiz report: a result as one page."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from simbiz.cli.output import echo, json_option, print_json
from simbiz.cli.results import folder_argument
from simbiz.cli.results_text import size_text

if TYPE_CHECKING:
    from simbiz.results.load import Result


@click.command("report")
@folder_argument
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File; STUDY-ID.html by default.")
@click.option("--open", "opened", is_flag=True, help="Open it in the browser.")
@json_option
def report_command(folder: Path, out: Path | None, opened: bool, as_json: bool) -> None:
    """Write a page about the result in DIR: question, answer, figures with their tables, assumptions, how it was made.

    One file without scripts that needs no network; the same result gives the same file.
    """
    from simbiz.report.page import page_of
    from simbiz.results.folder import open_folder, write_text
    from simbiz.results.load import load_result

    result = load_result(folder)
    page = page_of(result, printed_of(result))
    path = out or Path(f"{result.study}-{result.id}.html")
    open_folder(path.parent)
    write_text(path, page)
    if as_json:
        print_json({"schema_version": 1, "from": str(folder), "file": str(path), "bytes": len(page.encode())})
    else:
        echo(f"{path}: {size_text(len(page.encode()))}")
    if opened:
        click.launch(str(path))


def printed_of(result: Result) -> str:
    """What the study says as the command line prints it; empty where nothing prints its kind."""
    from simbiz.runs.conduct import Conducted
    from simbiz.runs.kinds import imported, kinds
    from simbiz.runs.stored_plan import study_in

    terminal = kinds()[result.kind].terminal if result.kind in kinds() else ""
    if not result.report or not terminal or not result.settings:
        return ""
    with redirect_stdout(StringIO()) as text:
        imported(terminal)(Conducted(study_in(result.folder), result.report, [], result.folder))
    return text.getvalue()
