"""What a user can get wrong, and how it is said: one line that names the place and what is allowed."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

LISTED_AT_MOST = 12
LONGEST_WORD = 400

# What moves a cursor, changes colours, turns a line around or cannot be written as UTF-8; lines end, and are indented.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class InputError(Exception):
    """A mistake in what the user gave: a file, a name or a value.

    Parameters
    ----------
    message
        What is wrong and what is allowed, in one line.
    file
        The file the mistake is in, where there is one.
    line
        The line of `file`, counted from 1, where it is known.
    """

    def __init__(self, message: str, *, file: str | PathLike[str] | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = [str(part) for part in (self.file, self.line) if part is not None]
        message = shortened(self.message)
        return one_line(f"{':'.join(place)}: {message}" if self.file is not None else message)


def seen(text: str) -> str:
    """Put an escape in the place of every sign that a terminal would obey."""
    return UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """Make one line, with escapes, of a text that may quote whatever a file or a command line held."""
    return seen(" ".join(text.splitlines()))


def shortened(text: str) -> str:
    """Cut words that are longer than `LONGEST_WORD` characters."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})\S+", r"\1...", text)


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Suggest the allowed name that looks most like a mistyped one.

    Parameters
    ----------
    name
        What was written.
    allowed
        The names that would have been right.

    Returns
    -------
    str
        ``" Did you mean 'price_sensitivity'?"``, ready to be appended, or ``""`` when nothing is close.
    """
    by_folded_name = {_folded(candidate): candidate for candidate in allowed}
    close = get_close_matches(_folded(name), by_folded_name, n=1)
    return f" Did you mean '{by_folded_name[close[0]]}'?" if close else ""


def one_of(allowed: Iterable[str]) -> str:
    """List what is allowed, briefly.

    Parameters
    ----------
    allowed
        The names, in the order to show them.

    Returns
    -------
    str
        ``"one of branch, phone, email"``; beyond `LISTED_AT_MOST` names the rest is only counted.
    """
    names = list(allowed)
    if not names:
        return "nothing"
    if len(names) == 1:
        return names[0]
    listed = ", ".join(names[:LISTED_AT_MOST])
    left_out = len(names) - LISTED_AT_MOST
    return f"one of {listed}" + (f" and {left_out} more" if left_out > 0 else "")


def _folded(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
