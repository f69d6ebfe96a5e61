"""Figures of a result: which it can give, what they draw, as files and as elements of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure as Drawing

from simbiz.catalogue.caveats import caveats_in
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.files.whole_file import make_folder, whole_file
from simbiz.plots.figure import Figure
from simbiz.plots.sheet import Sheet
from simbiz.plots.style import FORMATS, figure, save
from simbiz.results.load import Result
from simbiz.runs.kinds import imported, kinds

HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
# A hundredth of a point is finer than any eye.
COORDINATES, DECIMALS = re.compile(r' (?:d|x|y)="[^"]*"'), re.compile(r"(\.\d\d)\d+")
TAG = re.compile(r"<[a-z][^>]*>")
METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


def fitting(result: Result) -> dict[str, Figure]:
    """Figures that the kind of study of a result can have."""
    return figures_of_kind(result.kind)


def figures_of_kind(name: str) -> dict[str, Figure]:
    """Figures that a kind of study can have, by name."""
    kind = kinds().get(name)
    found: dict[str, Figure] = imported(kind.figures) if kind and kind.figures else {}
    return found


@cache
def known_figures() -> dict[str, Figure]:
    """Figures of all kinds of study by name; one name is one figure."""
    return {name: figure for kind in kinds() for name, figure in figures_of_kind(kind).items()}


def subjects_of(name: str, result: Result) -> Sequence[str]:
    """What a figure can be drawn of, the usual first; empty where there is one such figure."""
    subjects = known_figures()[name].subjects
    return subjects(result) if subjects is not None else ()


def sheet_of(name: str, result: Result, subject: str | None = None) -> Sheet:
    """What a figure draws of a result.

    Parameters
    ----------
    name : str
        One of `known_figures`.
    result : Result
        The result.
    subject : str, optional
        One of `subjects_of`; the usual one by default.

    Raises
    ------
    InputError
        If there is no such figure or subject, or if the result lacks what it needs.
    """
    known = fitting(result)
    if name not in known:
        hint = did_you_mean(name, known)
        allowed = one_of(known) if known else "nothing"
        raise InputError(f"a {result.kind} study gives no figure {name}; allowed: {allowed}.{hint}", file=result.folder)
    if not result.report:
        raise InputError("has no report yet: the command that made it goes on with it", file=result.folder)
    if subject is not None:
        subjects = subjects_of(name, result)
        if subject not in subjects:
            hint = did_you_mean(subject, subjects)
            allowed = "; ".join(subjects) if subjects else "nothing, there is one such figure"
            raise InputError(f"{name} cannot be drawn of {subject!r}; allowed: {allowed}.{hint}", file=result.folder)
    sheet = known[name].sheet(result, subject)
    return replace(sheet, note=" ".join(filter(None, [sheet.note, *caveats_in(sheet.says)])))


def lacking(name: str, result: Result) -> str:
    """Why a result cannot give a figure of its kind; empty where it can."""
    try:
        sheet_of(name, result)
    except InputError as error:
        return error.message
    return ""


def figures_of(result: Result) -> dict[str, str]:
    """Figures that a result can give: what each shows, by name."""
    return {name: kind.title for name, kind in fitting(result).items() if not lacking(name, result)}


def figure_of(name: str, result: Result, subject: str | None = None) -> Drawing:
    """Draw a figure of a result, to look at or to change.

    Parameters
    ----------
    name, result, subject
        As for `sheet_of`.

    Returns
    -------
    Figure
        Of matplotlib, drawn once in the house style; notebooks show it, `savefig` writes it.

    Raises
    ------
    InputError
        As for `sheet_of`.
    """
    sheet = sheet_of(name, result, subject)
    with figure(*known_figures()[name].size(sheet)) as drawn:
        known_figures()[name].draw(sheet, drawn)
        # Ticks are made when they are first drawn, and would be of another style outside this block.
        drawn.draw_without_rendering()
    return drawn


def write_figure(name: str, sheet: Sheet, path: Path) -> None:
    """Draw a sheet into a file whose ending gives the format.

    Raises
    ------
    InputError
        If the ending is none that can be drawn, or the file cannot be written.
    """
    if path.suffix.removeprefix(".") not in FORMATS:
        raise InputError(f"cannot be drawn as {path.suffix or 'a file without an ending'}; allowed: {one_of(FORMATS)}",
                         file=path)  # fmt: skip
    data = _drawn(name, sheet, path.suffix.removeprefix("."))
    try:
        make_folder(path.parent)
        with whole_file(path) as file:
            file.write(data)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None


def svg_of(name: str, sheet: Sheet, prefix: str) -> str:
    """A figure as an SVG element for a page: without head and metadata, its names beginning with a prefix."""
    text = METADATA.sub("", HEAD.sub("", _drawn(name, sheet, "svg").decode(), count=1))
    for attribute, end in (('id="', '"'), ('xlink:href="#', '"'), ("url(#", ")")):
        text = re.sub(f"{re.escape(attribute)}([^{end}]+)", rf"{attribute}{prefix}-\1", text)
    return TAG.sub(_rounded, text)


def _rounded(tag: re.Match[str]) -> str:
    """A tag with its coordinates cut to hundredths; text between tags is left alone."""
    return COORDINATES.sub(lambda found: DECIMALS.sub(r"\1", found.group()), tag.group())


def _drawn(name: str, sheet: Sheet, form: str) -> bytes:
    kind, file = known_figures()[name], BytesIO()
    with figure(*kind.size(sheet)) as drawn:
        kind.draw(sheet, drawn)
        save(drawn, file, form)
    return file.getvalue()


def as_plain(sheet: Sheet) -> list[dict[str, Any]]:
    """Table twins as plain data."""
    return [{"caption": one.caption, "columns": list(one.columns), "rows": [list(row) for row in one.rows]}
            for one in sheet.shown]  # fmt: skip
