"""The records of the catalogue, one class per table."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, Strict, model_validator

from simbiz.catalogue.record import Amount, Count, Flag, Number, Record, Share, Text, Whole

Level = Whole | tuple[Whole, Whole]
Cost = Annotated[float, Strict(), Field(ge=0, le=1000, allow_inf_nan=False)]


class Parameter(Record):
    """A number of a rule: `value` shipped, `range` declared, `bounds` what the rule can stand.

    `acts_with` names the parameters without which it does nothing: where all of them are 0, its value has no effect.
    """

    meaning: Text
    value: Number
    range: tuple[Number, Number] | None = None
    distribution: Literal["uniform", "log-uniform"] = "uniform"
    bounds: tuple[Number, Number]
    unit: Text
    role: Literal["uncertainty", "lever", "constant"]
    evidence: Literal["measured", "estimated", "assumed"]
    source: Text
    acts_with: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Parameter:
        low, high = self.bounds
        if not low <= self.value <= high:
            raise ValueError(f"value {self.value} lies outside bounds {list(self.bounds)}")
        if (self.range is None) != (self.role == "constant"):
            raise ValueError("an uncertainty or lever has a range, a constant has none")
        if self.range is not None and not low <= self.range[0] < self.range[1] <= high:
            raise ValueError(f"range {list(self.range)} must rise and lie inside bounds {list(self.bounds)}")
        return self


class ScenarioValue(Record):
    """A value of scenarios that nobody knows exactly: `path` with * for every name, and its range, or its levels."""

    meaning: Text
    path: Text
    segment_kind: Literal["organisation", "person"] | None = None
    range: tuple[Number, Number] | None = None
    distribution: Literal["uniform", "log-uniform"] = "uniform"
    levels: Annotated[tuple[Level, ...], Field(min_length=2)] | None = None
    unit: Text
    source: Text

    @model_validator(mode="after")
    def _consistent(self) -> ScenarioValue:
        if (self.range is None) == (self.levels is None):
            raise ValueError("must have either a range, or levels")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"range {list(self.range)} must rise")
        if self.distribution == "log-uniform" and (self.range is None or self.range[0] <= 0):
            raise ValueError("a log-uniform distribution needs a range above 0")
        sizes = [level if isinstance(level, tuple) else (level, level) for level in self.levels or ()]
        if any(least > most for least, most in sizes):
            raise ValueError("a level of two numbers must be [least, most]")
        if any(sum(one) >= sum(other) for one, other in pairwise(sizes)):
            raise ValueError("levels must rise")
        return self


class Channel(Record):
    """A way of contact between customer and firm."""

    meaning: Text
    kind: Literal["traditional", "digital"]
    initiator: Literal["customer", "firm", "both"]
    serves: tuple[Text, ...]
    digital: Annotated[float, Strict(), Field(ge=-10, le=10, allow_inf_nan=False)]
    effort: Annotated[float, Strict(), Field(ge=0, le=100, allow_inf_nan=False)]
    contact_cost: Cost
    human: Flag
    identifies: Flag
    run_by: Literal["marketing", "sales"]
    source: Text


class Step(Record):
    """One implementation step; `part` of the tool's effects works once it is done."""

    name: Text
    printed: Flag
    weeks: Annotated[float, Strict(), Field(gt=0, le=2600, allow_inf_nan=False)]
    cost: Cost
    part: Share = 0.0


class Effect(Record):
    """What a tool changes in a firm at full implementation and use, or a measure at its full level.

    `harm` is the source of the part of the range that lies beyond none, against the sign of the value.
    """

    attribute: Text
    value: Number
    channel: Text | None = None
    segment_kind: Literal["organisation", "person"] | None = None
    dimension: Text | None = None
    range: tuple[Number, Number] | None = None
    source: Text | None = None
    harm: Text | None = None

    @property
    def name(self) -> str:
        """Attribute and what it is indexed by, dotted."""
        indices = (self.channel, self.segment_kind, self.dimension)
        return ".".join([self.attribute, *(index for index in indices if index is not None)])


class Tool(Record):
    """A digital tool of the customer-interaction system."""

    meaning: Text
    block: Literal["relations", "segments", "channels", "services"]
    roles: tuple[Text, ...]
    requires: tuple[Text, ...] = ()
    steps: tuple[Step, ...]
    effects: tuple[Effect, ...]

    @model_validator(mode="after")
    def _parts_add_up(self) -> Tool:
        if not self.steps or abs(sum(step.part for step in self.steps) - 1.0) > 1e-9:
            raise ValueError("the parts of the steps must add up to 1")
        return self

    @property
    def of_customer_interaction(self) -> bool:
        """Whether the tool belongs to the system of customer interaction; services are sold through it."""
        return self.block != "services"


