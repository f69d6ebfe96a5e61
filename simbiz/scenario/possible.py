"""Whether a scenario as a whole can be: no market is endless, no share above 1, no staff uses what it has not."""

from __future__ import annotations

from simbiz.catalogue import Catalogue
from simbiz.catalogue.record import Place, refuse
from simbiz.catalogue.tables import Effect
from simbiz.scenario.firm_records import Firm
from simbiz.scenario.market_size import customers_by_segment
from simbiz.scenario.records import MOST_CUSTOMERS, Scenario

# Use of a tool comes as near to everybody as this when the staff at rest is worked out.
NOT_QUITE_ALL = 1.0 - 1e-9


def check_possible(scenario: Scenario, place: Place, catalogue: Catalogue) -> None:
    """Refuse numbers that are right one by one and impossible together.

    Parameters
    ----------
    scenario : Scenario
        Names known to be right.
    place : callable
        Gives (file, line) of a key path.
    catalogue : Catalogue
        Says which roles a tool concerns.

    Raises
    ------
    InputError
        For the first mistake.
    """
    _check_size(scenario, place)
    _check_year_before(scenario, place)
    _check_effects(scenario, place, catalogue)
    for name, firm in scenario.firms.items():
        able = _able_to_use(firm, catalogue) * NOT_QUITE_ALL
        if firm.digitalization_rate and firm.digitalization_rate >= able:
            raise refuse(
                f"firms.{name}.digitalization_rate = {firm.digitalization_rate:g} cannot be reached: "
                f"only {able:.2f} of the staff have a role that needs a starting tool",
                ["firms", name, "digitalization_rate"],
                place,
            )


def _check_size(scenario: Scenario, place: Place) -> None:
    for name, customers in customers_by_segment(scenario).items():
        if customers > MOST_CUSTOMERS:
            raise refuse(
                f"market.value makes {customers:.3g} customers of segments.{name}, which buy for needs_per_year * "
                f"basket; at most {MOST_CUSTOMERS:,} are allowed",
                ["market", "value"],
                place,
            )


def _check_year_before(scenario: Scenario, place: Place) -> None:
    index = scenario.past.share_index_before
    before = scenario.firms[scenario.focal].share / index
    if before > 1.0 + 1e-6:
        raise refuse(
            f"past.share_index_before = {index:g} makes the share of {scenario.focal} {before:.4g} in the year before; "
            "at most 1 is possible",
            ["past", "share_index_before"],
            place,
        )


def effect_bounds(effect: Effect, catalogue: Catalogue) -> tuple[float, float]:
    """Least and most that an effect can be, whatever else acts on its attribute.

    Parameters
    ----------
    effect : Effect
        Effect of a tool or measure.
    catalogue : Catalogue
        Declares how effects on the attribute combine, and between which bounds it lies.

    Returns
    -------
    (float, float)
        A level within the bounds; a sum no longer than they are apart; a factor of at least 0; a share.
    """
    attribute = catalogue.firm_attributes[effect.attribute]
    low, high = attribute.bounds
    return {
        "open": (low, high),
        "add": (low - high, high - low),
        "scale": (-1.0, high),
        "complement": (0.0, 1.0),
    }[attribute.combine]


def _check_effects(scenario: Scenario, place: Place, catalogue: Catalogue) -> None:
    effects = {name: effect for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects())}
    for name, value in scenario.effects.items():
        low, high = effect_bounds(effects[name], catalogue)
        if not low <= value <= high:
            message = f"effects.{name} = {value:g} lies outside the allowed {low:g} to {high:g}"
            raise refuse(message, ["effects", name], place)


def _able_to_use(firm: Firm, catalogue: Catalogue) -> float:
    """Share of the staff whose role needs one of the firm's starting tools."""
    roles = {role for tool in firm.starting_tools for role in catalogue.tools[tool].roles}
    staff = sum(firm.staff.values())
    return sum(count for role, count in firm.staff.items() if role in roles) / staff if staff else 0.0
