"""Who prints the report of a kind of study for people; imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simbiz.experiment.conduct import Conducted

PRINTERS = {
    "ablation": "simbiz.cli.ablation:print_study",
}


def printer_of(kind: str) -> Callable[[Conducted], None]:
    """Function that prints what a study of that kind says."""
    module, _, name = PRINTERS[kind].partition(":")
    found: Callable[[Conducted], None] = getattr(import_module(module), name)
    return found
