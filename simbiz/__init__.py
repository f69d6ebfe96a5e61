"""simbiz puts to the test whether customers would do what a digital business model promises.

The names below are imported when they are first used, so that `import simbiz` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

__all__ = [
    "InputError",
    "OmnichannelModel",
    "Scenario",
    "compare",
    "load_catalogue",
    "load_result",
    "load_scenario",
    "measure_panel",
    "run_study",
    "simulate",
    "with_changes",
    "without_programme",
]

__version__ = version("simbiz")

_HOMES = {
    "InputError": "simbiz.errors",
    "OmnichannelModel": "simbiz.market.model",
    "Scenario": "simbiz.scenario",
    "compare": "simbiz.studies.compare.compare",
    "load_catalogue": "simbiz.catalogue",
    "load_result": "simbiz.results.load",
    "load_scenario": "simbiz.scenario",
    "measure_panel": "simbiz.studies.patterns.laws",
    "run_study": "simbiz.runs.from_file",
    "simulate": "simbiz.runs.run",
    "with_changes": "simbiz.scenario",
    "without_programme": "simbiz.scenario",
}

# Whoever checks types sees the names themselves: with __getattr__ every name of the module, and of none, would be Any.
if TYPE_CHECKING:
    from simbiz.catalogue import load_catalogue
    from simbiz.errors import InputError
    from simbiz.market.model import OmnichannelModel
    from simbiz.results.load import load_result
    from simbiz.runs.from_file import run_study
    from simbiz.runs.run import simulate
    from simbiz.scenario import Scenario, load_scenario, with_changes, without_programme
    from simbiz.studies.compare.compare import compare
    from simbiz.studies.patterns.laws import measure_panel
else:

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'simbiz' has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
