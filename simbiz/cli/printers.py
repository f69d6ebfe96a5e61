"""Who prints the report of a kind of study for people and draws its figures; imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

PRINTERS = {
    "ablation": "simbiz.cli.ablation:print_study",
    "calibrate": "simbiz.cli.calibrate:print_study",
    "claims": "simbiz.cli.claims:print_study",
    "claims under uncertainty": "simbiz.cli.claims_uncertainty:print_study",
    "loyalty": "simbiz.cli.loyalty:print_study",
    "map": "simbiz.cli.map:print_study",
    "orders": "simbiz.cli.orders:print_study",
    "orders census": "simbiz.cli.orders:print_census",
    "patterns": "simbiz.cli.patterns:print_study",
    "payback": "simbiz.cli.payback:print_study",
    "run": "simbiz.cli.run:print_study",
    "seen and caused": "simbiz.cli.seen_and_caused:print_study",
    "sensitivity": "simbiz.cli.sensitivity_text:print_study",
    "compare": "simbiz.cli.compare:print_study",
    "sweep": "simbiz.cli.sweep:print_study",
}

FIGURES = {
    "claims": "simbiz.cli.claims:draw_study",
    "seen and caused": "simbiz.cli.seen_and_caused:draw_study",
}


def printer_of(kind: str) -> Callable[[Conducted], None]:
    """Function that prints what a study of that kind says."""
    return _named(PRINTERS[kind])


def draw(conducted: Conducted) -> None:
    """Draw the figures of a study into its folder, if its kind has any."""
    kind = conducted.study.kind
    if kind in FIGURES and conducted.folder is not None:
        _named(FIGURES[kind])(conducted)


def _named(place: str) -> Callable[[Conducted], None]:
    module, _, name = place.partition(":")
    found: Callable[[Conducted], None] = getattr(import_module(module), name)
    return found
