"""Where compiled code is kept, and which sources it was made from."""

from __future__ import annotations

import ast
import hashlib
import os
import sys
import tokenize
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import numba

PACKAGE = Path(__file__).parent
RULES = ("draws.py", "submodels", "week")
# Constants from other files and the options of the compiler are compiled in, too.
COMPILED_SOURCES = (*RULES, "state/columns.py", "state/firm_record.py", "events.py", "compilation.py")
MODEL_SOURCES = (*RULES, "state", "events.py", "market", "metrics", "scenario/market_size.py", "runs/run.py")


def source_digest(names: Iterable[str] = MODEL_SOURCES) -> str:
    """Digest of the code under `names`, so that a result can say which rules made it.

    Comments, docstrings and blank lines compute nothing and are left out.

    Parameters
    ----------
    names : iterable of str
        Files or folders inside the package; those that do not exist are passed over.

    Returns
    -------
    str
        32 hexadecimal digits (BLAKE2b of relative names and code in a fixed order).
    """
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        path = PACKAGE / name
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.is_file() else []
        for file in files:
            digest.update(file.relative_to(PACKAGE).as_posix().encode())
            digest.update(code_of(file.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


def code_of(source: str) -> str:
    """Python source without comments, docstrings and blank lines; the same text whatever Python reads it.

    Parameters
    ----------
    source : str
        A module that can be parsed.
    """
    lines = source.splitlines()
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            docstring = node.body[0]
            first, last = docstring.lineno - 1, (docstring.end_lineno or docstring.lineno) - 1
            before = lines[first].encode()[: docstring.col_offset].decode()
            after = lines[last].encode()[docstring.end_col_offset :].decode()
            lines[first : last + 1] = [before + after, *[""] * (last - first)]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _user_cache_folder() -> Path:
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path.home() / ".cache"


def _prepare_cache() -> Path | None:
    """Folder for compiled code of exactly these sources, or None where none can be written.

    A rule is inlined into callers in other files, and numba notices edits of the caller's file
    only: a folder per digest of all sources is what keeps an edited rule from being served stale.
    Installations that share a user's cache may have another numba, which cannot read what this one wrote.
    """
    try:
        name = f"{source_digest(COMPILED_SOURCES)}-numba-{numba.__version__}"
        folder = _user_cache_folder() / "simbiz" / "compiled" / name
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except (OSError, RuntimeError):
        return None
    return folder if writable else None


CACHE_FOLDER = _prepare_cache()
if CACHE_FOLDER is not None:
    numba.config.CACHE_DIR = str(CACHE_FOLDER)  # type: ignore[attr-defined]


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function without the global interpreter lock, kept on disk where that is possible."""
    return numba.njit(nogil=True, cache=CACHE_FOLDER is not None)(function)
