"""Outcomes of a study for other programs: Parquet, CSV, or arrays with named axes in netCDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.files.whole_file import whole_file
from simbiz.results.folder import open_folder
from simbiz.results.frames import RUN_COLUMNS
from simbiz.results.load import Result

# With what a spreadsheet begins to compute.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NEEDS_XARRAY = "needs xarray and h5netcdf: pip install 'simbiz[xarray]'"


def export(result: Result, form: str, path: Path) -> Path:
    """Write the outcomes of a result.

    Rows come in the order of the plan and hold no times, so that one study gives the same rows wherever it was done.

    Parameters
    ----------
    result : Result
        The result.
    form : {"parquet", "csv", "xarray"}
        Format.
    path : Path
        File; it is whole or not there.

    Raises
    ------
    InputError
        If it cannot be written, or a library is not installed.
    """
    if path.is_dir():
        raise InputError("is a folder; give the name of a file", file=path)
    if form == "xarray":
        _require_xarray()
    open_folder(path.parent)
    with whole_file(path) as file:
        WRITERS[form](result, file)
    return path


def csv_text(result: Result) -> str:
    """Outcomes as CSV: numbers in the fewest digits that give the same bits back, nothing where there is nothing.

    Words that a spreadsheet would take for a formula, such as a level named ``=cmd()``, begin with an apostrophe.
    """
    frame, text = result.outcomes, StringIO()
    words = [str(name) for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    frame = frame.assign(**{name: frame[name].map(_no_formula) for name in words})
    frame.columns = [_no_formula(name) for name in frame]
    frame.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue()


def _no_formula(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write_csv(result: Result, file: BinaryIO) -> None:
    file.write(csv_text(result).encode("utf-8"))


def _write_parquet(result: Result, file: BinaryIO) -> None:
    frame = result.outcomes.copy()
    frame.attrs = {}
    for name in frame.columns[[pd.api.types.is_object_dtype(kind) for kind in frame.dtypes]]:
        # A label that is a text in one run and a number in another has no type of its own.
        if frame[name].map(type).nunique() > 1:
            frame[name] = frame[name].map(lambda value: None if value is None else str(value))
    frame.to_parquet(file, index=False, compression="zstd")


def _write_netcdf(result: Result, file: BinaryIO) -> None:
    file.write(dataset_of(result).to_netcdf(engine="h5netcdf"))


def dataset_of(result: Result) -> Any:
    """Outcomes as an xarray dataset: a variable a metric over run, year and firm; labels lie along run.

    Raises
    ------
    InputError
        If xarray is not installed.
    """
    xarray = _require_xarray()
    frame, runs = result.outcomes, result.runs[result.runs["status"] == "ok"].reset_index(drop=True)
    number = pd.Series(np.arange(len(runs)), index=runs["key"])
    years, firms = np.unique(frame["year"]), list(dict.fromkeys(frame["firm"]))
    where = (
        frame["key"].map(number).to_numpy(),
        np.searchsorted(years, frame["year"]),
        pd.Index(firms).get_indexer(frame["firm"]),
    )
    axes = ("run", "year", "firm")
    known, shape = load_catalogue().metrics, (len(runs), len(years), len(firms))
    units = {name: {"units": known[name].unit} for name in result.metrics if name in known}
    variables = {
        name: (axes, _filled(where, frame[name].to_numpy(), shape), units.get(name, {})) for name in result.metrics
    }
    labels = [name for name in runs if name not in (*RUN_COLUMNS, "error")]
    about = {name: ("run", _one_type(runs[name])) for name in ("key", "seed", *labels)}
    texts = {"study": result.study, "id": result.id, "kind": result.kind}
    return xarray.Dataset(variables, coords={"year": years, "firm": firms, **about}, attrs=texts)


def _filled(where: tuple[Any, ...], values: Any, shape: Sequence[int]) -> Any:
    cube = np.full(shape, np.nan)
    cube[where] = values
    return cube


def _one_type(column: pd.Series) -> Any:
    """Labels along runs, as numbers where all are, otherwise as text."""
    if column.dtype == bool:
        return column.to_numpy(dtype=np.int8)
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy()
    return np.array(["" if value is None else str(value) for value in column], dtype=object)


def _require_xarray() -> Any:
    try:
        import h5netcdf  # noqa: F401
        import xarray
    except ImportError:
        raise InputError(f"--to xarray {NEEDS_XARRAY}") from None
    return xarray


WRITERS: dict[str, Callable[[Result, BinaryIO], None]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
    "xarray": _write_netcdf,
}
SUFFIXES = {"parquet": ".parquet", "csv": ".csv", "xarray": ".nc"}
