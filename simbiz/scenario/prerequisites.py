"""Whether every tool of an order can ever begin."""

from __future__ import annotations

from collections.abc import Iterator

from simbiz.catalogue import Catalogue
from simbiz.catalogue.record import Place, refuse
from simbiz.errors import one_of
from simbiz.files.toml_lines import dotted
from simbiz.scenario.records import Scenario

Order = tuple[tuple[str, ...], str, tuple[str, ...]]


def check_prerequisites(scenario: Scenario, place: Place, catalogue: Catalogue) -> None:
    """Refuse an order with a tool that would wait for ever.

    Parameters
    ----------
    scenario : Scenario
        Names known to be right.
    place : callable
        Gives (file, line) of a key path.
    catalogue : Catalogue
        Says what a tool requires.

    Raises
    ------
    InputError
        For the first tool that requires another which is neither in the order nor with the firm from the start.
    """
    for path, firm, order in _orders(scenario):
        known = {*order, *scenario.firms[firm].starting_tools}
        for tool in order:
            for required in catalogue.tools[tool].requires:
                if required not in known:
                    free = [name for name, one in catalogue.tools.items() if known.issuperset(one.requires)]
                    raise refuse(
                        f"{dotted(path)}: {tool} requires {required}, which is neither in the order nor a starting "
                        f"tool of {firm}; allowed without it: {one_of(free)}",
                        path,
                        place,
                    )


def _orders(scenario: Scenario) -> Iterator[Order]:
    """Key path, firm and order of every programme."""
    yield ("programme", "order"), scenario.focal, scenario.programme.order
    for name, firm in scenario.firms.items():
        yield ("firms", name, "trend", "order"), name, firm.trend.order
