"""What all figures have in common: colours that everybody can tell apart, type, and files without a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from scipy.stats import t as student

from simbiz.files.whole_file import whole_file

# Okabe and Ito (2008): told apart with every common kind of colour vision.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
CYCLE = (BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, BLACK)
GREY, PALE = "0.45", "0.94"

# One rule for two worlds: blue is the one with the programme or, where that does not tell them apart, the first;
# vermilion is the one without it, or the second.
WITH, WITHOUT = "with the programme", "without it"
WORLDS = {WITH: BLUE, WITHOUT: VERMILION}
# Channels, by their place in the catalogue: told apart from each other and from the two worlds with every common kind
# of colour vision (from schemes of Tol 2021 and of Okabe and Ito 2008).
CHANNELS = ("#332288", "#88CCEE", "#225522", "#DDCC77", "#882255", "#44AA99", "#F0E442", "#000000")
FURTHER = ("0.25", "0.4", "0.55", "0.7", "0.8")  # greys, where the colours end
FORMATS = ("svg", "png", "pdf")
# The same table gives the same file: fixed names inside an SVG, and no date. A dollar sign in a name is no formula.
# An SVG names its type, which must be as wide where it is shown as where it was laid out.
REPRODUCIBLE: Any = {"svg.hashsalt": "simbiz", "svg.fonttype": "none", "text.parse_math": False,
                    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"]}  # fmt: skip


@contextmanager
def figure(width: float, height: float) -> Iterator[Figure]:
    """Figure in the house style, in inches; save it inside the block."""
    with sns.axes_style("white"), sns.plotting_context("paper", font_scale=1.05), matplotlib.rc_context(REPRODUCIBLE):
        yield Figure(figsize=(width, height), layout="constrained")


def save(drawn: Figure, file: Path | BytesIO, kind: str | None = None) -> None:
    """Write a figure; the ending of the file, or `kind`, gives the format: one of `FORMATS`."""
    suffix = kind or (file.suffix.removeprefix(".") if isinstance(file, Path) else "svg")
    metadata: dict[str, Any] | None = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(suffix)
    with whole_file(file) if isinstance(file, Path) else nullcontext(file) as place:
        drawn.savefig(place, format=suffix, dpi=160, metadata=metadata)


def in_percent(axis: Axis) -> None:
    """Write the shares along an axis in per cent, with as many digits as they need."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100.0 * value:,.6g} %".replace("-", "\N{MINUS SIGN}")))


def in_numbers(axis: Axis) -> None:
    """Write the numbers along an axis with their thousands set off."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}".replace("-", "\N{MINUS SIGN}")))


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """Rows of a table as tuples whose fields are its columns."""
    yield from table.itertuples(index=False)


def student_interval(values: Any) -> tuple[float, float]:
    """95 % interval of a mean (Student); nothing for fewer than two values."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if len(known) < 2:
        return float("nan"), float("nan")
    half = student.ppf(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
    return float(known.mean() - half), float(known.mean() + half)


def colours(names: Sequence[str], focal: str | None = None) -> dict[str, str]:
    """A colour for each name; the focal one is blue, and greys follow where the colours end."""
    order = sorted(names, key=lambda name: name != focal) if focal else list(names)
    return _in_turn(order, (*CYCLE, *FURTHER))


def colours_of_alternatives(adopts: Mapping[str, bool]) -> dict[str, str]:
    """A colour for each alternative, by whether it adopts anything: by the rule of the two worlds.

    The first that adopts something is blue, the first that adopts nothing vermilion; where all are alike, the order
    alone counts.
    """
    first = {does: next((name for name, own in adopts.items() if own == does), None) for does in (True, False)}
    if None in first.values():
        return colours(list(adopts))
    return colours([*map(str, first.values()), *(name for name in adopts if name not in first.values())])


def colours_of_channels(channels: Sequence[str]) -> dict[str, str]:
    """The colour of each channel, in the order of the catalogue."""
    return _in_turn(channels, (*CHANNELS, *FURTHER))


def _in_turn(names: Sequence[str], palette: Sequence[str]) -> dict[str, str]:
    return {name: palette[number % len(palette)] for number, name in enumerate(names)}
