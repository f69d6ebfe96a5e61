"""Weekly series on disk: one Parquet file a run, whole or not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from simbiz.result.folder import open_folder, whole_file


def write_series(folder: Path, key: str, columns: Mapping[str, Any]) -> Path:
    """Write series/<key>.parquet in a result folder under a temporary name, and rename it once it is safe."""
    path = open_folder(folder / "series") / f"{key}.parquet"
    table = pa.table(dict(columns))
    with whole_file(path) as file:
        pq.write_table(table, file, compression="zstd", use_dictionary=["firm"])
    return path
