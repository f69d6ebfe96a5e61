"""Comparisons of scenarios or programmes on paired worlds."""
