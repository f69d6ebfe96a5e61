"""The list of planted defects: texts of the package, what they are replaced by, and the tests that should fail then."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "trust" / "planted"


@dataclass(frozen=True)
class Defect:
    """A planted defect: `text` of a file of the package stands there once and becomes `planted`.

    `compiled` lets its tests run compiled code: for a file that decides no result, so that nothing has to be compiled
    anew for it.
    """

    name: str
    file: str
    text: str
    planted: str
    why: str
    tests: tuple[str, ...]
    wider: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    survives: str = ""
    compiled: bool = False

    def source(self, root: Path = ROOT) -> Path:
        """File of the package in a tree."""
        return root / "simbiz" / self.file

    def planted_in(self, text: str) -> str:
        """The text of the file with the defect."""
        found = text.count(self.text)
        if found != 1:
            raise ValueError(f"{self.name}: the text to be replaced stands {found} times in {self.file}, not once")
        return text.replace(self.text, self.planted)


def defects(folder: Path = LIST) -> list[Defect]:
    """Every planted defect of the list; what a file of the package says holds for its defects unless they say else."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        for group in tomllib.loads(path.read_text(encoding="utf-8"))["file"]:
            for own in group.pop("defect"):
                said = {**group, **own}
                for name in ("tests", "wider", "without"):
                    said[name] = tuple(said.get(name, ()))
                found.append(Defect(**said))
    return found


def chosen_from(known: Sequence[Defect], names: Sequence[str], sample: int | None, seed: int) -> list[Defect]:
    """The named defects, all, or a sample of those that should be found."""
    if sample is not None:
        return random.Random(seed).sample([one for one in known if not one.survives], sample)
    if list(names) == ["all"]:
        return list(known)
    by_name = {one.name: one for one in known}
    return [by_name[name] for name in names]
