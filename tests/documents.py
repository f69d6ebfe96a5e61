"""The documents as their readers and their commands see them: fenced blocks, links, headings, tables."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = [*sorted(REPOSITORY.glob("*.md")), *sorted(REPOSITORY.glob("docs/*.md")), REPOSITORY / "results" / "README.md"]
# <!-- not run: WHY --> before a block; <!-- not run (payback, loyalty): WHY --> for the commands that hold these words.
NOT_RUN = re.compile(r"<!-- not run(?: \((?P<words>[^)]*)\))?: (?P<why>[^>]+?) -->")
PART_OF = re.compile(r"<!-- part of (?P<study>\w+) -->")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Parameters
    ----------
    page : str
        Path of the document in the repository.
    line : int
        Line of its first fence.
    language : str
        What stands behind the fence.
    text : str
        What is in it.
    before : str
        The comment before it; empty where there is none.
    """

    page: str
    line: int
    language: str
    text: str
    before: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def why_not_run(self) -> str:
        """Why nothing of it is run; empty if something is."""
        found = NOT_RUN.search(self.before)
        return found["why"] if found and not found["words"] else ""

    def is_left_out(self, command: str) -> bool:
        """Whether one of its commands is not run."""
        found = NOT_RUN.search(self.before)
        words = re.split(r",\s*", found["words"]) if found and found["words"] else []
        return bool(self.why_not_run) or any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", command) for word in words)

    @property
    def commands(self) -> list[str]:
        """Commands, a line each, without comments."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [bare for line in lines if (bare := without_comment(line).strip())]


def without_comment(line: str) -> str:
    """Give a line of a shell without what stands behind # there."""
    lexer = shlex.shlex(line, posix=False, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, "#"
    return " ".join(lexer)


@cache
def parsed(page: Path) -> list[Token]:
    """Give the tokens of a page, as CommonMark with tables."""
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def blocks(language: str | None = None) -> list[Block]:
    """Give all fenced blocks, or those of a language."""
    return [block for page in PAGES for block in _blocks(page) if language in (None, block.language)]


def _blocks(page: Path) -> Iterator[Block]:
    before = ""
    for token in parsed(page):
        if token.type == "fence":
            assert token.map is not None
            name = page.relative_to(REPOSITORY).as_posix()
            yield Block(name, token.map[0] + 1, token.info.strip(), token.content, before)
        before = token.content if token.type == "html_block" else ""


def links(page: Path) -> Iterator[str]:
    """Yield what links and pictures of a page point to."""
    for token in parsed(page):
        for child in token.children or ():
            target: Any = child.attrs.get("href") or child.attrs.get("src")
            if child.type in ("link_open", "image") and target:
                yield str(target)


def anchors(page: Path) -> set[str]:
    """Give names of the headings of a page, as GitHub makes them."""
    found: set[str] = set()
    tokens = parsed(page)
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            words = "".join(child.content for child in tokens[number + 1].children or () if child.content)
            name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            found.add(name if name not in found else f"{name}-1")
    return found
