"""The records of a scenario, one class per table of its file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, Strict, ValidationError, WrapValidator, field_validator, model_validator

from simbiz.catalogue.record import (
    Amount,
    Count,
    Flag,
    Number,
    Positive,
    Record,
    Share,
    Text,
    as_written,
)

Level = Annotated[int, Strict(), Field(ge=0, le=2)]
Seed = Annotated[int, Strict(), Field(ge=0, lt=2**32)]
R = TypeVar("R", bound=Record)

MOST_CUSTOMERS = 2_000_000_000


def _customers(value: Any, check: Any) -> Any:
    try:
        return check(value)
    except ValidationError:
        most = f"at most {MOST_CUSTOMERS:,}" if isinstance(value, int) and value > 1 else "at least 1"
        raise ValueError(f"must be 'market' or a whole number of {most}, not {as_written(value)}") from None


Customers = Annotated[
    Literal["market"] | Annotated[int, Strict(), Field(ge=1, le=MOST_CUSTOMERS)], WrapValidator(_customers)
]


class Market(Record):
    """Demand of the whole market."""

    value: Positive
    growth: Annotated[float, Strict(), Field(gt=-1, le=5)]
    outside_share: Annotated[float, Strict(), Field(ge=0, lt=1)]
    season_peak_week: Annotated[float, Strict(), Field(ge=0, lt=52)]


class Calendar(Record):
    """Weeks before year -1, and years (or, if given, weeks) from the start of the programme."""

    burn_in_weeks: Annotated[int, Strict(), Field(ge=52, le=2600, multiple_of=52)]
    years: Annotated[int, Strict(), Field(ge=1, le=50)]
    weeks: Annotated[int, Strict(), Field(ge=1, le=2600)] | None = None


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
    buying_centre: tuple[Annotated[int, Strict(), Field(ge=1)], Annotated[int, Strict(), Field(ge=1, le=8)]] = (1, 1)
    parameters: dict[Text, Number] = {}

    @field_validator("shortlist", "information_contacts", "buying_centre")
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
    personal_offer: Annotated[float, Strict(), Field(ge=0, le=0.9)] = 0.0
    feedback: Share = 0.0
    service_quality: dict[Text, Number] = {}
    channels: dict[Text, ChannelState]


class Trend(Record):
    """Tools a rival adopts in the mode `trend`, in the same way in every world."""

    order: tuple[Text, ...] = ()
    start_week: Count = 0


class MeasurePlan(Record):
    """When a firm performs a measure: from a week after the start of the programme, so many times, so often."""

    start_week: Count = 0
    every_weeks: Annotated[int, Strict(), Field(ge=1)] = 52
    times: Count = 1


class Firm(Record):
    """A competing firm; `profile_after` replaces its digital state from the start of the programme on."""

    title: Text
    share: Annotated[float, Strict(), Field(gt=0, le=1)]
    profile: Text
    staff: dict[Text, Count]
    digitalization_rate: Annotated[float, Strict(), Field(ge=0, lt=1)]
    starting_tools: tuple[Text, ...] = ()
    price: Positive = 1.0
    profile_after: Text | None = None
    culture: Positive = 1.0
    competence: Positive = 1.0
    measures: dict[Text, MeasurePlan] = {}
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

    mode: Literal["stopped", "trend", "responding"]
    answer: Literal["tools", "price"] = "tools"


class Shock(Record):
    """Tastes that move to digital channels for a time: at once, and back evenly over the last weeks."""

    start_week: Count
    weeks: Annotated[int, Strict(), Field(ge=1)]
    fade_weeks: Count = 0
    digital_taste: Number

    @model_validator(mode="after")
    def _fades_while_it_lasts(self) -> Shock:
        if self.fade_weeks > self.weeks:
            raise ValueError(f"fade_weeks {self.fade_weeks} must be at most weeks {self.weeks}")
        return self


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
    customers: Customers
    market: Market
    calendar: Calendar
    past: Past
    segments: dict[Text, Segment]
    profiles: dict[Text, Profile]
    firms: dict[Text, Firm]
    programme: Programme = Programme()
    rivals: Rivals
    shock: Shock | None = None
    service_role: Text = "service"
    fit: Fit = Fit()
    parameters: dict[Text, Number] = {}
    mechanisms: dict[Text, Flag] = {}
    effects: dict[Text, Number] = {}
    sources: dict[Text, Text] = {}

    @field_validator("firms")
    @classmethod
    def _firms_share_the_market(cls, firms: dict[str, Firm]) -> dict[str, Firm]:
        return _summing_to_one(firms, "firms", "share")

    @field_validator("segments")
    @classmethod
    def _segments_share_the_market(cls, segments: dict[str, Segment]) -> dict[str, Segment]:
        return _summing_to_one(segments, "segments", "value_share")


def _summing_to_one(table: dict[str, R], what: str, key: str) -> dict[str, R]:
    total = sum(getattr(record, key) for record in table.values())
    if abs(total - 1.0) > 1e-6:
        raise ValueError(f"the {key.replace('_', ' ')}s of all {what} must sum to 1, not {total:.6g}")
    return table
