"""Kinds of study by the name that a study file says; a kind is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simbiz.experiment.study import Study

KINDS = {
    "ablation": "simbiz.experiment.ablation:AblationStudy",
    "calibrate": "simbiz.experiment.calibrate:CalibrationStudy",
    "claims": "simbiz.experiment.claims:ClaimsStudy",
    "seen and caused": "simbiz.experiment.seen_and_caused:SeenAndCausedStudy",
    "sensitivity": "simbiz.experiment.claim_margins:SensitivityStudy",
    "sweep": "simbiz.experiment.sweep:SweepStudy",
}


def kind_named(name: str) -> type[Study[Any]]:
    """Class of a kind of study."""
    module, _, title = KINDS[name].partition(":")
    kind: type[Study[Any]] = getattr(import_module(module), title)
    return kind
