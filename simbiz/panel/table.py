"""Tables of purchases: read from a file, and refused where they are none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from simbiz.errors import InputError, did_you_mean

LARGEST_AMOUNT = 1e100  # sums of squares stay numbers
UNREADABLE = (OSError, ValueError, KeyError, TypeError, NotImplementedError, MemoryError)


def read_purchases(file: Path) -> pd.DataFrame:
    """Table in a Parquet file, or in a folder of such files.

    Raises
    ------
    InputError
        If nothing can be read.
    """
    if not (file.is_file() or file.is_dir()):
        raise InputError("there is no such file", file=file)
    try:
        return pd.read_parquet(file)
    except UNREADABLE as error:
        # The first words of the reader tell a column that is there twice from a file that is something else.
        reason = str(error).split(". ")[0].splitlines()[:1]
        raise InputError(f"cannot be read as Parquet: {''.join(reason) or type(error).__name__}", file=file) from None


def purchases_of(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of a table of purchases, amounts as floating-point numbers.

    Parameters
    ----------
    table : DataFrame
        A row a purchase; a named index counts as a column.
    columns : sequence of str
        Those that are needed.

    Raises
    ------
    InputError
        If a column is missing, there is no purchase, or a value cannot be one.
    """
    levels = [name for name in table.index.names if name is not None and name not in table.columns]
    table = table.reset_index(level=levels) if levels else table
    for name in columns:
        if list(table.columns).count(name) != 1:
            raise InputError(_wrong_column(table, name, columns))
    found = table[list(columns)]
    for name in columns:
        if found[name].isna().any():
            raise InputError(f"column {name} has missing values")
        if not found[name].map(pd.api.types.is_hashable).all():
            raise InputError(f"column {name} must hold single values, not lists or tables")
    if not len(found):
        raise InputError("there are no purchases")
    return found.assign(amount=_amounts(found["amount"]))


def _wrong_column(table: pd.DataFrame, name: str, columns: Sequence[str]) -> str:
    there = [str(column) for column in table.columns]
    how = "there twice" if name in there else "missing"
    without = " (weeks: all measures a panel without weeks)" if name == "week" and how == "missing" else ""
    hint = did_you_mean(name, there) if how == "missing" else ""
    return f"column {name} is {how}; wanted: {', '.join(columns)}{without}; there: {', '.join(there) or 'none'}{hint}"


def _amounts(column: pd.Series) -> pd.Series:
    if pd.api.types.infer_dtype(column) == "decimal":
        column = column.astype(np.float64)
    if not pd.api.types.is_numeric_dtype(column):
        raise InputError(f"column amount must hold numbers, not {column.dtype}")
    amounts = column.astype(np.float64)
    if not np.isfinite(amounts).all() or (amounts < 0).any():
        raise InputError("column amount must hold numbers of at least 0")
    if amounts.max() > LARGEST_AMOUNT:
        raise InputError(f"column amount must hold numbers of at most {LARGEST_AMOUNT:g}")
    return amounts
