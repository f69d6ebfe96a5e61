"""What a figure draws, and the same as a table and in words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Shown:
    """A table for people.

    Parameters
    ----------
    columns : sequence of str
        Heads.
    rows : sequence of sequence of str
        Cells, the first of a row naming it.
    caption : str
        What it shows; empty for the only table of a figure.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as they are printed."""
        return pd.DataFrame(self.rows, columns=list(self.columns))


@dataclass(frozen=True)
class Sheet:
    """What is drawn from a result.

    Parameters
    ----------
    tables : dict of str to DataFrame
        As the axes functions want them, by the name of the panel.
    shown : sequence of Shown
        The table twins.
    says : str
        The main numbers in sentences: the alternative text.
    note : str
        How to read it, and what it does not say.
    facts : dict
        What else the axes functions are told.
    subject : str
        What it is drawn of, in words; empty where the name of the subject says it.
    """

    tables: dict[str, pd.DataFrame]
    shown: Sequence[Shown]
    says: str
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    subject: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """The only table, or the first."""
        return next(iter(self.tables.values()))
