"""What a notebook shows, and prints when it runs as a script; needs the extra `notebooks`."""

from __future__ import annotations

from inspect import cleandoc
from typing import NoReturn

import marimo
import pandas as pd

from simbiz.cli.output import echo

__all__ = ["refuse", "table", "tell"]

NUMBER = r"[-+]?[\d.,]+( %)?$"


def tell(text: str) -> marimo.Html:
    """Show text; a script prints it.

    Parameters
    ----------
    text : str
        Markdown, indented as the cell is.
    """
    text = cleandoc(text)
    if _is_script():
        echo(f"{text}\n")
    return marimo.md(text)


def table(frame: pd.DataFrame) -> marimo.Html:
    """Show a table, numbers to the right; a script prints it.

    Parameters
    ----------
    frame : DataFrame
        Its cells as they are to be read.
    """
    if _is_script():
        echo(f"{frame.to_string(index=False)}\n")
    columns = {name: column.map(lambda cell: str(cell).replace("|", "\\|")) for name, column in frame.items()}
    numbers = {name: column.str.match(NUMBER).mean() > 0.5 for name, column in columns.items()}
    head = ["|".join(map(str, columns)), "|".join("--:" if is_number else ":--" for is_number in numbers.values())]
    return marimo.md("\n".join(f"|{row}|" for row in [*head, *map("|".join, zip(*columns.values(), strict=True))]))


def refuse(message: object) -> NoReturn:
    """Stop with one line instead of results.

    Parameters
    ----------
    message : object
        Why, such as the error of simbiz.
    """
    if _is_script():
        raise SystemExit(message)
    marimo.stop(True, marimo.callout(message, kind="danger"))
    raise AssertionError("a stopped cell does not go on")


def _is_script() -> bool:
    return marimo.app_meta().mode == "script"
