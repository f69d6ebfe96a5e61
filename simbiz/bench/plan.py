"""How much is measured: everything, or what takes a minute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Sizes and repeats of the benchmarks.

    Parameters
    ----------
    repeats : int
        Repeats of which the median is taken.
    large, small : int
        Customers of the common size of market, and of a small run.
    lived : int
        Weeks that a market has behind it when its weeks are measured.
    weeks : int
        Weeks measured at once; half a year holds one survey.
    counted : int
        Customers on whom draws, exp and log are counted, one by one.
    objects : int
        Customers as objects.
    larger : int, optional
        Customers of a large market, measured alone and on two threads.
    largest : int, optional
        Customers of the largest market.
    shards : int, optional
        Customers of the market in four processes.
    installation : bool
        Whether the first run after installation is measured.
    """

    repeats: int = 5
    large: int = 100_000
    small: int = 5_000
    lived: int = 52
    weeks: int = 26
    counted: int = 2_000
    objects: int = 2_000
    larger: int | None = 1_000_000
    largest: int | None = 10_000_000
    shards: int | None = 20_000
    installation: bool = True


FULL = Plan()
QUICK = Plan(repeats=3, lived=26, counted=400, objects=400, larger=None, largest=None, shards=None, installation=False)
