"""Sensitivity: which uncertain parameters decide an outcome, by SALib's samplers and analysers."""

from simbiz.experiment.sensitivity.uncertainty import Uncertainty, uncertainties

__all__ = ["Uncertainty", "uncertainties"]
