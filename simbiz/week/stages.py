"""Stages of a journey, as numbers in the order of the catalogue."""

INFORMATION, ORDER, SERVICE = range(3)
