"""A commented scenario file that extends another one: every value as it is there, with its meaning."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.catalogue.record import Record
from simbiz.files import toml_file
from simbiz.scenario import Scenario, find_scenario, load_scenario
from simbiz.scenario.firm_records import Firm
from simbiz.scenario.records import Segment

WIDTH = 110
TABLES = ("market", "calendar", "past", "programme", "rivals", "fit")


def scenario_template(name: str, parent: str) -> str:
    """Text of a new scenario file.

    Parameters
    ----------
    name : str
        Its name.
    parent : str
        Scenario that it extends.

    Returns
    -------
    str
        TOML that means the same as the parent until a comment is taken away.
    """
    scenario = load_scenario(parent)
    catalogue = load_catalogue()
    lines = [
        f"# Whatever is a comment is as in {scenario.name}: take away the # of a line and change its value.",
        "# Check with: simbiz check FILE",
        "",
        toml_file.entry("extends", parent if parent.endswith(".toml") else find_scenario(parent).stem),
        f'name = "{name}"',
        *_line("title", scenario.title, comment=False),
        *_line("question", scenario.question, comment=False),
        "",
        *_record(Scenario, {"focal": scenario.focal, "customers": scenario.customers}),
    ]
    data = scenario.model_dump(mode="json", exclude_none=True)
    for table in TABLES:
        record = type(getattr(scenario, table))
        lines += ["", f"# {Scenario.model_fields[table].description}", f"[{table}]", *_record(record, data[table])]
    for segment, values in data["segments"].items():
        lines += ["", f"[segments.{segment}]", *_record(Segment, values)]
    for firm, values in data["firms"].items():
        lines += ["", f"[firms.{firm}]", *_record(Firm, values)]
    lines += ["", "# ---- numbers of the rules", "[parameters]", *_parameters(scenario, catalogue)]
    lines += ["", "# ---- what tools and measures change", "[effects]", *_effects(scenario, catalogue)]
    lines += ["", "# ---- parts of the model, to be switched off", "[mechanisms]", *_mechanisms(scenario, catalogue)]
    return "\n".join(lines) + "\n"


def _record(record: type[Record], values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if value != {}:
            yield from _line(key, value, record.model_fields[key].description or "")


def _parameters(scenario: Scenario, catalogue: Catalogue) -> Iterator[str]:
    for name, parameter in catalogue.parameters.items():
        if parameter.range is None:
            continue
        low, high = parameter.range
        about = f"{parameter.meaning}; {low:g} to {high:g} {parameter.unit}, {parameter.evidence}"
        yield from _line(name, scenario.parameters.get(name, parameter.value), about)


def _effects(scenario: Scenario, catalogue: Catalogue) -> Iterator[str]:
    for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects()):
        attribute = catalogue.firm_attributes[effect.attribute]
        between = f"; {effect.range[0]:g} to {effect.range[1]:g}" if effect.range else ""
        about = f"{attribute.effect_meaning}{between} {attribute.effect_unit}"
        yield from _line(name, scenario.effects.get(name, effect.value), about)


def _mechanisms(scenario: Scenario, catalogue: Catalogue) -> Iterator[str]:
    for name, mechanism in catalogue.mechanisms.items():
        yield from _line(name, scenario.mechanisms.get(name, True), mechanism.meaning)


def _line(key: str, value: Any, about: str = "", *, comment: bool = True) -> Iterator[str]:
    """`# key = value  # meaning`; a long meaning stands above."""
    text = f"{'# ' if comment else ''}{toml_file.entry(key, value)}"
    if not about:
        yield text
    elif len(text) + len(about) + 4 <= WIDTH:
        yield f"{text}  # {about}"
    else:
        yield from textwrap.wrap(about, WIDTH, initial_indent="#   # ", subsequent_indent="#   # ")
        yield text
