"""Where things lie in the arrays: names to indices and stable ids, attributes to cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue import DIMENSIONS, STAGES, Catalogue, load_catalogue
from simbiz.catalogue.tables import Effect
from simbiz.draws import name_id
from simbiz.errors import InputError
from simbiz.scenario import Scenario, parameter_values
from simbiz.submodels.programme import ADD, COMPLEMENT, OPEN, SCALE

HOW = {"open": OPEN, "add": ADD, "scale": SCALE, "complement": COMPLEMENT}
MOST_FIRMS = 250
EXACT_SLOTS = 4
EFFECT = np.dtype((np.record, [("cell", "i8"), ("tool", "i8"), ("how", "i8"), ("value", "f8"), ("by_use", "i8")]))


@dataclass(frozen=True)
class Layout:
    """Indices of everything a scenario names.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    catalogue : Catalogue
        The tables it refers to.
    """

    scenario: Scenario
    catalogue: Catalogue

    @classmethod
    def of(cls, scenario: Scenario, catalogue: Catalogue | None = None) -> Layout:
        """Layout of a scenario, by default over the shipped catalogue."""
        if len(scenario.firms) > MOST_FIRMS:
            raise InputError(f"firms: at most {MOST_FIRMS} are possible, not {len(scenario.firms)}")
        return cls(scenario, catalogue or load_catalogue())

    @cached_property
    def firms(self) -> list[str]:
        """Firms in array order."""
        return list(self.scenario.firms)

    @cached_property
    def segments(self) -> list[str]:
        """Segments in array order."""
        return list(self.scenario.segments)

    @cached_property
    def channels(self) -> list[str]:
        """Channels in array order."""
        return list(self.catalogue.channels)

    @cached_property
    def tools(self) -> list[str]:
        """Tools in array order."""
        return list(self.catalogue.tools)

    @cached_property
    def shape(self) -> tuple[Any, ...]:
        """All that decides how arrays of this layout are laid out; hashable."""
        names = (self.firms, self.segments, self.channels, self.tools)
        cells = tuple((name, cells.shape) for name, cells in self.cells.items())
        return (*map(len, names), self.slots, tuple(self.catalogue.parameters), tuple(self.common), cells)

    @property
    def focal(self) -> int:
        """Index of the focal firm."""
        return self.firms.index(self.scenario.focal)

    @cached_property
    def slots(self) -> int:
        """Room for the longest shortlist; an even number where that is long.

        Compiled code is made for each number of slots: a study that varies shortlists needs fewer, because an unused
        slot changes nothing.
        """
        longest = max(segment.shortlist[1] for segment in self.scenario.segments.values())
        return longest if longest <= EXACT_SLOTS else longest + longest % 2

    @property
    def room(self) -> int:
        """Events of one kind that a step of a journey brings at most."""
        contacts = max(segment.information_contacts[1] for segment in self.scenario.segments.values())
        return (len(self.firms) + self.slots) * (contacts + 2) + 2

    def ids(self, names: Sequence[str]) -> NDArray[np.uint32]:
        """Stable ids of names."""
        return np.array([name_id(name) for name in names], dtype=np.uint32)

    @cached_property
    def cells(self) -> dict[str, NDArray[np.int64]]:
        """Cells of every firm attribute in the flat row of a firm, shaped along its indices."""
        sizes = {
            "channel": len(self.channels),
            "segment": len(self.segments),
            "dimension": len(DIMENSIONS),
            "tool": len(self.tools),
        }
        cells, start = {}, 0
        for name, attribute in self.catalogue.firm_attributes.items():
            shape = tuple(sizes[index] for index in attribute.index)
            count = int(np.prod(shape, dtype=int))
            cells[name] = np.arange(start, start + count).reshape(shape)
            start += count
        return cells

    @cached_property
    def cell_bounds(self) -> NDArray[np.float64]:
        """Declared bounds of every attribute cell; float64 array (2, cell), lower and upper."""
        attributes = self.catalogue.firm_attributes
        bounds = [attributes[name].bounds for name, cells in self.cells.items() for _ in range(cells.size)]
        return np.array(bounds, dtype=np.float64).T.copy()

    @property
    def cell_count(self) -> int:
        """Number of attribute cells of a firm."""
        return 1 + max(int(cells.max()) for cells in self.cells.values())

    def effect_cells(self, tool: str, effect: Effect) -> list[int]:
        """Cells that an effect of a tool or measure changes."""
        names = {
            "channel": self.channels if effect.channel is None else [effect.channel],
            "segment": [s for s in self.segments if effect.segment_kind in (None, self.scenario.segments[s].kind)],
            "dimension": DIMENSIONS if effect.dimension is None else [effect.dimension],
            "tool": [tool],
        }
        order = {
            "channel": self.channels,
            "segment": self.segments,
            "dimension": list(DIMENSIONS),
            "tool": self.tools,
        }
        index = self.catalogue.firm_attributes[effect.attribute].index
        cells = self.cells[effect.attribute]
        where = [[order[kind].index(name) for name in names[kind]] for kind in index]
        return [int(cells[position]) for position in product(*where)]

    @cached_property
    def effects(self) -> Any:
        """Record array of every effect of a tool on every cell: cell, tool, how, value, by_use."""
        return self._effects(((name, effect) for name, _, effect in self.catalogue.effects()), self.tools)

    @cached_property
    def measure_effects(self) -> Any:
        """Record array as `effects`, in which `tool` is the number of a measure; no staff has to use one."""
        found = ((name, effect) for name, _, effect in self.catalogue.measure_effects())
        effects = self._effects(found, list(self.catalogue.measures))
        effects.by_use = 0
        return effects

    def _effects(self, named: Iterable[tuple[str, Effect]], owners: Sequence[str]) -> Any:
        rows: list[tuple[int, int, int, float, int]] = []
        for name, effect in named:
            owner = name.split(".")[0]
            attribute = self.catalogue.firm_attributes[effect.attribute]
            value = self.scenario.effects.get(name, effect.value)
            what = (owners.index(owner), HOW[attribute.combine], float(value), int(attribute.use))
            rows.extend((cell, *what) for cell in self.effect_cells(owner, effect))
        return np.array(rows, dtype=EFFECT).view(np.recarray)

    @cached_property
    def parameters(self) -> Any:
        """Record array (segment,) of every parameter and of what a segment adds to them."""
        rows, names = [], list(self.catalogue.parameters)
        for name, segment in self.scenario.segments.items():
            values = parameter_values(self.scenario, name, self.catalogue)
            own = (name_id(name), *segment.shortlist, *segment.information_contacts)
            rows.append((*(values[p] for p in names), *own, segment.deliberation_weeks, segment.routine))
        whole = ("stream", "shortlist_least", "shortlist_most", "contacts_least", "contacts_most")
        kinds = [(p, "f8") for p in names] + [(w, "i8") for w in whole]
        kinds += [("deliberation_weeks", "f8"), ("routine", "f8")]
        return np.array(rows, dtype=kinds).view(np.recarray)

    @cached_property
    def common(self) -> dict[str, float]:
        """Parameters that concern firms: those of the scenario without a segment."""
        return parameter_values(self.scenario, None, self.catalogue)

    @cached_property
    def serves(self) -> NDArray[np.bool_]:
        """(channel, stage) whether the channel can carry the stage."""
        channels = self.catalogue.channels.values()
        return np.array([[stage in channel.serves for stage in STAGES] for channel in channels])
