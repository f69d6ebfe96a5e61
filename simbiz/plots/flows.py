"""Touchpoint flows between channels, as bands from the channel of a contact to that of the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from simbiz.catalogue import load_catalogue
from simbiz.plots.style import colours_of_channels

HEAD = 15.0  # points above the bars, for their heads
GAP = 0.015
BAR = 0.04
NAMED_FROM = 0.012


def flows(table: pd.DataFrame, axes: Axes, *, channels: list[str] | None = None) -> Axes:
    """Draw flows from contact to next contact of a journey.

    Parameters
    ----------
    table : DataFrame
        Columns from_channel, to_channel and count.
    axes : Axes
        Where to draw.
    channels : list of str, optional
        All channels of the catalogue, which decide place and colour whether they are used or not; the shipped ones by
        default. Others follow by name.
    """
    matrix = table.pivot_table(index="from_channel", columns="to_channel", values="count", aggfunc="sum").fillna(0.0)
    total = float(matrix.to_numpy().sum())
    sizes = matrix.sum(axis=1).add(matrix.sum(axis=0), fill_value=0.0)
    known = channels or list(load_catalogue().channels)
    every = [*known, *sorted(set(sizes.index) - set(known))]
    names = [name for name in every if sizes.get(name, 0.0) > 0.0]
    axes.set(xlim=(0, 1), ylim=(1 + GAP * len(names), 0))
    axes.axis("off")
    if not names:
        axes.text(0.5, 0.5, "no journey has two contacts", ha="center")
        return axes
    matrix = matrix.reindex(index=names, columns=names, fill_value=0.0) / total
    palette = colours_of_channels(every)
    tops = {"from": _tops(matrix.sum(axis=1)), "to": _tops(matrix.sum(axis=0))}
    _bars(matrix, tops, palette, axes)
    begins, ends = dict(tops["from"]), dict(tops["to"])
    between: Any = matrix.stack().to_dict()
    for source in names:
        for target in names:
            size = between[source, target]
            if size > 0.0:
                _band(begins[source], ends[target], size, palette[source], axes, same=source == target)
                begins[source] += size
                ends[target] += size
    axes.set_title(f"{total:,.0f} steps from one contact to the next", fontsize=8.5, pad=HEAD)
    return axes


def _tops(sizes: pd.Series) -> dict[str, float]:
    """Upper end of the bar of each channel."""
    starts = np.concatenate([[0.0], np.cumsum(sizes.to_numpy() + GAP)[:-1]])
    return dict(zip(sizes.index, starts, strict=True))


def _bars(matrix: pd.DataFrame, tops: dict[str, dict[str, float]], palette: dict[str, str], axes: Axes) -> None:
    heads = {"from": "contact", "to": "next contact"}
    for side, left, label, where in (("from", 0.2, 0.185, "right"), ("to", 0.76, 0.815, "left")):
        axes.text(left + BAR / 2, -0.012, heads[side], ha="center", va="bottom", fontsize=8, color="0.3")
        sizes = matrix.sum(axis=1 if side == "from" else 0)
        for name, size in sizes.items():
            top = tops[side][str(name)]
            axes.add_patch(Rectangle((left, top), BAR, size, facecolor=palette[str(name)], linewidth=0))
            if size >= NAMED_FROM:
                text = f"{str(name).replace('_', ' ')} {100.0 * size:.0f} %"
                axes.text(label, top + size / 2, text, ha=where, va="center", fontsize=8)


def _band(begin: float, end: float, size: float, colour: str, axes: Axes, *, same: bool) -> None:
    left, right, middle = 0.2 + BAR, 0.76, 0.5
    points = [
        *((left, begin), (middle, begin), (middle, end), (right, end)),
        *((right, end + size), (middle, end + size), (middle, begin + size), (left, begin + size)),
        (left, begin),
    ]
    codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3, Outline.CLOSEPOLY]
    axes.add_patch(PathPatch(Outline(points, codes), facecolor=colour, alpha=0.2 if same else 0.5, linewidth=0))
