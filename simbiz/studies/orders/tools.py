"""Which tools a study of orders puts in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Place, refuse, unknown
from simbiz.errors import InputError
from simbiz.scenario import Scenario, with_changes
from simbiz.studies.orders.candidates import MOST_TOOLS


def searched_tools(scenario: Scenario, tools: Sequence[str]) -> tuple[str, ...]:
    """The named tools, or those of the programme."""
    return tuple(tools) or scenario.programme.order


def prerequisites(tools: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """What each of the tools requires."""
    return {tool: tuple(load_catalogue().tools[tool].requires) for tool in tools}


def check_tools(scenario: Scenario, tools: Sequence[str], place: Place) -> None:
    """Refuse tools that do not exist, wait for ever, or are too few or too many to be put in order.

    Raises
    ------
    InputError
        For the first mistake.
    """
    known = load_catalogue().tools
    for number, tool in enumerate(tools):
        if tool not in known:
            raise unknown(tool, "tool", known, ["tools", number], place)
    searched = searched_tools(scenario, tools)
    if not 2 <= len(searched) <= MOST_TOOLS:
        what = "tools" if tools else f"the programme of {scenario.name}"
        raise refuse(f"{what}: {len(searched)} tools; allowed: 2 to {MOST_TOOLS}", ["tools"], place)
    try:
        with_changes(scenario, {"programme.order": list(searched)})
    except InputError as error:
        raise refuse(f"tools: {error.message}", ["tools"], place) from None
