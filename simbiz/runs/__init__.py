"""Runs: one scenario point and one seed each, planned, executed, kept and judged by one rule."""
