"""Calibration: parameter points at which the laws of markets hold."""
