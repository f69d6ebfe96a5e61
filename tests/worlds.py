"""Small worlds to test on: the shipped market with a sample of its customers and a short past."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simbiz.catalogue import FOLDER, Catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.scenario import Scenario, load_scenario, without_programme

SMALL = {"customers": 1500, "calendar.burn_in_weeks": 52, "calendar.years": 1}
# Intercepts, load and talk tie customers to each other: here nothing does.
UNTIED = {"fit.nudge": False, "mechanisms.capacity": False, "mechanisms.word_of_mouth": False}


def market(changes: dict[str, Any] | None = None, catalogue: Catalogue | None = None) -> Scenario:
    """Give the shipped market, small, with changes by dotted path."""
    return load_scenario("partner-dv", SMALL | (changes or {}), catalogue)


def world(changes: dict[str, Any] | None = None, seed: int = 1, **options: Any) -> OmnichannelModel:
    """Make the small market before its first week."""
    return OmnichannelModel(market(changes, options.get("catalogue")), rng=seed, **options)


@cache
def lived(seed: int = 1, programme: bool = True) -> OmnichannelModel:
    """Give the small market after its last week; shared by tests, to be read only."""
    scenario = market()
    model = OmnichannelModel(scenario if programme else without_programme(scenario), rng=seed).run()
    for array in (model.customers, model.voices, model.tallies, model.stock, *model.firm_series):
        array.flags.writeable = False
    return model


def catalogue_with(folder: Path, **tables: dict[str, Any]) -> Catalogue:
    """Write whole tables into a folder and give a catalogue that has them in the place of the shipped ones."""
    from simbiz.files import toml_file

    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        toml_file.write(folder / f"{name}.toml", table)
    return Catalogue(folder)


def shipped_table(name: str) -> dict[str, Any]:
    """Read a table of the shipped catalogue as plain data."""
    import tomllib

    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def fields_that_differ(one: Any, other: Any) -> list[str]:
    """Name the fields in which two record arrays are not the same bits."""
    return [
        name
        for name in one.dtype.names
        if np.ascontiguousarray(one[name]).tobytes() != np.ascontiguousarray(other[name]).tobytes()
    ]


def assert_same_history(one: OmnichannelModel, other: OmnichannelModel, weeks: int | None = None) -> None:
    """Check that two models have the same tallies and firm series, bit for bit, in the first weeks."""
    part = slice(0, min(one.week, other.week) if weeks is None else weeks)
    assert fields_that_differ(one.tallies[part], other.tallies[part]) == []
    for name in one.firm_series._fields:
        a, b = getattr(one.firm_series, name)[part], getattr(other.firm_series, name)[part]
        assert np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes(), name


def assert_same_world(one: OmnichannelModel, other: OmnichannelModel) -> None:
    """Check that two models are the same, bit for bit: customers, histories, staff."""
    assert one.week == other.week
    assert fields_that_differ(one.customers, other.customers) == []
    assert one.due.tobytes() == other.due.tobytes()
    assert fields_that_differ(one.voices, other.voices) == []
    assert_same_history(one, other)
    for a, b in zip(one.firms.staff, other.firms.staff, strict=True):
        assert np.asarray(a).tobytes() == np.asarray(b).tobytes()
