"""Kinds of study by the name that a study file says; a kind is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simbiz.experiment.study import Study

KINDS = {
    "ablation": "simbiz.experiment.ablation:AblationStudy",
    "calibrate": "simbiz.experiment.calibration_study:CalibrationStudy",
    "claims": "simbiz.experiment.claims_study:ClaimsStudy",
    "claims under uncertainty": "simbiz.experiment.claims_uncertainty:ClaimsUncertaintyStudy",
    "compare": "simbiz.experiment.compare_study:CompareStudy",
    "loyalty": "simbiz.experiment.loyalty:LoyaltyStudy",
    "map": "simbiz.experiment.market_maps:MapStudy",
    "orders": "simbiz.experiment.orders:OrdersStudy",
    "orders census": "simbiz.experiment.orders_census:CensusStudy",
    "patterns": "simbiz.experiment.patterns_study:PatternsStudy",
    "payback": "simbiz.experiment.payback:PaybackStudy",
    "run": "simbiz.experiment.run_study:RunStudy",
    "seen and caused": "simbiz.experiment.seen_and_caused:SeenAndCausedStudy",
    "sensitivity": "simbiz.experiment.sensitivity.study:SensitivityStudy",
    "sweep": "simbiz.experiment.sweep:SweepStudy",
}


def kind_named(name: str) -> type[Study[Any]]:
    """Class of a kind of study."""
    module, _, title = KINDS[name].partition(":")
    kind: type[Study[Any]] = getattr(import_module(module), title)
    return kind
