"""The option --set: values of a scenario changed on the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any, TypeVar

import rich_click as click

from simbiz.cli.completion import changes_like

F = TypeVar("F", bound=Callable[..., Any])


def parsed(texts: Iterable[str]) -> dict[str, Any]:
    """Values by dotted key.

    Parameters
    ----------
    texts : iterable of str
        Such as ``customers=2000``: what follows the first = is a TOML value or, where it is none, plain text.

    Raises
    ------
    click.BadParameter
        For a text without key or =, a key given twice, and a list or table that is not TOML.
    """
    changes: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise click.BadParameter(f"{text!r} is not KEY=VALUE, such as customers=2000")
        if key in changes:
            raise click.BadParameter(f"{key} is given twice")
        changes[key] = _value(key, value.strip())
    return changes


def _value(key: str, text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        if text.startswith(("[", "{", '"', "'")):
            raise click.BadParameter(
                f"{key}={text} is not a TOML value; texts in it stand in quotes, "
                f'which the shell takes away unless all is quoted: \'{key}=["a", "b"]\''
            ) from None
        return text
    value = table["value"]
    # A text that only looks like a date, or that goes on after a line break, is meant as text.
    return text if len(table) > 1 or isinstance(value, date | datetime | time) else value


def changes_option(command: F) -> F:
    """Give a command the option --set; its parameter `changes` is a dict for `simbiz.load_scenario`."""
    return click.option(
        "--set",
        "changes",
        metavar="KEY=VALUE",
        multiple=True,
        callback=lambda context, parameter, texts: parsed(texts),
        shell_complete=changes_like,
        help="Change a value of the scenario, such as customers=2000 or parameters.loyalty_coefficient=1.5. "
        "Can be repeated.",
    )(command)
