"""What a model is made with beside its scenario: a replicate seed and an engine, checked."""

from __future__ import annotations

import secrets
from typing import Any

from simbiz.errors import InputError, did_you_mean, one_of

ENGINES = ("arrays", "agents")
SEED_BITS = 32


def replicate_seed(rng: Any) -> int:
    """Seed as it was given, or a drawn one; two seeds must never be one and the same world."""
    if rng is None:
        return secrets.randbits(SEED_BITS)
    try:
        seed = int(rng)
    except (TypeError, ValueError, OverflowError):
        seed = -1
    if not 0 <= seed < 2**SEED_BITS or (isinstance(rng, float) and rng != seed):
        raise InputError(f"rng must be a whole number from 0 to {2**SEED_BITS - 1}, not {rng!r}")
    return seed


def known_engine(engine: str) -> str:
    """Engine, if there is one of this name."""
    if engine not in ENGINES:
        suggestion = did_you_mean(engine, ENGINES)
        raise InputError(f"engine {engine!r} is not known; allowed: {one_of(ENGINES)}.{suggestion}")
    return engine
