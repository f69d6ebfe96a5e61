"""simbiz new: a scenario file of one's own, with everything that can be changed as a comment."""

from __future__ import annotations

import re
from pathlib import Path

import rich_click as click

from simbiz.cli.output import echo
from simbiz.cli.records import MAIN_CASE
from simbiz.errors import InputError

NAME = re.compile(r"[a-z][a-z0-9_]*")
FOLDER = Path("scenarios")


@click.command("new")
@click.argument("name")
@click.option("--from", "parent", metavar="SCENARIO", default=MAIN_CASE, show_default=True, help="Scenario to extend.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write; scenarios/NAME.toml by default.")
def new_command(name: str, parent: str, out: Path | None) -> None:
    """Write a scenario NAME that extends another one, with every value that can be changed in a comment.

    Only what is taken out of its comment differs from the scenario that is extended.
    """
    from simbiz.results.folder import open_folder, write_text
    from simbiz.scenario.template import scenario_template

    stem = name.replace("-", "_")
    if not NAME.fullmatch(stem):
        raise InputError(f"{name!r} is no name for a scenario; allowed: small letters, digits, - and _, a letter first")
    file = out or FOLDER / f"{stem}.toml"
    if file.exists():
        raise InputError("exists already; give another name or remove it", file=file)
    text = scenario_template(stem, parent)
    open_folder(file.parent)
    write_text(file, text)
    shown = stem if file == FOLDER / f"{stem}.toml" else file
    echo(f"{file} is written; take what you want to change out of its comment, then:\n")
    echo(f"  simbiz check {file}\n  simbiz compare {parent} {shown}")
