"""The records of a scenario, one class per table of its file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, Strict, ValidationError, WrapValidator, field_validator, model_validator

from simbiz.catalogue.record import Amount, Flag, Name, Number, Positive, Record, Share, Text, as_written
from simbiz.scenario.firm_records import MOST_WEEKS, Firm, Profile, Week

Listed = Annotated[int, Strict(), Field(ge=1, le=250)]
Contacts = Annotated[int, Strict(), Field(ge=0, le=100)]
Members = Annotated[int, Strict(), Field(ge=1, le=8)]
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

    value: Annotated[float, Strict(), Field(gt=0, le=1e12, allow_inf_nan=False)] = Field(
        description="what customers buy a year from all firms together, in thousand roubles"
    )
    growth: Annotated[float, Strict(), Field(gt=-1, le=5, allow_inf_nan=False)] = Field(
        description="growth of demand a year from the start of the programme on: 0.05 is 5 %"
    )
    outside_share: Annotated[float, Strict(), Field(ge=0, lt=1, allow_inf_nan=False)] = Field(
        description="share of demand that goes elsewhere or is postponed"
    )
    season_peak_week: Annotated[float, Strict(), Field(ge=0, lt=52, allow_inf_nan=False)] = Field(
        description="week of the year in which demand is highest, 0 to 51"
    )


class Calendar(Record):
    """Weeks before year -1, and years (or, if given, weeks) from the start of the programme."""

    burn_in_weeks: Annotated[int, Strict(), Field(ge=52, le=2600, multiple_of=52)] = Field(
        description="fewest weeks before year -1, in which the market comes to rest"
    )
    longest_burn_in_weeks: Annotated[int, Strict(), Field(ge=52, le=2600, multiple_of=52)] = Field(
        default=1040, description="most weeks before year -1: while the market does not rest, a year is added"
    )
    years: Annotated[int, Strict(), Field(ge=1, le=50)] = Field(description="years from the start of the programme")
    weeks: Annotated[int, Strict(), Field(ge=1, le=MOST_WEEKS)] | None = Field(
        default=None, description="weeks from the start of the programme, instead of years"
    )


class Past(Record):
    """What is known of the focal firm before the programme."""

    share_index_before: Annotated[float, Strict(), Field(ge=0.01, le=100, allow_inf_nan=False)] = Field(
        description="focal firm's share of the year before the programme over that of the year before it"
    )
    decline: Literal["one_off", "ended", "steady"] = Field(
        description="why the share changed: it happened once, it was gradual and has ended, or it goes on"
    )


class Segment(Record):
    """A group of customers alike in kind."""

    kind: Literal["organisation", "person"] = Field(
        description="organisations decide in a buying centre and deliberate, persons decide alone"
    )
    value_share: Share = Field(description="share of the market's value")
    needs_per_year: Annotated[float, Strict(), Field(ge=0.001, le=2600, allow_inf_nan=False)] = Field(
        description="needs of a customer a year, the mean over customers"
    )
    basket: Annotated[float, Strict(), Field(ge=1e-5, le=1e7, allow_inf_nan=False)] = Field(
        description="mean worth of a purchase, in thousand roubles"
    )
    shortlist: tuple[Listed, Listed] = Field(description="least and most firms on a shortlist")
    information_contacts: tuple[Contacts, Contacts] = Field(
        description="least and most contacts for information before a decision"
    )
    deliberation_weeks: Annotated[float, Strict(), Field(ge=0, le=520, allow_inf_nan=False)] = Field(
        description="mean weeks from need to decision"
    )
    routine: Annotated[float, Strict(), Field(ge=0, le=1000, allow_inf_nan=False)] = Field(
        description="part of the usual gap between needs beyond which nobody deliberates"
    )
    buying_centre: tuple[Members, Members] = Field(default=(1, 1), description="least and most people who must agree")
    parameters: dict[Text, Number] = Field(
        default={}, description="parameters that have another value for this segment"
    )

    @field_validator("shortlist", "information_contacts", "buying_centre")
    @classmethod
    def _rising(cls, pair: tuple[int, int]) -> tuple[int, int]:
        if pair[0] > pair[1]:
            raise ValueError(f"{list(pair)} must be [least, most]")
        return pair


class Programme(Record):
    """Order in which the focal firm adopts tools; an empty order is the world without a programme."""

    order: tuple[Text, ...] = Field(
        default=(),
        description="tools in the order in which the focal firm adopts them; none is the world without a programme",
    )
    parallel: Annotated[int, Strict(), Field(ge=1)] = Field(
        default=1, description="tools that are implemented at a time"
    )
    start_week: Week = Field(default=0, description="week in which the first begins")
    budget: Amount = Field(default=1.0, description="what may be spent on all steps, as a share of base-year revenue")

    @field_validator("order")
    @classmethod
    def _no_tool_twice(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(order)) < len(order):
            raise ValueError(f"a tool stands twice in {list(order)}")
        return order


class Rivals(Record):
    """What the other firms do from the start of the programme."""

    mode: Literal["stopped", "trend", "responding"] = Field(
        description="stand still, follow a trend of their own, or answer a firm that grows"
    )
    answer: Literal["tools", "price"] = Field(
        default="tools", description="what a responding rival does: adopt tools or cut its price"
    )


class Shock(Record):
    """Tastes that move to digital channels for a time: at once, and back evenly over the last weeks."""

    start_week: Week = Field(description="week from the start of the programme")
    weeks: Annotated[int, Strict(), Field(ge=1, le=MOST_WEEKS)] = Field(description="how many weeks it lasts")
    fade_weeks: Week = Field(default=0, description="how many of the last weeks it fades over")
    digital_taste: Annotated[float, Strict(), Field(ge=-20, le=20, allow_inf_nan=False)] = Field(
        description="what is added to the taste for digital channels, in utils"
    )

    @model_validator(mode="after")
    def _fades_while_it_lasts(self) -> Shock:
        if self.fade_weeks > self.weeks:
            raise ValueError(f"fade_weeks {self.fade_weeks} must be at most weeks {self.weeks}")
        return self


class Fit(Record):
    """How the base years are fitted: nudged intercepts, or intercepts that are given."""

    nudge: Flag = Field(
        default=True, description="whether firms' intercepts are fitted during the past so that the base year is met"
    )
    every_weeks: Annotated[int, Strict(), Field(ge=1, le=52)] = Field(
        default=4, description="weeks from one correction to the next"
    )
    damping: Annotated[float, Strict(), Field(gt=0, le=1, allow_inf_nan=False)] = Field(
        default=0.4, description="part of a miss that a correction takes away"
    )
    tolerance: Positive = Field(
        default=0.10,
        description="relative miss of the focal share in the base year from which a run is reported as off",
    )
    check_rest: Flag = Field(
        default=True, description="whether studies see first if the market rests where nothing happens"
    )
    intercepts: dict[Text, Annotated[float, Strict(), Field(ge=-50, le=50, allow_inf_nan=False)]] = Field(
        default={}, description="intercepts by firm that are given instead, in utils"
    )


class Scenario(Record):
    """Everything a run needs besides its seed."""

    name: Name = Field(description="name on the command line")
    title: Text = Field(description="name for people")
    question: Text = Field(default="", description="what the scenario asks")
    focal: Text = Field(description="firm whose programme is looked at")
    customers: Customers = Field(
        description='"market": one agent for one customer; a number: a sample of so many agents'
    )
    market: Market = Field(description="demand of the whole market")
    calendar: Calendar = Field(description="how long the past and the programme are lived through")
    past: Past = Field(description="what is known of the focal firm before the programme")
    segments: dict[Text, Segment] = Field(description="groups of customers alike in kind")
    profiles: dict[Text, Profile] = Field(description="digital states that firms share")
    firms: dict[Text, Firm] = Field(description="competing firms")
    programme: Programme = Field(default=Programme(), description="what the focal firm adopts")
    rivals: Rivals = Field(description="what the other firms do")
    shock: Shock | None = Field(default=None, description="tastes that move to digital channels for a time")
    service_role: Text = Field(
        default="service", description="role of the staff who serve customers: while they learn tools, requests wait"
    )
    fit: Fit = Field(default=Fit(), description="how the base years are fitted")
    parameters: dict[Text, Number] = Field(default={}, description="parameters that are not as shipped")
    mechanisms: dict[Text, Flag] = Field(default={}, description="mechanisms switched off: name = false")
    effects: dict[Text, Number] = Field(default={}, description="effects of tools and measures that are not as shipped")
    sources: dict[Text, Text] = Field(default={}, description="where the numbers of the scenario come from, by key")

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
