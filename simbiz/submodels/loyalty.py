"""Loyalty as behaviour: an exponentially smoothed record of past purchases (Guadagni & Little 1983)."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable


@register_jitable
def loyalty_after(loyalty: Any, bought: Any, smoothing: Any) -> Any:
    """Loyalty to one firm after any purchase: smoothing * loyalty + (1 - smoothing) * [bought here]."""
    return smoothing * loyalty + (1.0 - smoothing) * bought
