"""`simbiz show firm`: the business model of a firm before its programme and with it finished, and the way between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from simbiz.cli.output import as_text, echo, print_json, print_table
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.scenario import Scenario

Row = tuple[str, Any, Any]

BLOCKS = {
    "relations": "relations with the client",
    "segments": "consumer segments",
    "channels": "sales channels",
    "services": "services beyond the product",
}
READING = """\
before: at the start; after: programme finished, everybody concerned uses every tool of it
Sectors and blocks after nigay2022. Of its figures we have captions and running text only: which
line stands where, and a stage as tools of one block in a row, are our reading."""
PLANNED = """\
as planned; in a run steps take longer or shorter, and may fail
Tools and steps are those of Table 1, steps marked * excepted; weeks and costs are assumed."""


def show_firm(name: str, scenario: Scenario, *, as_json: bool) -> None:
    """Print the business model of a firm of a scenario.

    Raises
    ------
    InputError
        If the scenario has no such firm.
    """
    from simbiz.business_model import transformation

    known = {firm.replace("-", "_"): firm for firm in scenario.firms}
    firm = known.get(name.replace("-", "_"))
    if firm is None:
        suggestion = did_you_mean(name, scenario.firms)
        raise InputError(f"{name} is not a firm of {scenario.name}; allowed: {one_of(scenario.firms)}.{suggestion}")
    found = transformation(scenario, firm)
    if as_json:
        print_json({"schema_version": 1, "scenario": scenario.name, **asdict(found)})
        return
    echo(f"{found.title} in {scenario.name}: business model in four sectors\n{READING}")
    for title, rows in _sectors(found):
        echo(f"\n{title}")
        print_table(["", "before", "after"], list(rows))
    _print_stages(found)


def _sectors(found: Any) -> Iterator[tuple[str, Iterator[Row]]]:
    before, after = found.before, found.after
    was, will = before.customer_interaction, after.customer_interaction
    yield "1 ACTIVITY", _activity(before.activity, after.activity)
    yield "2 VALUE PROPOSITION", _value(before.value_proposition, after.value_proposition)
    yield f"3 CUSTOMER INTERACTION: {BLOCKS['relations']}", _relations(was.relations, will.relations)
    yield f"3 CUSTOMER INTERACTION: {BLOCKS['segments']}", _segments(was.consumer_segments, will.consumer_segments)
    yield f"3 CUSTOMER INTERACTION: {BLOCKS['channels']}", _channels(was.sales_channels, will.sales_channels)
    yield "4 MONETIZATION, thousand roubles", _money(before.monetization, after.monetization)


def _activity(was: Any, will: Any) -> Iterator[Row]:
    yield "staff", _staff(was.staff), "the same" if will.staff == was.staff else _staff(will.staff)
    yield "staff who use a digital tool", f"{was.digital_staff:.2f}", f"up to {will.digital_staff:.2f}"
    yield "tools", _listed(was.tools), _listed(will.tools)
    yield "tools that nothing ties together", *_pair(was.uncoordinated_tools, will.uncoordinated_tools)
    yield "requests the staff can handle, base year = 1", *_pair(was.capacity, will.capacity)


def _value(was: Any, will: Any) -> Iterator[Row]:
    yield "price, average firm = 1", *_pair(was.price, will.price)
    yield "offer to everybody, part of the price", *_pair(was.offer, will.offer)
    yield "offer to recognised customers", *_pair(was.personal_offer, will.personal_offer)
    for dimension in was.service_quality:
        pair = _pair(was.service_quality[dimension], will.service_quality[dimension])
        yield f"service: {dimension}, perception units", *pair
    yield "services beyond the product, share", *_pair(was.services_beyond_product, will.services_beyond_product)


def _relations(was: Any, will: Any) -> Iterator[Row]:
    yield "tools", _listed(was.tools), _listed(will.tools)
    yield "context kept at a change of channel, probability", *_pair(was.context_kept, will.context_kept)
    for segment in was.memory:
        yield f"known customers recognised: {segment}", *_pair(was.memory[segment], will.memory[segment])
    yield "requests that somebody owns, probability", *_pair(was.requests_owned, will.requests_owned)
    yield "lost leads kept in touch with, probability", *_pair(was.leads_nurtured, will.leads_nurtured)
    yield "acts on what customers say, share", *_pair(was.feedback, will.feedback)


def _segments(was: Any, will: Any) -> Iterator[Row]:
    yield "tools", _listed(was.tools), _listed(will.tools)
    for name, segment in was.segments.items():
        size = f"{segment.customers_in_market:,} customers, {segment.part_of_market:.0%} of the market"
        yield name, size, "the same"
        yield "  noticed exposures per customer and week", *_pair(segment.reach, will.segments[name].reach)


def _channels(was: Any, will: Any) -> Iterator[Row]:
    yield "tools", _listed(was.tools), _listed(will.tools)
    for name, channel in was.channels.items():
        yield name.replace("_", " "), _channel(channel), _channel(will.channels[name])


def _channel(channel: Any) -> str:
    levels = set(channel.access.values())
    access = levels.pop() if len(levels) == 1 else ", ".join(f"{s}: {level}" for s, level in channel.access.items())
    if access == "closed":
        return access
    hours = "" if channel.response_hours is None else f"; {channel.response_hours:.3g} h"
    return f"{access}; quality {channel.quality:+.2g}{hours}"


def _money(was: Any, will: Any) -> Iterator[Row]:
    unknown = "found by a run"
    yield "revenue a year", _money_text(was.revenue), unknown
    yield "goods a year", _money_text(was.goods), unknown
    yield "fixed costs a year", _money_text(was.fixed_costs), _money_text(will.fixed_costs)
    added = (_money_text(was.running_cost_of_tools), _money_text(will.running_cost_of_tools))
    yield "running cost of added tools a year", *added
    yield "implementation, once", _money_text(was.implementation), _money_text(will.implementation)


def _print_stages(found: Any) -> None:
    echo(f"\nIMPLEMENTATION ALGORITHM {PLANNED if found.stages else 'the firm has no programme'}")
    for number, stage in enumerate(found.stages, 1):
        echo(f"\nstage {number}: {BLOCKS[stage.block]}")
        rows = [row for tool in stage.tools for row in _tool_rows(tool)]
        print_table(["tool", "in weeks", "step", "weeks", "thousand roubles", "trains", "requires"], rows)


def _tool_rows(tool: Any) -> Iterator[list[Any]]:
    if tool.first_week is None:
        when = "does not begin"
    else:
        when = f"{tool.first_week} to {'?' if tool.last_week is None else tool.last_week}"
    first = (tool.tool, when, _staff(tool.trained), _listed(tool.requires))
    for step in tool.steps:
        name, weeks, trains, requires = first
        label = step.name if step.printed else f"{step.name} *"
        yield [name, weeks, label, step.weeks, _money_text(step.cost), trains, requires]
        first = ("", "", "", "")


def _staff(staff: dict[str, int]) -> str:
    return ", ".join(f"{count} {role}" for role, count in staff.items())


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _pair(was: float, will: float) -> tuple[str, str]:
    return as_text(round(was, 4)), as_text(round(will, 4))


def _money_text(value: float) -> str:
    return f"{value:,.0f}"
