"""Which parameters decide an outcome: tornado, Sobol' bars, second-order heat map, Morris plane."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from simbiz.plots.intervals import limits_of, span
from simbiz.plots.labels import Label, place_names
from simbiz.plots.number_text import named
from simbiz.plots.style import BLUE, GREY, ORANGE, rows_of

SHOWN = 15
NAMED = 8
ENDS = ("lower end of the range", "upper end of the range")
# Orange to blue, through white: told apart with every common kind of colour vision.
DIVERGING = "PuOr_r"
ORDERS = {"S1": "alone (first order)", "ST": "with all interactions (total)"}


def tornado(table: pd.DataFrame, axes: Axes, *, middle: float, unit: str, ends: tuple[str, str] = ENDS) -> Axes:
    """Draw the outcome where each parameter is low and where it is high, the widest first.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, low and high: the outcome where it is low and where it is high; error: half of the 95 %
        interval of either (may be empty).
    axes : Axes
        Where to draw.
    middle : float
        Outcome at shipped values, or on average.
    unit : str
        Of the outcome.
    ends : tuple of str
        What low and high are.
    """
    widest = table.assign(width=(table["high"] - table["low"]).abs()).nlargest(SHOWN, "width")
    limits = limits_of([*widest["low"], *widest["high"]])
    for place, row in enumerate(rows_of(widest)):
        for end, colour in ((row.low, ORANGE), (row.high, BLUE)):
            axes.barh(place, end - middle, left=middle, height=0.66, color=colour)
        if "error" in table and row.error == row.error:
            for end in (row.low, row.high):
                span(end - row.error, end + row.error, place, limits, axes, "0.2", 1.0)
    axes.axvline(middle, color="0.2", linewidth=1.0)
    _name_rows(list(widest["parameter"]), axes)
    axes.set_xlabel(f"{'change of the outcome' if middle == 0.0 else 'outcome'}: {unit}")
    handles = [Patch(color=colour, label=end) for colour, end in zip((ORANGE, BLUE), ends, strict=True)]
    axes.legend(handles=handles, frameon=False, fontsize=8.5, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2)
    sns.despine(ax=axes)
    return axes


def effects(table: pd.DataFrame, axes: Axes, *, unit: str) -> Axes:
    """Draw one measure of importance per parameter with its interval, the largest first.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, value and error (half of a 95 % interval; may be empty).
    axes : Axes
        Where to draw.
    unit : str
        What the values are, with their unit.
    """
    largest = table.loc[table["value"].abs().nlargest(SHOWN).index]
    places = np.arange(len(largest))
    axes.barh(places, largest["value"], height=0.66, color=BLUE)
    axes.errorbar(largest["value"], places, xerr=largest["error"], fmt="none", color="0.2", linewidth=1.2)
    _name_rows(list(largest["parameter"]), axes)
    axes.set_xlabel(unit)
    sns.despine(ax=axes)
    return axes


def sobol(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw first-order and total Sobol' indices with their intervals, the largest total first.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, S1, S1_conf, ST, ST_conf.
    axes : Axes
        Where to draw.
    """
    largest = table.nlargest(SHOWN, "ST")
    places = np.arange(len(largest))
    for shift, name, colour in ((-0.18, "S1", BLUE), (0.18, "ST", ORANGE)):
        axes.barh(places + shift, largest[name], height=0.34, color=colour, label=ORDERS[name])
        error = largest[f"{name}_conf"]
        axes.errorbar(largest[name], places + shift, xerr=error, fmt="none", color="0.2", linewidth=1.0)
    _name_rows(list(largest["parameter"]), axes)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.set_xlabel("share of the variance of the outcome")
    axes.legend(frameon=False, fontsize=8.5, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2)
    sns.despine(ax=axes)
    return axes


def interactions(matrix: pd.DataFrame, axes: Axes, *, sure: Collection[tuple[int, int]] = ()) -> Axes:
    """Draw second-order Sobol' indices of pairs of parameters.

    Parameters
    ----------
    matrix : DataFrame
        Square, parameters on both sides; only the part above the diagonal is used.
    axes : Axes
        Where to draw.
    sure : collection of (int, int)
        Pairs, as places in the matrix, that can be told from 0: written in bold.
    """
    names = [named(name) for name in matrix.index]
    values = matrix.to_numpy(dtype=float)[:-1, 1:]
    hidden = np.tril(np.ones_like(values, dtype=bool), k=-1)
    largest = np.nanmax(np.abs(np.where(hidden, np.nan, values)))
    edges = np.arange(len(names)) - 0.5
    drawn = axes.pcolormesh(edges, edges, np.ma.array(values, mask=hidden), cmap=DIVERGING, vmin=-largest, vmax=largest,
                            edgecolors="white", linewidth=1.0)  # fmt: skip
    for row, column in zip(*np.nonzero(~hidden), strict=True):
        value = values[row, column]
        dark = abs(value) > 0.6 * largest
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8, color="white" if dark else "0.1",
                  fontweight="bold" if (row, column + 1) in sure else "normal")  # fmt: skip
    axes.figure.colorbar(drawn, ax=axes, label="share of the variance by this pair").outline.set_visible(False)
    axes.set_xticks(range(len(names) - 1), names[1:], rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names) - 1), names[:-1])
    axes.invert_yaxis()
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def morris(table: pd.DataFrame, axes: Axes, *, unit: str) -> Axes:
    """Draw the mean size of elementary effects against their spread: far right matters, high up interacts.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, mu_star and sigma.
    axes : Axes
        Where to draw.
    unit : str
        Of the outcome.
    """
    axes.plot(table["mu_star"], table["sigma"], marker="o", linestyle="none", color=BLUE, markersize=5, alpha=0.7)
    highest = 1.08 * max(table["mu_star"].max(), table["sigma"].max())
    axes.plot([0, highest], [0, highest], color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.annotate("spread = effect", (highest * 0.82, highest * 0.84), fontsize=7.5, color=GREY, rotation=38)
    axes.set(xlim=(0, highest * 1.25), ylim=(0, highest))
    largest = table.nlargest(NAMED, "mu_star")
    points = list(zip(table["mu_star"], table["sigma"], strict=True))
    labels = [Label(named(str(row.parameter)), (row.mu_star, row.sigma)) for row in rows_of(largest)]
    place_names(labels, axes, others=points)
    axes.set_xlabel(f"mean size of the effect (mu*): {unit}")
    axes.set_ylabel(f"spread of the effect (sigma)\n{unit}")
    sns.despine(ax=axes)
    return axes


def _name_rows(names: list[str], axes: Axes) -> None:
    axes.set_yticks(range(len(names)), [named(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
