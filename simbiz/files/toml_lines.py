"""Where each key of a TOML text stands, found in one cheap pass that also refuses hostile nesting."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simbiz.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

KeyPath = tuple[str | int, ...]

DEPTH_LIMIT = 16

# Every string may lack its end: an unclosed one then costs one pass and not one pass per quote in it.
TOKEN = re.compile(
    r"""
      (?P<newline> \n )
    | (?P<skipped> [^\S\n]+ | \#[^\n]* )
    | (?P<mark>    [\[\]{},=.] )
    | (?P<word>    \"{3} (?: [^"\\] | \\. | "(?!"") )*+ (?: "{3,5} )?
                 | '{3} (?: [^'] | '(?!'') )*+ (?: '{3,5} )?
                 | " (?: [^"\\\n] | \\[^\n] )*+ "?
                 | ' [^'\n]*+ '?
                 | [^\s\#"'\[\]{},=.]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def dotted(path: KeyPath) -> str:
    """Write a path of keys the way a reader of the file would: ``firm[0].price``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


@dataclass
class _Container:
    """An array or a table that the scan is inside of."""

    path: KeyPath
    is_array: bool
    key: KeyPath = ()
    in_value: bool = False
    index: int = 0
    header_brackets: int = 0

    def place(self) -> KeyPath:
        """Path of the element or of the value that comes next."""
        return (*self.path, self.index) if self.is_array else self.path + self.key

    def forget_key(self) -> None:
        self.key, self.in_value, self.header_brackets = (), False, 0


class KeyLines:
    """The line of every key and array element of a TOML text.

    The text need not be valid: the scan runs before the parser, to protect it.

    Parameters
    ----------
    text
        The TOML text.
    file
        Its file, for messages.

    Attributes
    ----------
    lines
        Line, counted from 1, by path of keys; array elements by position.
    repeated
        The first key defined twice: its path, the line before and the line again.

    Raises
    ------
    InputError
        If anything is nested, or a dotted key is long, beyond `DEPTH_LIMIT`.
    """

    def __init__(self, text: str, file: Path) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.repeated: tuple[KeyPath, int, int] | None = None
        self._file = file
        self._line = 1
        self._defined: set[KeyPath] = set()
        self._tables_in_array: Counter[KeyPath] = Counter()
        self._inside = [_Container((), is_array=False)]
        for token in TOKEN.finditer(text):
            self._take(token.lastgroup or "", token.group())
            self._line += token.group().count("\n")

    def _take(self, kind: str, token: str) -> None:
        here = self._inside[-1]
        if kind == "word":
            self._word(here, token)
        elif kind == "newline" and len(self._inside) == 1:
            here.forget_key()
        elif token in "[{" and kind == "mark":
            self._open(here, token)
        elif token in "]}" and kind == "mark":
            self._close(here)
        elif token == "=" and not here.is_array and not here.in_value:
            self._define(here.place())
            here.in_value = True
        elif token == "," and here.is_array:
            here.index += 1
        elif token == ",":
            here.forget_key()

    def _word(self, here: _Container, token: str) -> None:
        if here.is_array:
            self.lines.setdefault(here.place(), self._line)
        elif not here.in_value:
            here.key = (*here.key, _unquoted(token))
            self._check_depth(here)

    def _open(self, here: _Container, bracket: str) -> None:
        if bracket == "[" and len(self._inside) == 1 and not here.key and here.header_brackets < 2:
            here.path = ()
            here.header_brackets += 1
            return
        self.lines.setdefault(here.place(), self._line)
        self._inside.append(_Container(here.place(), is_array=bracket == "["))
        self._check_depth(here)

    def _close(self, here: _Container) -> None:
        if len(self._inside) > 1:
            self._inside.pop()
        elif here.header_brackets and here.key:
            here.path = self._table(here.key, in_array=here.header_brackets == 2)
            # A later bracket of the same header finds no key and does nothing.
            here.forget_key()

    def _table(self, key: KeyPath, *, in_array: bool) -> KeyPath:
        path: KeyPath = ()
        for part in key[:-1]:
            path = self._latest((*path, part))
        path = (*path, key[-1])
        if in_array:
            self._tables_in_array[path] += 1
        path = self._latest(path)
        self._define(path)
        return path

    def _latest(self, path: KeyPath) -> KeyPath:
        count = self._tables_in_array[path]
        return (*path, count - 1) if count else path

    def _define(self, path: KeyPath) -> None:
        if path in self._defined:
            self.repeated = self.repeated or (path, self.lines[path], self._line)
            return
        self._defined.add(path)
        self.lines[path] = self._line
        for end in range(1, len(path)):
            self.lines.setdefault(path[:end], self._line)

    def _check_depth(self, here: _Container) -> None:
        if max(len(self._inside), len(here.place())) > DEPTH_LIMIT:
            message = f"is nested too deeply, at most {DEPTH_LIMIT} levels are allowed"
            raise InputError(message, file=self._file, line=self._line)


def _unquoted(token: str) -> str:
    return token[1:-1] if token[0] in "\"'" else token
