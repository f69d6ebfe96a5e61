"""What is measured, in which unit, and what was aimed at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A cost to measure.

    Parameters
    ----------
    meaning : str
        What is measured.
    unit : str
        Its unit.
    limit : float, optional
        The most it may be; a figure without one is for information.
    least : bool
        Whether the limit is the least it may be.
    """

    meaning: str
    unit: str
    limit: float | None = None
    least: bool = False


TARGETS = {
    "idle_week": Target("a customer's week without an event", "ns", 3.0),
    "journey_person_1e5": Target("a person's journey week (consider, contact, decide, buy, judge), 1e5", "us", 2.0),
    "journey_person_1e6": Target("the same among 1e6 customers", "us", 2.0),
    "customer_weeks_1e5": Target("customer-weeks a second on one core, 1e5 customers", "million/s", 8.0, least=True),
    "customer_weeks_1e6": Target("the same, 1e6 customers", "million/s", 8.0, least=True),
    "bound_ratio": Target("cost of a customer-week against its lower bound, 1e5 customers", "ratio", 3.0),
    "bound": Target("lower bound: draws, exp and log, bytes, each times its cost", "ns"),
    "bound_ratio_one_by_one": Target("the same if every Philox block cost what one alone does", "ratio"),
    "bound_draws": Target("Philox blocks a need that are drawn one by one", "number"),
    "bound_draws_together": Target("Philox blocks a need that are drawn several at a time", "number"),
    "bound_logs": Target("exp and log a need", "number"),
    "bound_bytes": Target("bytes of customers read and written a need", "bytes"),
    "bound_draw_cost": Target("a Philox block, one by one", "ns"),
    "bound_draw_together_cost": Target("a Philox block, eight at a time", "ns"),
    "bound_log_cost": Target("an exp or a log", "ns"),
    "bound_bandwidth": Target("memory read in a row", "GB/s"),
    "growth": Target("cost of a customer-week among 1e7 against 1e5 customers", "ratio", 1.3),
    "ten_million": Target("1e7 customers, 52 weeks, two threads, making them included", "s", 75.0),
    "ten_million_making": Target("of this, making the customers", "s"),
    "ten_million_memory": Target("peak memory of this", "GB", 3.0),
    "bytes_per_customer": Target("memory a customer", "bytes", 250.0),
    "small_run": Target("5,000 customers, 156 weeks, making included", "s", 0.15),
    "fixed_overhead": Target("a run of one customer a segment, 156 weeks, making included", "ms", 5.0),
    "fixed_making": Target("of this, making the model", "ms"),
    "threads": Target("two threads on 1e6 customers against two processes", "ratio", 0.9, least=True),
    "threads_same_bits": Target("comparisons in which two threads counted the bits of one", "share", 1.0, least=True),
    "event_log": Target("1e5 customers, 52 weeks, with an event log against without", "ratio", 2.5),
    "help": Target("simbiz --help", "s", 0.3),
    "check": Target("simbiz check", "s", 0.6),
    "first_run": Target("simbiz run partner-dv, 2 years, first run after installation", "s", 45.0),
    "later_run": Target("the same later", "s", 4.0),
    "agents_engine": Target("customer-weeks a second with customers as Mesa agents, all mechanisms", "thousand/s"),
    "plain_mesa": Target("agent-steps a second of a modelling rule in plain Mesa objects", "thousand/s"),
    "shards_bytes": Target("voices that a market in four processes exchanges, a week and customer", "bytes"),
    "shards_counts": Target("counts that it adds up, a week and process", "kB"),
}


@dataclass(frozen=True)
class Row:
    """A measured cost.

    Parameters
    ----------
    id : str
        One of `TARGETS`.
    value : float, optional
        What was measured; None where this machine or this run could not.
    """

    id: str
    value: float | None

    @property
    def meaning(self) -> str:
        """What was measured."""
        return TARGETS[self.id].meaning

    @property
    def unit(self) -> str:
        """Unit of the value and the target."""
        return TARGETS[self.id].unit

    @property
    def target(self) -> float | None:
        """What was aimed at, if anything."""
        return TARGETS[self.id].limit

    @property
    def wanted(self) -> str:
        """Target in words."""
        if self.target is None:
            return ""
        return f"{'>=' if TARGETS[self.id].least else '<='} {self.target:g}"

    @property
    def holds(self) -> bool | None:
        """Whether the value reaches its target; None without a target or a value."""
        if self.target is None or self.value is None:
            return None
        return self.value >= self.target if TARGETS[self.id].least else self.value <= self.target
