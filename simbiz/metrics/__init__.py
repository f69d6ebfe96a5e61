"""Observables: each a function of what a run recorded, registered under the name that the catalogue declares."""

from __future__ import annotations

from simbiz.metrics import (
    digital,
    economics,
    experience,
    funnel,
    interaction,
    lifetime,
    market,
    partnership,
    purchase,
    response,
    survey,
)
from simbiz.metrics.observation import METRICS, Observation, observe
from simbiz.metrics.weekly import weekly

__all__ = [
    "METRICS",
    "Observation",
    "digital",
    "economics",
    "experience",
    "funnel",
    "interaction",
    "lifetime",
    "market",
    "observe",
    "partnership",
    "purchase",
    "response",
    "survey",
    "weekly",
]
