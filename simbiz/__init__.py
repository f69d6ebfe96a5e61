"""simbiz puts to the test whether customers would do what a digital business model promises.

The names below are imported when they are first used, so that `import simbiz` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Any

__all__ = [
    "InputError",
    "OmnichannelModel",
    "Scenario",
    "compare",
    "load_catalogue",
    "load_result",
    "load_scenario",
    "simulate",
    "with_changes",
    "without_programme",
]

__version__ = version("simbiz")

_HOMES = {
    "InputError": "simbiz.errors",
    "OmnichannelModel": "simbiz.model",
    "Scenario": "simbiz.scenario",
    "compare": "simbiz.experiment.compare",
    "load_catalogue": "simbiz.catalogue",
    "load_result": "simbiz.result.load",
    "load_scenario": "simbiz.scenario",
    "simulate": "simbiz.experiment.run",
    "with_changes": "simbiz.scenario",
    "without_programme": "simbiz.scenario",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'simbiz' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
