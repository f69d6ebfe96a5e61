"""Weekly series on disk, and what else a run keeps for figures: one Parquet file a run, whole or not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simbiz.errors import InputError
from simbiz.files.whole_file import whole_file
from simbiz.results.folder import open_folder, part_of, parts_in

SERIES, FLOWS, CUSTOMERS = "series", "flows", "customers"
KEPT = (SERIES, FLOWS, CUSTOMERS)
KEPT_FILE = re.compile(r"[0-9a-f]{32}\.parquet")
# Columns that earlier versions called otherwise.
RENAMED = {"productivity": "working_capacity"}


def write_series(folder: Path, key: str, columns: Mapping[str, Any], name: str = SERIES) -> Path:
    """Write series/<key>.parquet in a result folder under a temporary name, and rename it once it is safe.

    `name` is one of `KEPT`: the folder in the place of series/.
    """
    open_folder(part_of(folder, name))
    path = kept_file(folder, key, name)
    table = pa.table(dict(columns))
    with whole_file(path) as file:
        pq.write_table(table, file, compression="zstd", use_dictionary=["firm"])
    return path


def kept_file(folder: Path, key: str, name: str = SERIES) -> Path:
    """File of a run in series/ of a result folder, or in what else of `KEPT` `name` says."""
    return part_of(folder, name, f"{key}.parquet")


def series_bytes(columns: Mapping[str, Any]) -> int:
    """Bytes that the weekly series of a run take on disk."""
    file = BytesIO()
    pq.write_table(pa.table(dict(columns)), file, compression="zstd", use_dictionary=["firm"])
    return file.tell()


def series_files(folder: Path, name: str = SERIES) -> list[Path]:
    """Files of the weekly series of a result folder, or of what else runs keep, by key."""
    return parts_in(folder, name, KEPT_FILE)


def read_series(folder: Path, key: str | None = None, name: str = SERIES) -> pd.DataFrame:
    """Read the weekly series of a run, or of all that have one.

    Parameters
    ----------
    folder : Path
        Result folder.
    key : str, optional
        Key of the run.
    name : str
        One of `KEPT`.

    Returns
    -------
    DataFrame
        key, week, firm and what was recorded, in the order of keys; of flows key, year, firm, from_channel, to_channel
        and count; of customers key, segment, digital_affinity and the loyalty to each firm.

    Raises
    ------
    InputError
        If there is none, or a file is damaged.
    """
    files = series_files(folder, name) if key is None else [kept_file(folder, key, name)]
    what = "weekly series" if name == SERIES else name
    if not files:
        raise InputError(f"keeps no {what}: only simbiz run and studies with series = true do", file=folder)
    parts = [_read(path, what).assign(key=path.stem) for path in files]
    frame = pd.concat(parts, ignore_index=True)
    return frame[["key", *(name for name in frame if name != "key")]]


def _read(path: Path, what: str) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(f"is missing: the run keeps no {what}", file=path)
    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"is damaged: {str(error).splitlines()[0]}", file=path) from None
    return frame.rename(columns=RENAMED)
