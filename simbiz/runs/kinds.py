"""Kinds of study: each is one folder of `simbiz.studies`, and says in its module `kind` what it has.

Nothing is registered anywhere else: a folder that holds a `kind.py` is found. The environment variable
`SIMBIZ_STUDIES` names folders of a user's own kinds, so that worker processes find them, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted
    from simbiz.runs.study import Study

STUDIES = "simbiz.studies"


@dataclass(frozen=True)
class Kind:
    """What a kind of study has; places are "module:name" and are imported when they are used.

    Parameters
    ----------
    name : str
        What study files say.
    study : str
        Its class of `Study`.
    answer : str
        Function (Result) -> Answer: what it says, in the terminal and on a page; what its figures say by default.
    terminal : str
        Function that prints a `Conducted` for people in another way than its answer.
    figures : str
        Mapping of its figures, `simbiz.plots.figure.Figure`, by name; none by default.
    draw : str
        Function that draws figures of a `Conducted` into its folder; none by default.
    command : str
        Name on the command line; the name of the kind with - for blanks by default.
    options : str
        Command that does it; by default one with the options of all studies.
    summary : str
        What it does, for the list of commands; no command is listed without one.
    """

    name: str
    study: str
    answer: str = ""
    terminal: str = ""
    figures: str = ""
    draw: str = ""
    command: str = ""
    options: str = ""
    summary: str = ""

    @property
    def as_command(self) -> str:
        """Name on the command line."""
        return self.command or self.name.replace(" ", "-")

    @property
    def file(self) -> str:
        """Name of its study file in experiments/; a small one ends with _small."""
        return self.as_command.replace("-", "_")


@cache
def kinds() -> dict[str, Kind]:
    """All kinds of study by name."""
    folders = import_module(STUDIES).__path__
    modules = [f"{STUDIES}.{one.name}.kind" for one in iter_modules(folders) if one.ispkg]
    found = [import_module(module).KIND for module in modules if find_spec(module)]
    return {kind.name: kind for kind in found}


def kind_named(name: str) -> type[Study[Any]]:
    """Class of a kind of study."""
    kind: type[Study[Any]] = imported(kinds()[name].study)
    return kind


def draw(conducted: Conducted) -> None:
    """Draw the figures of a study into its folder, if its kind has any."""
    place = kinds()[conducted.study.kind].draw
    if place and conducted.folder is not None:
        imported(place)(conducted)


def imported(place: str) -> Any:
    """What stands at a place, "module:name"."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
