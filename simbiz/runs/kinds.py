"""Kinds of study by the name that a study file says; a kind is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simbiz.runs.study import Study

KINDS = {
    "ablation": "simbiz.studies.ablation.study:AblationStudy",
    "calibrate": "simbiz.studies.calibration.study:CalibrationStudy",
    "claims": "simbiz.studies.claims.study:ClaimsStudy",
    "claims under uncertainty": "simbiz.studies.uncertainty.study:ClaimsUncertaintyStudy",
    "compare": "simbiz.studies.compare.study:CompareStudy",
    "loyalty": "simbiz.studies.loyalty.study:LoyaltyStudy",
    "map": "simbiz.studies.market_map.study:MapStudy",
    "orders": "simbiz.studies.orders.study:OrdersStudy",
    "orders census": "simbiz.studies.orders.census:CensusStudy",
    "patterns": "simbiz.studies.patterns.study:PatternsStudy",
    "payback": "simbiz.studies.payback.study:PaybackStudy",
    "run": "simbiz.studies.run.study:RunStudy",
    "seen and caused": "simbiz.studies.uplift.study:SeenAndCausedStudy",
    "sensitivity": "simbiz.studies.sensitivity.study:SensitivityStudy",
    "sweep": "simbiz.studies.sweep.study:SweepStudy",
}


def kind_named(name: str) -> type[Study[Any]]:
    """Class of a kind of study."""
    module, _, title = KINDS[name].partition(":")
    kind: type[Study[Any]] = getattr(import_module(module), title)
    return kind
