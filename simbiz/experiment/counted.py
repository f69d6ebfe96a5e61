"""Which runs count: one rule for every kind of study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FAILED, MISSED = "failed", "missed the base year"


def why_left_out(run: Mapping[str, Any]) -> str | None:
    """Reason for which a run does not count; None for a run that counts.

    Parameters
    ----------
    run : mapping
        A run as `Finished.runs` holds it.
    """
    if run["status"] != "ok":
        return FAILED
    return None if run["fit"].get("met", True) else MISSED


def counts(run: Mapping[str, Any]) -> bool:
    """Whether a run finished and its world met the base year."""
    return why_left_out(run) is None
