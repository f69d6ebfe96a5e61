"""Figures: a table in, axes out."""
