"""Runs of one scenario."""
