"""The order of tools that is being put together, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simbiz.errors import InputError
from simbiz.scenario import Scenario, with_changes


@dataclass(frozen=True)
class ToolOrder:
    """Tools in the order of adoption; every change gives a new order.

    Parameters
    ----------
    tools : tuple of str
        Names of tools.
    """

    tools: tuple[str, ...]

    def with_tool(self, tool: str) -> ToolOrder:
        """The order with a tool at its end."""
        return self if tool in self.tools else replace(self, tools=(*self.tools, tool))

    def without_tool(self, tool: str) -> ToolOrder:
        """The order less a tool."""
        return replace(self, tools=tuple(name for name in self.tools if name != tool))

    def moved(self, tool: str, places: int) -> ToolOrder:
        """The order with a tool moved by so many places, at most to an end."""
        rest = list(self.without_tool(tool).tools)
        place = min(max(0, self.tools.index(tool) + places), len(rest))
        return replace(self, tools=(*rest[:place], tool, *rest[place:]))

    def mistake(self, scenario: Scenario) -> str:
        """What is wrong with the order as the programme of a scenario, in one line; empty if nothing is."""
        try:
            with_changes(scenario, {"programme.order": list(self.tools)})
        except InputError as error:
            # What would be allowed stands beside the message, as a list to choose from.
            return error.message.removeprefix("programme.order: ").partition("; allowed")[0]
        return ""
