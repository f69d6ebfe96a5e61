from pathlib import Path

import pytest
from architecture import circles, violations

REPOSITORY = Path(__file__).resolve().parents[1]


def test_every_module_keeps_to_its_layer_and_its_libraries():
    assert violations(REPOSITORY / "simbiz") == []


def test_no_modules_import_each_other():
    assert circles(REPOSITORY / "simbiz") == []


def test_a_planted_circle_is_caught(tmp_path: Path):
    for name, other in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        (tmp_path / f"{name}.py").write_text(f"from simbiz.{other} import x\n")
    assert circles(tmp_path) == [("a", "b"), ("a", "c"), ("b", "c")]


def planted(package: Path, files: dict[str, str]) -> list[str]:
    for name, content in files.items():
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return violations(package)


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        ("errors.py", "import simbiz.scenario", "errors is in layer 0 and scenario in layer 2"),
        ("state.py", "from simbiz import market", "state is in layer 3 and market in layer 5"),
        ("state.py", "from simbiz.market.model import simulate", "state is in layer 3 and market in layer 5"),
        ("state.py", "def load():\n    from .model import simulate", "state.py:2: state is in layer 3"),
        ("catalogue/__init__.py", "from ..week import loop", "catalogue is in layer 1 and week in layer 4"),
        ("catalogue/tables.py", "from .. import week", "catalogue.tables is in layer 1 and week in layer 4"),
        ("market/model.py", "from simbiz import simulate", "market.model is in layer 5 and __init__ in layer 10"),
        ("market/model.py", "import numba", "numba is imported in market.model and belongs in compilation or draws"),
        ("week.py", "from mesa import Model", "mesa is imported in week"),
        ("studies/sweep/study.py", "from SALib.sample import sobol", "belongs in studies.sensitivity"),
        ("studies/sweep/study.py", "import distributed", "belongs in runs.engine"),
        ("catalogue/__init__.py", "import tomlkit", "belongs in files.toml_file"),
        ("metrics/log.py", "import pyarrow.parquet as pq", "belongs in results"),
        ("bench.py", "import sqlite3", "belongs in results"),
        ("metrics/share.py", "import seaborn as sns", "belongs in plots or report"),
        (
            "market/model.py",
            "from rich.progress import Progress",
            "rich is imported in market.model and belongs in cli",
        ),
        ("errors.py", "from pydantic import BaseModel", "pydantic is imported in errors"),
        ("plots/lines.py", "import pydantic", "pydantic is imported in plots.lines"),
        ("state.py", "import numpy as np\nnp.random.default_rng(1)", "state.py:2: numpy.random"),
        ("state.py", "from numpy import random", "numpy.random is imported in state"),
        ("market/network.py", "import random", "random is imported in market.network"),
        ("submodels/need.py", "import pandas", "submodel and imports pandas"),
        ("submodels/need.py", "from numba import njit", "submodel and imports numba.njit"),
        ("submodels/need.py", "from simbiz.errors import InputError", "submodel and imports simbiz.errors"),
        ("metrics/helpers.py", "", "a module named helpers says nothing"),
        ("surprise.py", "", "surprise has no layer"),
        ("firm.py", "import mesa", "firm has no layer"),
    ],
)
def test_a_planted_violation_is_caught(tmp_path: Path, file: str, source: str, complaint: str):
    found = planted(tmp_path, {file: source})
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("submodels/need.py", "from numba.extending import register_jitable\nimport simbiz.draws"),
        ("catalogue/__init__.py", "from simbiz.errors import InputError\nfrom .tables import Tool"),
        ("market/model.py", "import mesa\nfrom . import state, week"),
        ("studies/sensitivity/variance.py", "import SALib"),
        ("results/ledger.py", "import sqlite3"),
        ("cli/__init__.py", "import rich_click as click\nfrom simbiz import simulate"),
        ("state.py", "import numpy as np\nnp.zeros(3)"),
    ],
)
def test_what_the_layers_allow_is_let_through(tmp_path: Path, file: str, source: str):
    assert planted(tmp_path, {file: source}) == []


@pytest.mark.parametrize("table", ["tools", "channels"])
def test_a_tool_or_channel_named_in_python_is_caught(tmp_path: Path, table: str):
    found = planted(
        tmp_path,
        {f"catalogue/{table}.toml": '[crm]\nmeaning = "x"', "market/model.py": 'if tool == "crm":\n    pass'},
    )
    assert found == ["market/model.py:1: 'crm' is a tool or channel: name it in the catalogue only"]
