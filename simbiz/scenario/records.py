"""The records of a scenario, one class per table of its file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from simbiz.catalogue.record import Amount, Count, Flag, Number, Positive, Record, Share, Strict, Text

Level = Annotated[int, Strict(), Field(ge=0, le=2)]
Seed = Annotated[int, Strict(), Field(ge=0, lt=2**32)]


class Market(Record):
    """Demand of the whole market."""

    value: Positive
    growth: Annotated[float, Strict(), Field(gt=-1, le=5)]
    outside_share: Annotated[float, Strict(), Field(ge=0, lt=1)]
    season_peak_week: Annotated[float, Strict(), Field(ge=0, lt=52)]


class Calendar(Record):
    """Weeks before year -1, and years from the start of the programme."""

    burn_in_weeks: Annotated[int, Strict(), Field(ge=52, le=2600, multiple_of=52)]
    years: Annotated[int, Strict(), Field(ge=1, le=50)]


class Past(Record):
    """What is known of the focal firm before the programme."""

    share_index_before: Positive
    decline: Literal["one_off", "ended", "steady"]


class Segment(Record):
    """A group of customers alike in kind."""

    kind: Literal["organisation", "person"]
    value_share: Share
    needs_per_year: Positive
    basket: Positive
    shortlist: tuple[Annotated[int, Strict(), Field(ge=1)], Annotated[int, Strict(), Field(ge=1)]]
    information_contacts: tuple[Count, Count]
    deliberation_weeks: Amount
    routine: Amount
    parameters: dict[Text, Number] = {}

    @field_validator("shortlist", "information_contacts")
    @classmethod
    def _rising(cls, pair: tuple[int, int]) -> tuple[int, int]:
        if pair[0] > pair[1]:
            raise ValueError(f"{list(pair)} must be [least, most]")
        return pair


class ChannelState(Record):
    """How a firm runs a channel at the start."""

    open: Level | dict[Text, Level] = 0
    quality: Number = 0.0
    hours: Amount = 0.0


class Profile(Record):
    """Digital state of a firm at the start."""

    integration: Share = 0.0
    memory: Share | dict[Text, Share] = 0.0
    nurturing: Share = 0.0
    lead_ownership: Share = 1.0
    offer: Annotated[float, Strict(), Field(ge=0, le=0.9)] = 0.0
    service_quality: dict[Text, Number] = {}
    channels: dict[Text, ChannelState]


class Trend(Record):
    """Tools a rival adopts in the mode `trend`, in the same way in every world."""

    order: tuple[Text, ...] = ()
    start_week: Count = 0


class Firm(Record):
    """A competing firm."""

    title: Text
    share: Annotated[float, Strict(), Field(gt=0, le=1)]
    profile: Text
    staff: dict[Text, Count]
    digitalization_rate: Annotated[float, Strict(), Field(ge=0, lt=1)]
    starting_tools: tuple[Text, ...] = ()
    price: Positive = 1.0
    trend: Trend = Trend()


class Programme(Record):
    """Order in which the focal firm adopts tools; an empty order is the world without a programme."""

    order: tuple[Text, ...] = ()
    parallel: Annotated[int, Strict(), Field(ge=1)] = 1
    start_week: Count = 0
    budget: Amount = 1.0

    @field_validator("order")
    @classmethod
    def _no_tool_twice(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(order)) < len(order):
            raise ValueError(f"a tool stands twice in {list(order)}")
        return order


class Rivals(Record):
    """What the other firms do from the start of the programme."""

    mode: Literal["stopped", "trend"]


class Fit(Record):
    """How the base years are fitted: nudged intercepts, or intercepts that are given."""

    nudge: Flag = True
    every_weeks: Annotated[int, Strict(), Field(ge=1, le=52)] = 4
    damping: Annotated[float, Strict(), Field(gt=0, le=1)] = 0.4
    tolerance: Positive = 0.10
    intercepts: dict[Text, Number] = {}


class Scenario(Record):
    """Everything a run needs besides its seed."""

    name: Text
    title: Text
    question: Text = ""
    focal: Text
    customers: Literal["market"] | Annotated[int, Strict(), Field(ge=1, le=2_000_000_000)]
    market: Market
    calendar: Calendar
    past: Past
    segments: dict[Text, Segment]
    profiles: dict[Text, Profile]
    firms: dict[Text, Firm]
    programme: Programme = Programme()
    rivals: Rivals
    fit: Fit = Fit()
    parameters: dict[Text, Number] = {}
    mechanisms: dict[Text, Flag] = {}
    effects: dict[Text, Number] = {}
    sources: dict[Text, Text] = {}

    @field_validator("effects", mode="before")
    @classmethod
    def _flat(cls, effects: Any) -> Any:
        return _flattened(effects) if isinstance(effects, dict) else effects

    @model_validator(mode="after")
    def _shares(self) -> Scenario:
        for what, shares in (
            ("firms", [firm.share for firm in self.firms.values()]),
            ("segments", [segment.value_share for segment in self.segments.values()]),
        ):
            if abs(sum(shares) - 1.0) > 1e-6:
                raise ValueError(f"the shares of all {what} must sum to 1, not {sum(shares):.6g}")
        return self


def _flattened(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flattened(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
