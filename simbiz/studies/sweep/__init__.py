"""Sweeps: outcomes over a design of factors."""
