"""Means of every order of some tools on fixed seeds, kept in results/reference/orders/ to score a search against.

Made by a census (simbiz experiment run orders_truth, orders_truth_six) and written from its report:
    python tests/orders_truth.py REPORT NAME     # REPORT: orders_census.json of the result folder
"""

import json
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent.parent / "results" / "reference" / "orders"
# Means are kept in whole numbers of these: a millionth of the market, a thousand roubles, a hundredth of a week.
STEPS = {"share": 1e-6, "profit": 1.0, "payback": 0.01, "loyalty": 1e-5}
FACTS = ("scenario", "tools", "customers", "seeds", "weeks", "model")


def names() -> list[str]:
    """Name the truths that are kept."""
    return sorted(path.stem for path in FOLDER.glob("*.parquet"))


def read(name: str) -> tuple[dict[str, Any], pd.DataFrame]:
    """Give the facts of a truth, and a table of its means by order."""
    table = pd.read_parquet(FOLDER / f"{name}.parquet")
    facts = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    values = {column: table[column] * step for column, step in STEPS.items()}
    orders = pd.Index(list(permutations(facts["tools"])), tupleize_cols=False, name="order")
    return facts, pd.DataFrame({column: own.to_numpy() for column, own in values.items()}, index=orders)


def write(report: dict[str, Any], name: str) -> None:
    """Keep the means of a report: the order is that of the permutations, so that it need not be written."""
    columns = report["outcomes"]
    means = np.array(report["means"], dtype=float)
    if len(means) != len(list(permutations(report["tools"]))) or np.isnan(means).any():
        sys.exit(f"{name}: some orders are missing")
    whole = {column: np.rint(means[:, columns.index(column)] / step) for column, step in STEPS.items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame({column: values.astype(np.int32) for column, values in whole.items()})
    table.to_parquet(FOLDER / f"{name}.parquet", compression="zstd", compression_level=19, index=False)
    facts = {fact: report[fact] for fact in FACTS} | {"orders": len(means), "steps": STEPS}
    (FOLDER / f"{name}.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2])
