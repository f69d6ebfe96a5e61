"""Rivals: whom they notice, which of them imitate and how late, and when they take practice from elsewhere."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

FOLLOWER, CANDIDATE, LEADER = range(3)


@register_jitable
def strategy_class(rate: Any, follower_limit: Any, leader_limit: Any) -> Any:
    """Class of a firm by its digitalization rate: follower, candidate for leadership or leader."""
    if rate >= leader_limit:
        return LEADER
    return CANDIDATE if rate >= follower_limit else FOLLOWER


@register_jitable
def notices(share_before: Any, share_now: Any, threshold: Any, monitoring: Any, luck: Any) -> Any:
    """Whether a firm that watches its competitors notices one: its share grew by more than the threshold, relatively.

    Such growth is seen with probability `monitoring`.
    """
    return share_now > share_before * (1.0 + threshold) and luck < monitoring


@register_jitable
def answer_weeks(strategy: Any, lag: Any, candidate_lag: Any) -> Any:
    """Whole weeks from noticing a competitor to answering it; a candidate waits `candidate_lag` of the lag."""
    return int(lag * (candidate_lag if strategy == CANDIDATE else 1.0) + 0.5)


@register_jitable
def benchmarks(hazard: Any, years: Any, luck: Any) -> Any:
    """Whether a firm takes practice from other industries within some years: 1 - exp(-hazard * years)."""
    return luck < -math.expm1(-hazard * years)