class Measure(Record):
    """A measure that a firm performs from time to time; what a performance does fades, and ends after some weeks."""

    meaning: Text
    cost: Cost
    weeks: Annotated[int, Strict(), Field(ge=1, le=2600)]
    fading: Annotated[float, Strict(), Field(ge=0, le=100, allow_inf_nan=False)] = 0.0
    effects: tuple[Effect, ...]
    source: Text


class FirmAttribute(Record):
    """Something a tool can change in a firm.

    `acts_with` names the parameters without which it does nothing: where all of them are 0, its value has no effect.
    """

    meaning: Text
    index: tuple[Literal["channel", "segment", "dimension", "tool"], ...]
    combine: Literal["open", "add", "scale", "complement"]
    unit: Text
    bounds: tuple[Number, Number]
    use: Flag = True
    acts_with: tuple[Text, ...] = ()

    @property
    def effect_meaning(self) -> str:
        """What the value of an effect is, which need not be a value of the attribute."""
        return f"{self.meaning}, multiplied by (1 + value)" if self.combine == "scale" else self.meaning

    @property
    def effect_unit(self) -> str:
        """Unit of the value of an effect."""
        return "relative, x (1 + value)" if self.combine == "scale" else self.unit


class Mechanism(Record):
    """A mechanism and the parameter values at which it has no effect."""

    meaning: Text
    off: dict[Text, Number]


class Metric(Record):
    """An observable of a firm and a year.

    `caveat`: what must be said beside its numbers, as the end of a sentence; see `simbiz.catalogue.caveats`.
    """

    meaning: Text
    unit: Text
    caveat: Text = ""
    low: Number | None = None
    high: Number | None = None
    decimals: Count = 4

    @property
    def explanation(self) -> str:
        """Meaning and caveat."""
        return f"{self.meaning}; caution: {self.caveat}" if self.caveat else self.meaning


Written = Literal["percent", "growth", "change", "whole", "decimal", "correlation", "ratio"]
Quantity = Literal["level", "money", "ratio", "growth", "difference", "correlation", "category"]


class PairedTarget(Record):
    """What a claim about a level asks of the difference between the worlds with and without the programme."""

    target: Text
    half_unit: Amount


class Reading(Record):
    """One way to read a claim as a statement about the model.

    `quantity` and `unit`: what kind of number the statistic is; a level has a `paired` target of its own. `strictly`:
    the target must be exceeded; `years`: not before so many years; `untestable`: why it cannot be tested; `written`:
    how numbers are written, where not as the claim says.
    """

    meaning: Text
    statistic: Text = ""
    quantity: Quantity | None = None
    unit: Text = ""
    target: Text
    half_unit: Amount = 0.0
    paired: PairedTarget | None = None
    strictly: Flag = False
    years: Count = 0
    untestable: Text = ""
    written: Written | None = None
    built_in: Flag = False
    depends_on: Text = ""

    @model_validator(mode="after")
    def _testable_or_not(self) -> Reading:
        if bool(self.statistic) == bool(self.untestable):
            raise ValueError("a reading has either a statistic or says why it is untestable")
        if bool(self.statistic) != (self.quantity is not None):
            raise ValueError("a statistic says of what quantity it is")
        if (self.quantity == "level") != (self.paired is not None):
            raise ValueError("a level has a paired target, and nothing else has one")
        return self


class Claim(Record):
    """A published claim, with the numbers printed for it, and how they and estimates of them are written."""

    meaning: Text
    kind: Literal["number", "category", "market"] = "number"
    written: Written = "percent"
    source: Text
    printed: dict[Text, Number] = {}
    readings: dict[Text, Reading]


class PatternStatistic(Record):
    """A number that a pattern is about, where it must lie, what was published; without a gate it is reported only."""

    meaning: Text
    published: Number | None = None
    low: Number | None = None
    high: Number | None = None
    gated: Flag = False

    def holds(self, value: float | None) -> bool | None:
        """Whether a value lies within the tolerance; None without one, False where the value is not defined."""
        if self.low is None and self.high is None:
            return None
        if value is None:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Pattern(Record):
    """A law of markets, the statistics that show it, and the mechanisms without which it breaks."""

    law: Text
    kind: Literal["evidence", "check", "report"]
    use: Literal["fit", "predict", ""] = ""
    measured: Literal["panel", "market", "elsewhere"]
    needs: tuple[Text, ...]
    source: Text = ""
    note: Text = ""
    statistics: dict[Text, PatternStatistic]

    @model_validator(mode="after")
    def _gates_have_tolerances(self) -> Pattern:
        for name, one in self.statistics.items():
            if one.gated and one.holds(0.0) is None:
                raise ValueError(f"statistics.{name} is gated and has neither low nor high")
            if self.kind == "report" and one.gated:
                raise ValueError(f"statistics.{name} is gated, but the pattern is report only")
        return self


class Source(Record):
    """Where a number comes from."""

    kind: Literal["seed", "measured", "read", "vendor", "constructed", "assumed"]
    citation: Text
