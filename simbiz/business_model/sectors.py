"""The four sectors of a firm's business model, as records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Activity:
    """What the firm works with: people, tools, and how well the tools are tied together."""

    staff: dict[str, int]
    digital_staff: float  # share; as declared at the start, or of everybody whose role needs a tool
    tools: tuple[str, ...]
    uncoordinated_tools: float
    capacity: float  # requests the staff can handle, relative to the base year


@dataclass(frozen=True)
class ValueProposition:
    """What the firm promises: price, offers, service as delivered, services beyond the product."""

    price: float  # relative to an average firm
    offer: float  # part of the list price that is not charged
    personal_offer: float  # the same, to customers whom the firm recognises
    service_quality: dict[str, float]  # perception units
    services_beyond_product: float  # share


@dataclass(frozen=True)
class Relations:
    """Block of customer interaction: how the relation with a customer is formed and kept."""

    tools: tuple[str, ...]
    context_kept: float  # probability at a change of channel
    memory: dict[str, float]  # share of known customers who are recognised, by segment
    requests_owned: float  # probability
    leads_nurtured: float  # probability
    feedback: float  # share


@dataclass(frozen=True)
class ConsumerSegment:
    """A segment as the firm reaches it."""

    kind: str
    customers_in_market: int
    part_of_market: float  # by value
    reach: float  # noticed exposures per customer and week


@dataclass(frozen=True)
class ConsumerSegments:
    """Block of customer interaction: whom the firm wants to attract and serve."""

    tools: tuple[str, ...]
    segments: dict[str, ConsumerSegment]


@dataclass(frozen=True)
class SalesChannel:
    """A channel as the firm runs it."""

    kind: str
    access: dict[str, str]  # closed, informs or sells, by segment
    quality: float  # utils
    response_hours: float | None  # median, at the load of the base year; None where no person has to answer


@dataclass(frozen=True)
class SalesChannels:
    """Block of customer interaction: communication, distribution and sales."""

    tools: tuple[str, ...]
    channels: dict[str, SalesChannel]


@dataclass(frozen=True)
class CustomerInteraction:
    """The system of customer interaction with its three blocks."""

    relations: Relations
    consumer_segments: ConsumerSegments
    sales_channels: SalesChannels


@dataclass(frozen=True)
class Monetization:
    """Revenue and costs, thousand roubles; what is not known without a run is None."""

    revenue: float | None  # a year, as declared for the base year
    goods: float | None  # a year
    fixed_costs: float  # a year
    running_cost_of_tools: float  # a year, beyond what the firm had at the start
    implementation: float  # once


@dataclass(frozen=True)
class BusinessModel:
    """The business model of a firm in four sectors."""

    activity: Activity
    value_proposition: ValueProposition
    customer_interaction: CustomerInteraction
    monetization: Monetization
