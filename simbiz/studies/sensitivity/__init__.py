"""Sensitivity: which uncertain parameters decide an outcome, by the samplers and analysers of SALib."""
