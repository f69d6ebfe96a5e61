"""Figures: a table in, axes out.

`figures_of` names what a result can be drawn as and `subjects_of` what a figure can be of; `sheet_of` gives the numbers
and words of a figure, `figure_of` draws it. They are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["figure_of", "figures_of", "sheet_of", "subjects_of"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'simbiz.plots' has no attribute {name!r}")
    return getattr(import_module("simbiz.plots.figures"), name)
