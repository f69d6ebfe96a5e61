"""Which runs count: one rule for every kind of study."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

FAILED, MISSED, RESTLESS = "failed", "missed the base year", "does not rest"
REASONS = (FAILED, MISSED, RESTLESS)


def why_left_out(run: Mapping[str, Any]) -> str | None:
    """Reason for which a run does not count; None for a run that counts.

    Parameters
    ----------
    run : mapping
        A run as `Finished.runs` holds it.
    """
    if run["status"] != "ok":
        return FAILED
    if not run["fit"].get("met", True):
        return MISSED
    return None if run.get("rest", {}).get("rests", True) else RESTLESS


def left_out(runs: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Number of runs that do not count, by reason; reasons that concern no run are left out."""
    found = Counter(reason for run in runs if (reason := why_left_out(run)) is not None)
    return {reason: found[reason] for reason in REASONS if found[reason]}


def left_out_text(found: Mapping[str, int], of: int) -> str:
    """How many runs do not count and why: "3 of 10 runs are left out: 2 failed, 1 does not rest"; empty for none."""
    if not found:
        return ""
    number = sum(found.values())
    verb = "is" if number == 1 else "are"
    return f"{number} of {of} runs {verb} left out: {', '.join(f'{count} {why}' for why, count in found.items())}"


def restless_points(runs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Judgements of the points whose market does not rest, each once: what left its bounds, and the values there."""
    found = (run["rest"] for run in runs if not run.get("rest", {}).get("rests", True))
    return list({json.dumps(one, sort_keys=True): one for one in found}.values())


def counts(run: Mapping[str, Any]) -> bool:
    """Whether a run finished, its world met the base year, and the market of its point rests."""
    return why_left_out(run) is None
