"""The records of firms in a scenario file: their digital states, staff, measures and trends."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from simbiz.catalogue.record import Amount, Number, Record, Share, Text

MOST_WEEKS = 2600

Level = Annotated[int, Strict(), Field(ge=0, le=2)]
Week = Annotated[int, Strict(), Field(ge=0, le=MOST_WEEKS)]
People = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
Factor = Annotated[float, Strict(), Field(ge=0.01, le=100, allow_inf_nan=False)]


class ChannelState(Record):
    """How a firm runs a channel at the start."""

    open: Level | dict[Text, Level] = Field(
        default=0, description="access level, for all or by segment: 0 closed, 1 informs, 2 sells"
    )
    quality: Number = Field(default=0.0, description="how well the channel works for the customer, in utils")
    hours: Amount = Field(default=0.0, description="median hours until an answer, at the load of the base year")


class Profile(Record):
    """Digital state of a firm at the start."""

    integration: Share = Field(
        default=0.0, description="probability that the context of a customer survives a change of channel"
    )
    memory: Share | dict[Text, Share] = Field(
        default=0.0, description="share of known customers whom the firm recognises, for all or by segment"
    )
    nurturing: Share = Field(default=0.0, description="probability that a lost lead is brought back within the journey")
    lead_ownership: Share = Field(
        default=1.0, description="probability that a request has somebody in the firm who owns it"
    )
    offer: Annotated[float, Strict(), Field(ge=0, le=0.9, allow_inf_nan=False)] = Field(
        default=0.0, description="part of the list price that is not charged"
    )
    personal_offer: Annotated[float, Strict(), Field(ge=0, le=0.9, allow_inf_nan=False)] = Field(
        default=0.0, description="part of the list price that is not charged to customers whom the firm recognises"
    )
    feedback: Share = Field(
        default=0.0, description="how far the firm acts on what customers say in surveys and complaints, 0 to 1"
    )
    service_quality: dict[Text, Number] = Field(
        default={}, description="service on SERVQUAL dimensions before what happens in a journey, in perception units"
    )
    channels: dict[Text, ChannelState] = Field(description="channels that are not closed")


class Trend(Record):
    """Tools a rival adopts in the mode `trend`, in the same way in every world."""

    order: tuple[Text, ...] = Field(default=(), description="tools in the order in which they are adopted")
    start_week: Week = Field(default=0, description="week from the start of the programme in which the first begins")


class MeasurePlan(Record):
    """When a firm performs a measure: from a week after the start of the programme, so many times, so often."""

    start_week: Week = Field(default=0, description="week from the start of the programme")
    every_weeks: Annotated[int, Strict(), Field(ge=1, le=MOST_WEEKS)] = Field(
        default=52, description="weeks from one time to the next"
    )
    times: Week = Field(default=1, description="how often in all")


class Firm(Record):
    """A competing firm; `profile_after` replaces its digital state from the start of the programme on."""

    title: Text = Field(description="name for people")
    share: Annotated[float, Strict(), Field(gt=0, le=1, allow_inf_nan=False)] = Field(
        description="share of the market by value in the base year"
    )
    profile: Text = Field(description="digital state at the start, one of the profiles")
    staff: dict[Text, People] = Field(description="people by role")
    digitalization_rate: Annotated[float, Strict(), Field(ge=0, lt=1, allow_inf_nan=False)] = Field(
        description="share of staff who use digital tools in the base year"
    )
    starting_tools: tuple[Text, ...] = Field(
        default=(), description="tools of which it has an earlier form: what they change is part of its profile"
    )
    price: Factor = Field(default=1.0, description="price level against the market")
    profile_after: Text | None = Field(
        default=None, description="profile that replaces the digital state from the start of the programme on"
    )
    culture: Factor = Field(default=1.0, description="factor on how readily staff take up tools")
    competence: Factor = Field(default=1.0, description="factor on how fast the firm implements")
    measures: dict[Text, MeasurePlan] = Field(default={}, description="measures that the firm performs, by name")
    trend: Trend = Field(default=Trend(), description="what it adopts where rivals follow a trend")
