"""`simbiz check`: whether scenario files and the catalogue can be read and make sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import rich_click as click

from simbiz.catalogue import KINDS, load_catalogue
from simbiz.cli.exits import BAD_INPUT
from simbiz.cli.output import echo, json_option, print_json
from simbiz.errors import InputError
from simbiz.scenario import load_scenario, scenario_names


@click.command("check")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@json_option
@click.pass_context
def check_command(context: click.Context, files: tuple[str, ...], *, as_json: bool) -> None:
    """Check each scenario FILE; without FILE the catalogue and all scenarios within reach.

    Prints one line for each file and ends with exit code 3 if one has a mistake.
    """
    findings = list(_findings(files))
    if as_json:
        print_json(findings)
    else:
        for line in dict.fromkeys(map(_line, findings)):
            echo(line)
    if not all(finding["ok"] for finding in findings):
        context.exit(BAD_INPUT)


def _findings(files: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    catalogue = load_catalogue()
    for kind in () if files else KINDS:
        if catalogue.file(kind).exists():
            yield _finding(_short(catalogue.file(kind)), partial(catalogue.table, kind))
    for file in files or [str(path) for path in scenario_names().values()]:
        yield _finding(_short(Path(file)), partial(load_scenario, file))


def _finding(name: str, read: Callable[[], Any]) -> dict[str, Any]:
    try:
        read()
    except InputError as error:
        file = None if error.file is None else _short(Path(error.file))
        return {"checked": name, "ok": False, "file": file, "line": error.line, "message": error.message}
    return {"checked": name, "ok": True}


def _line(finding: dict[str, Any]) -> str:
    if finding["ok"]:
        return f"ok {finding['checked']}"
    return str(InputError(finding["message"], file=finding["file"], line=finding["line"]))


def _short(path: Path) -> str:
    """Path from the working folder where that is shorter."""
    folder = Path.cwd()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
