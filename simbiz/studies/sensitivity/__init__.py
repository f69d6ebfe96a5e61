"""Sensitivity: which uncertain parameters decide an outcome, by SALib's samplers and analysers."""

from simbiz.studies.sensitivity.uncertainty import Uncertain, UncertainLevels, Uncertainty, uncertainties

__all__ = ["Uncertain", "UncertainLevels", "Uncertainty", "uncertainties"]
