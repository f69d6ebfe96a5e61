"""The business model of a firm in the four sectors of nigay2022, before its programme and with it finished.

No market is run: a firm's attributes follow from its profile, its tools and how far the staff uses them. What
customers then do, and so what the firm earns, only a run can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simbiz.business_model.sectors import (
    Activity,
    BusinessModel,
    ConsumerSegment,
    ConsumerSegments,
    CustomerInteraction,
    Monetization,
    Relations,
    SalesChannel,
    SalesChannels,
    ValueProposition,
)
from simbiz.business_model.stages import Stage, planned_programme, planned_stages
from simbiz.catalogue import DIMENSIONS, Catalogue
from simbiz.market.implementation import Implementation
from simbiz.scenario import Scenario
from simbiz.state.customers import base_revenue, market_size
from simbiz.state.firms import base_attributes
from simbiz.state.layout import Layout
from simbiz.submodels.capacity import uncoordinated
from simbiz.week.staff import apply_effects

ACCESS = ("closed", "informs", "sells")


@dataclass(frozen=True)
class Transformation:
    """The business model of a firm before its programme and with it, and the stages between."""

    firm: str
    title: str
    before: BusinessModel
    after: BusinessModel
    stages: tuple[Stage, ...]


def transformation(scenario: Scenario, firm: str, catalogue: Catalogue | None = None) -> Transformation:
    """Business model of a firm before and after its programme, and the stages of the way.

    Parameters
    ----------
    scenario : Scenario
        The focal firm follows its programme; a rival follows its trend where the scenario lets rivals follow it.
    firm : str
        One of its firms.
    catalogue : Catalogue, optional
        Tables to use; the shipped ones by default.

    Returns
    -------
    Transformation
        `after` has every tool that the plan can implement, each fully used, and the profile in force from the start
        of the programme on. Measures, which pass, and improvements on feedback are left out.
    """
    layout = Layout.of(scenario, catalogue)
    plan = planned_programme(layout, firm)
    implemented = np.zeros((len(layout.firms), len(layout.tools)))
    for tool, part in plan.done.items():
        implemented[layout.firms.index(firm), layout.tools.index(tool)] = part
    return Transformation(
        firm=firm,
        title=scenario.firms[firm].title,
        before=_business_model(layout, firm, np.zeros_like(implemented), None),
        after=_business_model(layout, firm, implemented, plan),
        stages=tuple(planned_stages(layout, firm, plan)),
    )


def _business_model(layout: Layout, firm: str, implemented: Any, plan: Implementation | None) -> BusinessModel:
    row = layout.firms.index(firm)
    attributes = base_attributes(layout, after=plan is not None)
    apply_effects(attributes, layout.effects, implemented, np.ones_like(implemented), layout.common["use_exponent"])
    value = {name: attributes[row][cells] for name, cells in layout.cells.items()}
    held = layout.scenario.firms[firm].starting_tools
    live = tuple(tool for column, tool in enumerate(layout.tools) if tool in held or implemented[row, column] >= 1.0)
    return BusinessModel(
        activity=_activity(layout, firm, value, live, plan),
        value_proposition=_value_proposition(layout, firm, value),
        customer_interaction=CustomerInteraction(
            relations=_relations(layout, value, live),
            consumer_segments=_consumer_segments(layout, value, live),
            sales_channels=_sales_channels(layout, value, live),
        ),
        monetization=_monetization(layout, row, value, plan),
    )


def _activity(layout: Layout, firm: str, value: Any, live: tuple[str, ...], plan: Implementation | None) -> Activity:
    record = layout.scenario.firms[firm]
    needed = {role for tool in live for role in layout.catalogue.tools[tool].roles}
    concerned = sum(count for role, count in record.staff.items() if role in needed)
    able = concerned / max(1, sum(record.staff.values()))
    return Activity(
        staff=dict(record.staff),
        digital_staff=record.digitalization_rate if plan is None else able,
        tools=live,
        uncoordinated_tools=float(uncoordinated(len(live), float(value["integration"]))),
        capacity=float(value["capacity"]),
    )


def _value_proposition(layout: Layout, firm: str, value: Any) -> ValueProposition:
    return ValueProposition(
        price=layout.scenario.firms[firm].price,
        offer=float(value["offer"]),
        personal_offer=float(value["personal_offer"]),
        service_quality=dict(zip(DIMENSIONS, value["service_quality"].tolist(), strict=True)),
        services_beyond_product=float(value["digital_services"]),
    )


def _of_block(layout: Layout, tools: tuple[str, ...], block: str) -> tuple[str, ...]:
    return tuple(tool for tool in tools if layout.catalogue.tools[tool].block == block)


def _relations(layout: Layout, value: Any, live: tuple[str, ...]) -> Relations:
    return Relations(
        tools=_of_block(layout, live, "relations"),
        context_kept=float(value["integration"]),
        memory=dict(zip(layout.segments, value["memory"].tolist(), strict=True)),
        requests_owned=float(value["lead_ownership"]),
        leads_nurtured=float(value["nurturing"]),
        feedback=float(value["feedback"]),
    )


def _consumer_segments(layout: Layout, value: Any, live: tuple[str, ...]) -> ConsumerSegments:
    sizes, reach = market_size(layout).tolist(), value["reach"].tolist()
    records = layout.scenario.segments.values()
    return ConsumerSegments(
        tools=_of_block(layout, live, "segments"),
        segments={
            name: ConsumerSegment(record.kind, size, record.value_share, reached)
            for name, record, size, reached in zip(layout.segments, records, sizes, reach, strict=True)
        },
    )


def _sales_channels(layout: Layout, value: Any, live: tuple[str, ...]) -> SalesChannels:
    channels = {}
    for column, (name, record) in enumerate(layout.catalogue.channels.items()):
        access = [ACCESS[int(level)] for level in value["channel_open"][column]]
        channels[name] = SalesChannel(
            kind=record.kind,
            access=dict(zip(layout.segments, access, strict=True)),
            quality=float(value["channel_quality"][column]),
            response_hours=float(value["response_hours"][column]) if record.human else None,
        )
    return SalesChannels(tools=_of_block(layout, live, "channels"), channels=channels)


def _monetization(layout: Layout, row: int, value: Any, plan: Implementation | None) -> Monetization:
    revenue = float(base_revenue(layout)[row])
    return Monetization(
        revenue=revenue if plan is None else None,
        goods=revenue * (1.0 - layout.common["gross_margin"]) if plan is None else None,
        fixed_costs=revenue * layout.common["fixed_cost"],
        running_cost_of_tools=revenue * float(value["cost"]),
        implementation=0.0 if plan is None else revenue * plan.spent,
    )
