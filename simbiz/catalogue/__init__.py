"""What exists: parameters, channels, tools, measures, firm attributes, mechanisms, metrics, claims, patterns, sources.

Declarations only, read from the TOML tables beside this file into frozen records; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from simbiz.catalogue.record import Place, Record, checked, refuse, unknown
from simbiz.catalogue.tables import (
    Channel,
    Claim,
    Effect,
    FirmAttribute,
    Measure,
    Mechanism,
    Metric,
    Parameter,
    Pattern,
    ScenarioValue,
    Source,
    Tool,
)
from simbiz.files import toml_file
from simbiz.files.toml_lines import KeyPath

FOLDER = Path(__file__).parent
DIMENSIONS = ("tangibility", "reliability", "responsiveness", "assurance", "empathy")
STAGES = ("information", "order", "service")
LEAD_STAGES = ("visitor", "suspect", "prospect", "lead", "opportunity", "customer")
KINDS = (
    "parameters",
    "scenario_values",
    "channels",
    "tools",
    "measures",
    "firm_attributes",
    "mechanisms",
    "metrics",
    "claims",
    "patterns",
    "sources",
)
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Catalogue:
    """All tables of one folder, each read when first asked for.

    Parameters
    ----------
    folder : Path
        Where the TOML tables lie; a table that is missing there is taken from the shipped ones.
    """

    folder: Path = FOLDER

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Numbers of the rules."""
        table, place = self._table("parameters", Parameter)
        for name, parameter in table.items():
            self._known(self.sources, parameter.source, [name, "source"], "source", place)
            for other in parameter.acts_with:
                self._known(table, other, [name, "acts_with"], "parameter", place)
        return table

    @cached_property
    def scenario_values(self) -> Mapping[str, ScenarioValue]:
        """Values of scenarios that nobody knows exactly, with their ranges or steps."""
        table, place = self._table("scenario_values", ScenarioValue)
        for name, value in table.items():
            self._known(self.sources, value.source, [name, "source"], "source", place)
        return table

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """Ways of contact, in array order."""
        table, place = self._table("channels", Channel)
        for name, channel in table.items():
            for stage in channel.serves:
                self._known(STAGES, stage, [name, "serves"], "stage", place)
        return table

    @cached_property
    def firm_attributes(self) -> Mapping[str, FirmAttribute]:
        """The closed list of what a tool or measure can change in a firm."""
        table, place = self._table("firm_attributes", FirmAttribute)
        for name, attribute in table.items():
            for parameter in attribute.acts_with:
                self._known(self.parameters, parameter, [name, "acts_with"], "parameter", place)
        return table

    @cached_property
    def tools(self) -> Mapping[str, Tool]:
        """Digital tools with their implementation steps and effects."""
        table, place = self._table("tools", Tool)
        for name, tool in table.items():
            for number, effect in enumerate(tool.effects):
                self._check_effect(effect, [name, "effects", number], place)
            for required in tool.requires:
                self._known(table, required, [name, "requires"], "tool", place)
        _refuse_prerequisite_loops(table, place)
        return table

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Measures that firms perform from time to time."""
        table, place = self._table("measures", Measure)
        for name, measure in table.items():
            self._known(self.sources, measure.source, [name, "source"], "source", place)
            if name in self.tools:
                raise refuse(f"{name} is the name of a tool already", [name], place)
            for number, effect in enumerate(measure.effects):
                path: list[str | int] = [name, "effects", number]
                self._check_effect(effect, path, place)
                if "tool" in self.firm_attributes[effect.attribute].index:
                    raise refuse(f"{name}: {effect.attribute} can be changed by tools only", path, place)
        return table

    @cached_property
    def mechanisms(self) -> Mapping[str, Mechanism]:
        """Mechanisms and the parameter values that silence them."""
        table, place = self._table("mechanisms", Mechanism)
        for name, mechanism in table.items():
            for parameter, value in mechanism.off.items():
                self._known(self.parameters, parameter, [name, "off", parameter], "parameter", place)
                low, high = self.parameters[parameter].bounds
                if not low <= value <= high:
                    message = f"{name}.off.{parameter} = {value:g} lies outside the allowed {low:g} to {high:g}"
                    raise refuse(message, [name, "off", parameter], place)
        return table

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """Observables, with unit and bounds."""
        return self._table("metrics", Metric)[0]

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """Published claims with every reading of them."""
        return self._table("claims", Claim)[0]

    @cached_property
    def patterns(self) -> Mapping[str, Pattern]:
        """Laws of markets that must emerge."""
        table, place = self._table("patterns", Pattern)
        for name, pattern in table.items():
            for mechanism in pattern.needs:
                self._known(self.mechanisms, mechanism, [name, "needs"], "mechanism", place)
            if pattern.source:
                self._known(self.sources, pattern.source, [name, "source"], "source", place)
        return table

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Where numbers come from."""
        return self._table("sources", Source)[0]

    def effects(self) -> Iterator[tuple[str, Tool, Effect]]:
        """Every effect of every tool as (dotted name, tool, effect)."""
        for name, tool in self.tools.items():
            for effect in tool.effects:
                yield f"{name}.{effect.name}", tool, effect

    def measure_effects(self) -> Iterator[tuple[str, Measure, Effect]]:
        """Every effect of every measure as (dotted name, measure, effect)."""
        for name, measure in self.measures.items():
            for effect in measure.effects:
                yield f"{name}.{effect.name}", measure, effect

    def table(self, kind: str) -> Mapping[str, Record]:
        """Table by its name, one of `KINDS`."""
        found: Mapping[str, Record] = getattr(self, kind)
        return found

    def file(self, kind: str) -> Path:
        """File of a table, one of `KINDS`, whether it exists or not."""
        own = self.folder / f"{kind}.toml"
        return own if own.exists() else FOLDER / own.name

    def _table(self, name: str, record: type[R]) -> tuple[Mapping[str, R], Place]:
        file = toml_file.read(self.file(name))

        def place(path: KeyPath) -> tuple[Any, int | None]:
            return file.path, file.line_of(path)

        return {key: checked(record, value, place, [key]) for key, value in file.data.items()}, place

    def _known(self, allowed: Any, name: str, path: list[str | int], what: str, place: Place) -> None:
        if name not in allowed:
            raise unknown(name, what, allowed, path, place, listing(what))

    def _check_effect(self, effect: Effect, path: list[str | int], place: Place) -> None:
        self._known(self.firm_attributes, effect.attribute, path, "firm attribute", place)
        for source in (effect.source, effect.harm):
            if source is not None:
                self._known(self.sources, source, path, "source", place)
        if effect.channel is not None:
            self._known(self.channels, effect.channel, path, "channel", place)
        if effect.dimension is not None:
            self._known(DIMENSIONS, effect.dimension, path, "dimension", place)


def _refuse_prerequisite_loops(tools: Mapping[str, Tool], place: Place) -> None:
    def walk(name: str, seen: tuple[str, ...]) -> None:
        if name in seen:
            loop = " -> ".join((*seen[seen.index(name) :], name))
            raise refuse(f"prerequisites run in a loop: {loop}", [seen[-1], "requires"], place)
        for required in tools[name].requires:
            walk(required, (*seen, name))

    for name in tools:
        walk(name, ())


def listing(what: str) -> str:
    """Command that lists the names of "a firm attribute", "a tool effect"; empty where there is none."""
    kind = f"{what.replace(' ', '_')}s"
    return f"simbiz list {kind.replace('_', '-')}" if kind in (*KINDS, "tool_effects") else ""


@cache
def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Catalogue of a folder; the shipped one by default."""
    return Catalogue(folder or FOLDER)
