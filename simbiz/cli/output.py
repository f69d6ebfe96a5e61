"""How data is printed: JSON for programs, tables of at most 100 columns for people, plain text in a pipe.

Everything that is printed goes through here, so that nothing in a name or an error of somebody else's file reaches a
terminal but signs that can be seen.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.errors import UNSEEN, seen

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text, with an escape for every sign that a terminal would obey."""
    click.echo(seen(str(text)), err=err, nl=nl)


def echo_data(text: str) -> None:
    """Print text that a program reads: in a pipe as it is."""
    click.echo(seen(text) if sys.stdout.isatty() else text, nl=False, color=True)


def print_json(data: Any) -> None:
    """Print data as JSON on stdout."""
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    click.echo(UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text))


def print_text(text: str) -> None:
    """Print a paragraph in lines of at most 100 columns, those after the first indented."""
    echo("\n".join(textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; the first column is never broken."""
    from rich.table import Table

    rows = [[as_text(cell) for cell in row] for row in rows]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, column in enumerate(columns):
        is_numeric = any(row[number] for row in rows) and all(_is_number(row[number]) for row in rows)
        table.add_column(
            as_text(column.replace("_", " ")),
            no_wrap=number == 0 or not any(" " in row[number] for row in rows),
            overflow="fold",
            justify="right" if is_numeric else "left",
        )
    for row in rows:
        table.add_row(*row)
    _print(table)


def print_fields(fields: Mapping[str, Any]) -> None:
    """Print names and values, one below the other."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in fields.items():
        table.add_row(as_text(name.replace("_", " ")), as_text(value))
    _print(table)


def as_text(value: Any) -> str:
    """Value as a reader expects it: nothing for None, `0.3 to 1` for a pair of numbers, lists with commas."""
    return seen(_as_text(value))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {as_text(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        is_pair = len(value) == 2 and all(isinstance(part, int | float) for part in value)
        return (" to " if is_pair else ", ").join(map(as_text, value))
    return str(value)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "").removesuffix("%") or 0) if text != "-" else 0.0
    except ValueError:
        return False
    return True


def _print(table: Any) -> None:
    console = _console()
    with console.capture() as capture:
        console.print(table)
    # Its cells have been made visible, and the rest is the style of the table. Padding is of no use to anybody.
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))


def _console() -> Console:
    from rich.console import Console

    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console
