"""Keys of changes that nothing in a scenario is called: what may be meant, and where the names stand."""

from __future__ import annotations

from collections.abc import Iterable

from simbiz.catalogue import Catalogue
from simbiz.errors import InputError, did_you_mean
from simbiz.scenario.records import Scenario

SEE = "simbiz show scenario NAME, simbiz list parameters"


def check_keys(keys: Iterable[str], catalogue: Catalogue) -> None:
    """Refuse a key without a dot that is none of a scenario; the name of a parameter alone is told with its table.

    Raises
    ------
    InputError
        For the first such key.
    """
    for key in keys:
        if "." in key or key in Scenario.model_fields:
            continue
        tables = {"parameters": catalogue.parameters, "mechanisms": catalogue.mechanisms}
        short = {name: f"{table}.{name}" for table, names in tables.items() for name in names}
        hint = did_you_mean(key, [*Scenario.model_fields, *short])
        meant = hint.partition("'")[2].rpartition("'")[0]
        hint = hint.replace(f"'{meant}'", f"'{short[meant]}'") if meant in short else hint
        raise InputError(f"{key or repr(key)} is not a known key.{hint} See: {SEE}")
